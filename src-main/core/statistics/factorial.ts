import { isAt, type FactorLevels } from './factor-levels.ts';
import { holm } from './holm.ts';
import { meanOf } from './mean.ts';
import { intervalAround, meanP, type Interval } from './student.ts';

/** `value`: a fraction such as accuracy. */
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
/** Coverage of every interval. */
const level = 0.95;
/** A standard deviation needs two values. */
const fewestBlocks = 2;
/** Far below what one review changes: smaller differences are rounding. */
const resolution = 1e-12;

/** Student's t over seeds, in the unit of the effect. */
export type TermTest = Readonly<{
  standardError: number;
  interval: Interval;
  p: number;
  /** Adjusted over the seven terms (Holm 1979). */
  adjustedP: number;
  shareInterval: Interval;
}>;

export type Term = Readonly<{
  name: TermName;
  /**
   * Value at B's levels minus value at A's, mean over the levels of the other factors; of an interaction, by how much the effect of
   * one grows where the others are at B's level (a difference of differences).
   */
  effect: number;
  /** What the term adds to "B minus A": the whole of a main effect, a quarter of the three-way term, nothing of the others. */
  share: number;
  /** Null below two complete seeds, and for an effect that is the same in each of them, 0 too. */
  test: TermTest | null;
}>;

/** What one factor does where the two others have given levels. */
export type SimpleEffect = Readonly<{
  factor: keyof FactorLevels;
  /** The factor's own level here means nothing. */
  at: FactorLevels;
  effect: number;
  interval: Interval | null;
}>;

/** One error variance for all seven terms, from the same seeds. It judges nothing. */
export type Pooled = Readonly<{
  terms: readonly Readonly<{ name: TermName; standardError: number; interval: Interval }>[];
  /** Of "B minus A". */
  interval: Interval;
  /** Standard deviation of one run without what its seed explains. */
  residualDeviation: number;
  degreesOfFreedom: number;
  blocks: number;
}>;

/** A seed without a run in every cell, and the cells that it lacks. */
export type IncompleteSeed = Readonly<{ seed: number; missing: readonly FactorLevels[] }>;

export type Factorial = Readonly<{
  terms: readonly Term[];
  /** Twelve: each factor at the four combinations of the others. */
  simpleEffects: readonly SimpleEffect[];
  /** B minus A, the sum of the shares. */
  difference: number;
  interval: Interval | null;
  /** Complete seeds: those with a run in each of the eight cells. */
  blocks: number;
  leftOut: readonly IncompleteSeed[];
  pooled: Pooled | null;
}>;

/** The eight cells; A is the first, B the last. */
export const cells: readonly FactorLevels[] = [false, true].flatMap((embedding) =>
  [false, true].flatMap((padding) => [false, true].map((head) => ({ embedding, padding, head }))),
);
const [ofA, ofB] = [0, cells.length - 1];

/** A value for each cell, in their order. */
type Block = readonly number[];
/** A weight for each cell; they sum to 0. */
type Contrast = readonly number[];

/** Of each term the mean at one sign of its code minus the mean at the other. */
const termContrasts: readonly Contrast[] = termNames.map((name) => {
  const factors = name.split(':') as (keyof FactorLevels)[];
  const codes = cells.map((cell) =>
    factors.reduce((code, factor) => code * (cell[factor] ? 0.5 : -0.5), 1),
  );
  const squares = lengthOf(codes);
  return codes.map((code) => code / squares);
});

/** Of each term how much of it "B minus A" has: 1 for main effects, 0 for two-way terms, 1/4 for the three-way one. */
const shares = [1, 1, 1, 0, 0, 0, 0.25];

/**
 * The 2 x 2 x 2 grid with seeds as blocks: every effect is a contrast that is calculated within each complete seed, and Student's t
 * over these seeds judges it by the spread of that contrast alone (Boik, Psychometrika 46, 1981: a separate error term for each
 * contrast). A pooled error term takes all contrasts to vary alike from seed to seed. Here they do not: two runs of one seed that
 * differ in padding alone may be nearly one model, and two that differ in their embedding are not.
 *
 * Of several runs of one seed and cell the first counts: they are the same model. Below two complete seeds the effects are those of
 * the cells' means over all runs, without a test. Null where a cell is empty.
 */
