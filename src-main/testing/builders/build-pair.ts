import { tableMeasures, wordMeasures, type Diff } from '#contract/embedding-diff.ts';

type Pair = Diff['pairs'][number];

export const tableFigures = (value: number | null) =>
  Object.fromEntries(tableMeasures.map((name) => [name, value])) as Pair['figures'];

/** Of four seeds and five; null where the correlation is undefined. */
export const reliabilityOf = (mean: number | null): NonNullable<Pair['rankingReliability']> => ({
  seeds: [4, 5],
  splits: 6,
  measures: Object.fromEntries(
    wordMeasures.map((name) => [name, mean === null ? null : { mean, least: -0.1, most: 0.6 }]),
  ) as NonNullable<Pair['rankingReliability']>['measures'],
});

export const someFloor = {
  within: tableFigures(0.5),
  across: tableFigures(0.4),
  withinPairs: 12,
  acrossPairs: 12,
  isAtChance: false,
};

/** Two tables with a noise floor, as a comparison of an earlier version has them. */
export const buildPair = (override: Partial<Pair> = {}): Pair => ({
  first: 0,
  second: 1,
  isSameFrame: false,
  lengthRatio: 1,
  figures: tableFigures(0.5),
  chance: tableFigures(0.1),
  floor: someFloor,
  floorGap: null,
  notes: [],
  ...override,
});
