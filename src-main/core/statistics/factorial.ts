import { Matrix, pseudoInverse, SingularValueDecomposition } from 'ml-matrix';

import { meanOf } from './mean.ts';
import { intervalAround, meanP, twoSidedP, type Interval } from './student.ts';

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
  /** The same effect by the spread of this term alone; null where a seed was not trained in every cell. */
  overSeeds: OverSeeds | null;
}>;

/** The effect within each seed, then Student's t over seeds. */
export type OverSeeds = Readonly<{
  interval: Interval;
  p: number;
  adjustedP: number;
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
  /** B minus A by the pairs of each seed alone, as the verdict has it. */
  intervalOverSeeds: Interval | null;
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
 *
 * The model takes all terms to scatter alike from seed to seed. They need not: two runs that differ in padding alone may be nearly one
 * model, and two that differ in their embedding are not. So each term stands also by its own spread over seeds (Boik, Psychometrika
 * 46, 1981, on pooled error terms), which is what a verdict about variants takes.
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
    return {
      name,
      ...own,
      p: twoSidedP(own.effect, own.standardError, degreesOfFreedom),
      share: own.effect * weight,
      shareInterval: scaled(own.interval, weight),
    };
  });
  const adjusted = holm(terms.map(({ p }) => p));
  const effects = effectsBySeed(runs);
  const overSeeds = effects === null ? [] : overSeedsOf(effects, level);
  const { effect: difference, interval } = estimate(contrast);
  return {
    terms: terms.map((term, index) => ({
      ...term,
      adjustedP: adjusted[index] ?? 1,
      overSeeds: overSeeds[index] ?? null,
    })),
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
    intervalOverSeeds:
      effects === null
        ? null
        : intervalOver(
            effects.map((of) => weighted(of, contrast)),
            level,
          ),
    residualDeviation: Math.sqrt(variance),
    blocks,
  };
}

/** The seven terms within each seed; null below two seeds, or where one was not trained exactly once in every cell. */
function effectsBySeed(runs: readonly GridRun[]): readonly (readonly number[])[] | null {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const cells = termNames.length + 1;
  if (seeds.length < 2 || runs.length !== seeds.length * cells) return null;
  const bySeed = seeds.map((seed) => runs.filter((run) => run.seed === seed));
  const isWhole = bySeed.every(
    (own) => new Set(own.map((run) => codesOf(run).join())).size === cells,
  );
  if (!isWhole) return null;
  return bySeed.map((own) =>
    termNames.map((_, term) => {
      const codes = own.map((run) => codesOf(run)[term] ?? 0);
      const squares = codes.reduce((sum, code) => sum + code * code, 0);
      return (
        weighted(
          own.map(({ value }) => value),
          codes,
        ) / squares
      );
    }),
  );
}

function overSeedsOf(effects: readonly (readonly number[])[], level: number): OverSeeds[] {
  const found = termNames.map((_, term) => {
    const values = effects.map((of) => of[term] ?? 0);
    const interval = intervalOver(values, level);
    const shareInterval = scaled(interval, contrast[term] ?? 0);
    return { interval, shareInterval, p: meanP(meanOf(values)) ?? 1 };
  });
  const adjusted = holm(found.map(({ p }) => p));
  return found.map((of, term) => ({ ...of, adjustedP: adjusted[term] ?? 1 }));
}

function intervalOver(values: readonly number[], level: number): Interval {
  const { count, mean, standardError } = meanOf(values);
  return intervalAround(mean, standardError, count - 1, level);
}

const scaled = ([low, high]: Interval, by: number): Interval => [low * by, high * by];

const weighted = (values: readonly number[], weights: readonly number[]): number =>
  values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);

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