export function fitFactorial(runs: readonly GridRun[]): Factorial | null {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].map((seed) => {
    const own = runs.filter((run) => run.seed === seed);
    const values = cells.map((cell) => own.find((run) => isAt(run, cell))?.value ?? Number.NaN);
    return { seed, values, missing: cells.filter((_, cell) => Number.isNaN(values[cell])) };
  });
  const complete = seeds.filter(({ missing }) => missing.length === 0);
  const blocks =
    complete.length < fewestBlocks ? [cellMeans(runs)] : complete.map(({ values }) => values);
  if (blocks.flat().some(Number.isNaN)) return null;

  const estimates = termContrasts.map((contrast) => estimate(blocks, contrast));
  const adjusted = holm(estimates.map(({ test }) => test?.p ?? 1));
  const whole = estimate(blocks, differenceOf(ofB, ofA));
  return {
    terms: termNames.map((name, term) => {
      const { effect, test } = estimates[term] ?? whole;
      const share = shares[term] ?? 0;
      const adjustedP = adjusted[term] ?? 1;
      return {
        name,
        effect,
        share: effect * share,
        test: test && { ...test, adjustedP, shareInterval: scaled(test.interval, share) },
      };
    }),
    simpleEffects: factorNames.flatMap((factor) =>
      cells.flatMap((at, from) => {
        if (at[factor]) return [];
        const to = cells.findIndex((cell) => isAt(cell, { ...at, [factor]: true }));
        const { effect, test } = estimate(blocks, differenceOf(to, from));
        return [{ factor, at, effect, interval: test?.interval ?? null }];
      }),
    ),
    difference: whole.effect,
    interval: whole.test?.interval ?? null,
    blocks: complete.length,
    leftOut: seeds.flatMap(({ seed, missing }) =>
      missing.length === 0 ? [] : [{ seed, missing }],
    ),
    pooled: blocks.length < fewestBlocks ? null : pooledOf(blocks),
  };
}

/**
 * Student's t over the blocks' own values of a contrast. Accuracies are multiples of one review, so few blocks may well have the same
 * value, 0 too: that is no spread to judge by.
 */
function estimate(blocks: readonly Block[], contrast: Contrast) {
  const values = meanOf(blocks.map((block) => valueOf(block, contrast)));
  const { count, mean, standardError } = values;
  const p = meanP(values);
  const test =
    p === null || standardError < resolution
      ? null
      : { standardError, p, interval: intervalAround(mean, standardError, count - 1, level) };
  return { effect: mean, test };
}

/**
 * Ordinary least squares with a constant, the seven terms and a column for each seed but one (Montgomery, Design and Analysis of
 * Experiments, chapter 4): over complete blocks its residual variance is the mean of the seven contrasts' own, each over the square
 * of its weights.
 */
function pooledOf(blocks: readonly Block[]): Pooled {
  const degreesOfFreedom = termNames.length * (blocks.length - 1);
  const variances = termContrasts.map((contrast) => {
    const { standardDeviation } = meanOf(blocks.map((block) => valueOf(block, contrast)));
    return standardDeviation ** 2 / lengthOf(contrast);
  });
  const variance = meanOf(variances).mean;
  const around = (contrast: Contrast) => {
    const { effect } = estimate(blocks, contrast);
    const standardError = Math.sqrt((variance * lengthOf(contrast)) / blocks.length);
    return {
      standardError,
      interval: intervalAround(effect, standardError, degreesOfFreedom, level),
    };
  };
  return {
    terms: termContrasts.map((contrast, term) => ({
      name: termNames[term] ?? 'embedding',
      ...around(contrast),
    })),
    interval: around(differenceOf(ofB, ofA)).interval,
    residualDeviation: Math.sqrt(variance),
    degreesOfFreedom,
    blocks: blocks.length,
  };
}

/** NaN where a cell has no run. */
const cellMeans = (runs: readonly GridRun[]): Block =>
  cells.map((cell) => meanOf(runs.filter((run) => isAt(run, cell)).map(({ value }) => value)).mean);

function valueOf(block: Block, contrast: Contrast): number {
  const value = block.reduce((sum, of, cell) => sum + of * (contrast[cell] ?? 0), 0);
  return Math.abs(value) < resolution ? 0 : value;
}

const differenceOf = (to: number, from: number): Contrast =>
  cells.map((_, cell) => Number(cell === to) - Number(cell === from));

function lengthOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight ** 2, 0);
}

const scaled = ([low, high]: Interval, by: number): Interval => [low * by, high * by];
