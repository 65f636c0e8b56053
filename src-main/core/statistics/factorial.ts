import { Matrix, pseudoInverse } from 'ml-matrix';

import { intervalAround, twoSidedP, type Interval } from './student.ts';

/** The three factors that make an A an A and a B a B; true is B's level. */
export type FactorLevels = Readonly<{ embedding: boolean; padding: boolean; head: boolean }>;
export type GridRun = FactorLevels & Readonly<{ value: number }>;

export const termNames = [
  'embedding',
  'padding',
  'head',
  'embedding:padding',
  'embedding:head',
  'padding:head',
  'embedding:padding:head',
] as const;
export type TermName = (typeof termNames)[number];

export type Term = Readonly<{
  name: TermName;
  /** Value at B's levels minus value at A's; of an interaction, how much more the factors do together. */
  effect: number;
  standardError: number;
  interval: Interval;
  p: number;
  /** Adjusted over the seven terms (Holm 1979). */
  adjustedP: number;
  /** What the term adds to "B minus A": the whole of a main effect, a quarter of the three-way term, nothing of the others. */
  share: number;
  shareInterval: Interval;
}>;

export type Factorial = Readonly<{
  terms: readonly Term[];
  /** B minus A as the model has it: the sum of the shares, with its interval. */
  difference: number;
  interval: Interval;
  degreesOfFreedom: number;
  /** Of one run. */
  residualDeviation: number;
}>;

/**
 * One linear model over all runs of the 2 x 2 x 2 grid, factors coded -1/2 and +1/2, with all interactions (ordinary least squares).
 * Null where a cell is empty or every cell has one run: then there is no spread to judge by.
 */
export function fitFactorial(runs: readonly GridRun[], level = 0.95): Factorial | null {
  const design = new Matrix(runs.map((run) => [1, ...codesOf(run)]));
  const columns = termNames.length + 1;
  const degreesOfFreedom = runs.length - columns;
  const cells = new Set(
    runs.map(({ embedding, padding, head }) => `${embedding} ${padding} ${head}`),
  );
  if (cells.size < columns || degreesOfFreedom < 1) return null;

  const values = Matrix.columnVector(runs.map(({ value }) => value));
  const inverse = pseudoInverse(design.transpose().mmul(design));
  const coefficients = inverse.mmul(design.transpose()).mmul(values);
  const residuals = Matrix.sub(values, design.mmul(coefficients));
  const variance = residuals.norm('frobenius') ** 2 / degreesOfFreedom;

  const estimates = termNames.map((name, index) => {
    const effect = coefficients.get(index + 1, 0);
    const standardError = Math.sqrt(variance * inverse.get(index + 1, index + 1));
    const interval = intervalAround(effect, standardError, degreesOfFreedom, level);
    const weight = contrast[index + 1] ?? 0;
    return {
      name,
      effect,
      standardError,
      interval,
      p: twoSidedP(effect, standardError, degreesOfFreedom),
      share: effect * weight,
      shareInterval: [interval[0] * weight, interval[1] * weight] as const,
    };
  });
  const adjusted = holm(estimates.map(({ p }) => p));
  const weights = Matrix.rowVector([...contrast]);
  const difference = weights.mmul(coefficients).get(0, 0);
  const error = Math.sqrt(variance * weights.mmul(inverse).mmul(weights.transpose()).get(0, 0));
  return {
    terms: estimates.map((term, index) => ({ ...term, adjustedP: adjusted[index] ?? 1 })),
    difference,
    interval: intervalAround(difference, error, degreesOfFreedom, level),
    degreesOfFreedom,
    residualDeviation: Math.sqrt(variance),
  };
}

/** Adjusted p of several tests, in their order: reject where it is below alpha (Holm, Scand. J. Statist. 6, 1979). */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

function codesOf({ embedding, padding, head }: FactorLevels): number[] {
  const [e, p, h] = [embedding, padding, head].map((isB) => (isB ? 0.5 : -0.5)) as [
    number,
    number,
    number,
  ];
  return [e, p, h, e * p, e * h, p * h, e * p * h];
}

const [atA, atB] = [false, true].map((isB) => codesOf({ embedding: isB, padding: isB, head: isB }));
/** B's codes minus A's: 1 for main effects, 0 for two-way terms, 1/4 for the three-way one; nothing of the constant. */
const contrast: readonly number[] = [
  0,
  ...(atB ?? []).map((code, index) => code - (atA?.[index] ?? 0)),
];
