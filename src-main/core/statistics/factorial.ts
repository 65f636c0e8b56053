import { Matrix, pseudoInverse, SingularValueDecomposition } from 'ml-matrix';

import { intervalAround, twoSidedP, type Interval } from './student.ts';

/** The three factors that make an A an A and a B a B; true is B's level. */
export type FactorLevels = Readonly<{ embedding: boolean; padding: boolean; head: boolean }>;
export type GridRun = FactorLevels & Readonly<{ seed: number; value: number }>;

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

const factorNames = ['embedding', 'padding', 'head'] as const;

export type Term = Readonly<{
  name: TermName;
  /**
   * Value at B's levels minus value at A's, mean over the levels of the other factors; of an interaction, by how much the effect of
   * one grows where the others are at B's level (a difference of differences).
   */
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

/** What one factor does where the two others stand at given levels. */
export type SimpleEffect = Readonly<{
  factor: keyof FactorLevels;
  /** The factor's own level here means nothing. */
  at: FactorLevels;
  effect: number;
  interval: Interval;
}>;

export type Factorial = Readonly<{
  terms: readonly Term[];
  /** Twelve: each factor at the four combinations of the others. */
  simpleEffects: readonly SimpleEffect[];
  /** B minus A as the model has it: the sum of the shares, with its interval. */
  difference: number;
  interval: Interval;
  degreesOfFreedom: number;
  /** Of one run, beside what its seed explains where seeds are blocks. */
  residualDeviation: number;
  /** Seeds that are blocks of the model; 0 where no seed was trained in more than one cell. */
  blocks: number;
}>;

/**
 * One linear model over all runs of the 2 x 2 x 2 grid: factors coded -1/2 and +1/2 with all interactions, and the seed as a block
 * (randomised complete block design; Montgomery, Design and Analysis of Experiments, chapter 4), by ordinary least squares. Runs of
 * one seed share the order of the reviews, so without the block their common part would count as noise.
 * Null where a cell is empty or no spread is left to judge by.
 */
export function fitFactorial(runs: readonly GridRun[], level = 0.95): Factorial | null {
  const cells = new Set(
    runs.map(({ embedding, padding, head }) => `${embedding} ${padding} ${head}`),
  );
  if (cells.size < termNames.length + 1) return null;
  const { design, blocks } = designOf(runs);
  const degreesOfFreedom = design.rows - design.columns;
  if (degreesOfFreedom < 1) return null;

  const values = Matrix.columnVector(runs.map(({ value }) => value));
  const inverse = pseudoInverse(design.transpose().mmul(design));
  const coefficients = inverse.mmul(design.transpose()).mmul(values);
  const residuals = Matrix.sub(values, design.mmul(coefficients));
  const variance = residuals.norm('frobenius') ** 2 / degreesOfFreedom;

  /** Of a weighted sum of the seven terms. */
  const estimate = (weights: readonly number[]) => {
    const row = Matrix.zeros(1, design.columns);
    weights.forEach((weight, index) => row.set(0, index + 1, weight));
    const effect = row.mmul(coefficients).get(0, 0);
    const standardError = Math.sqrt(variance * row.mmul(inverse).mmul(row.transpose()).get(0, 0));
    const interval = intervalAround(effect, standardError, degreesOfFreedom, level);
    return { effect, standardError, interval };
  };
  const terms = termNames.map((name, index) => {
    const own = estimate(termNames.map((_, other) => Number(other === index)));
    const weight = contrast[index] ?? 0;
    const [low, high] = own.interval;
    return {
      name,
      ...own,
      p: twoSidedP(own.effect, own.standardError, degreesOfFreedom),
      share: own.effect * weight,
      shareInterval: [low * weight, high * weight] as const,
    };
  });
  const adjusted = holm(terms.map(({ p }) => p));
  const { effect: difference, interval } = estimate(contrast);
  return {
    terms: terms.map((term, index) => ({ ...term, adjustedP: adjusted[index] ?? 1 })),
    simpleEffects: factorNames.flatMap((factor) =>
      allLevels
        .filter((at) => !at[factor])
        .map((at) => {
          const { effect, interval } = estimate(differenceOf({ ...at, [factor]: true }, at));
          return { factor, at, effect, interval };
        }),
    ),
    difference,
    interval,
    degreesOfFreedom,
    residualDeviation: Math.sqrt(variance),
    blocks,
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

/** The constant, the seven terms and a column for each seed but one; without the seeds where they cannot be told from the terms. */
function designOf(runs: readonly GridRun[]): Readonly<{ design: Matrix; blocks: number }> {
  const plain = runs.map((run) => [1, ...codesOf(run)]);
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const isPaired = seeds.some((seed) => runs.filter((run) => run.seed === seed).length > 1);
  if (seeds.length > 1 && isPaired) {
    const dummies = seeds.slice(1);
    const design = new Matrix(
      runs.map((run, index) => [
        ...(plain[index] ?? []),
        ...dummies.map((seed) => Number(run.seed === seed)),
      ]),
    );
    if (new SingularValueDecomposition(design).rank === design.columns)
      return { design, blocks: seeds.length };
  }
  return { design: new Matrix(plain), blocks: 0 };
}

function codesOf({ embedding, padding, head }: FactorLevels): readonly number[] {
  const code = (isB: boolean): number => (isB ? 0.5 : -0.5);
  const [e, p, h] = [code(embedding), code(padding), code(head)];
  return [e, p, h, e * p, e * h, p * h, e * p * h];
}

function differenceOf(to: FactorLevels, from: FactorLevels): readonly number[] {
  const before = codesOf(from);
  return codesOf(to).map((code, index) => code - (before[index] ?? 0));
}

const allLevels: readonly FactorLevels[] = [false, true].flatMap((embedding) =>
  [false, true].flatMap((padding) => [false, true].map((head) => ({ embedding, padding, head }))),
);

/** B's codes minus A's: 1 for main effects, 0 for two-way terms, 1/4 for the three-way one. */
const contrast = differenceOf(
  { embedding: true, padding: true, head: true },
  { embedding: false, padding: false, head: false },
);
