import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { wordMeasures, type WordMeasure } from '#contract/embedding-diff.ts';

import { randomStream } from '../../util/random.ts';
import { compareTables } from '../compare/compare-tables.ts';
import type { Matrix } from '../algebra/matrix.ts';
import { planFloor, type Member, type Pair } from '../compare/noise-floor.ts';
import type { PairMeasures } from '../compare/pair-measures.ts';
import { plainProducts } from '../algebra/products.ts';
import { rankCorrelation } from '../algebra/rank-correlation.ts';
import { rankingReliability } from './ranking-reliability.ts';

/** Made by fixtures/make-ranking.py. */
const reference = JSON.parse(
  readFileSync(new URL('../fixtures/ranking.json', import.meta.url), 'utf8'),
) as Readonly<{
  members: readonly Readonly<{ group: string; seed: number }>[];
  tables: readonly (readonly number[])[];
  reliability: Readonly<
    Partial<Record<WordMeasure, Readonly<{ mean: number; least: number; most: number }>>>
  >;
  unrelated: Readonly<{
    x: readonly number[];
    y: readonly number[];
    procrustes: number;
    secondOrder: number;
    reordered: Readonly<{ mean: number; deviation: number }>;
  }>;
}>;

test('the reliability of a ranking is that of NumPy and SciPy, over all ways to halve four and five seeds', async () => {
  const members = reference.members.map((of) => ({ ...of, runId: `${of.group}${of.seed}` }));
  const first = 0;
  const second = members.findIndex(({ group }) => group === 'b');
  // The shown tables come first.
  const order = [first, second, ...members.keys()].filter((of, at, all) => all.indexOf(of) === at);
  const { pairs } = await compared(
    order.map((index) => matrix(reference.tables[index] ?? [])),
    order.map((index) => members[index]!),
  );
  const reliability = pairs[0]?.reliability;
  expect(reliability).toMatchObject({ seeds: [4, 5], splits: 6 });
  for (const [measure, expected] of Object.entries(reference.reliability)) {
    const found = reliability!.measures[measure as WordMeasure];
    // Overlaps of ten neighbours are nearly tied, and words are kept in float32.
    const digits = measure === 'jaccard10' ? 2 : 6;
    for (const part of ['mean', 'least', 'most'] as const)
      expect(found[part], `${measure} ${part}`).toBeCloseTo(expected[part], digits);
  }
  // k = 250 is undefined with so few words.
  expect(reliability?.measures.jaccard250.mean).toBeNaN();
});

test('unrelated tables have a second-order similarity below 0, which is its chance level, and a Procrustes distance near the root of 2', async () => {
  const { x, y, secondOrder, reordered, procrustes } = reference.unrelated;
  const { measures } = (await compared([matrix(x), matrix(y)])).pairs[0]!;
  expect(measures.whole.meanSecondOrder).toBeCloseTo(secondOrder, 6);
  expect(measures.whole.procrustesDistanceRoot).toBeCloseTo(procrustes, 6);
  expect(measures.whole.procrustesDistance).toBeCloseTo(procrustes ** 2, 6);
  const { chance, standardErrors } = measures;
  expect(chance.meanSecondOrder).toBeLessThan(-0.3);
  expect(Math.abs(chance.meanSecondOrder - reordered.mean)).toBeLessThan(
    (4 * reordered.deviation) / Math.sqrt(5),
  );
  expect(standardErrors.chance.meanSecondOrder).toBeGreaterThan(0.1 * reordered.deviation);
  expect(standardErrors.chance.meanSecondOrder).toBeLessThan(reordered.deviation);
  // Known without drawing.
  expect(standardErrors.chance.meanJaccard10).toBeNaN();
});

describe('the reliability of a ranking', () => {
  const words = 1500;

  /** A measure of two tables: a standard normal of the pair and the word, and between the variants `signal` times the word's own. */
  function simulated(seeds: number, signal: number) {
    const members: Member[] = ['a', 'b'].flatMap((group) =>
      Array.from({ length: seeds }, (_, seed) => ({ runId: `${group}${seed}`, seed, group })),
    );
    const normals = (name: string): Float32Array => {
      const { normal } = randomStream(1, name);
      return Float32Array.from({ length: words }, normal);
    };
    const change = normals('change');
    const measured = (pair: Pair): PairMeasures => {
      const isAcross = members[pair[0]]?.group !== members[pair[1]]?.group;
      const values = normals(pair.join()).map(
        (of, word) => of + (isAcross ? signal * (change[word] as number) : 0),
      );
      const column = Object.fromEntries(wordMeasures.map((measure) => [measure, values]));
      return { words: column, whole: {} } as unknown as PairMeasures;
    };
    const known = new Map<string, PairMeasures>();
    const measuresOf = (pair: Pair): PairMeasures => {
      const measures = known.get(pair.join()) ?? measured(pair);
      known.set(pair.join(), measures);
      return measures;
    };
    return rankingReliability(members, planFloor(members, 0, seeds), measuresOf, 1);
  }

  test('is about 0 where the words do not differ in their change', () => {
    for (const seeds of [4, 8]) {
      const { mean, least, most } = simulated(seeds, 0)!.measures.alignedL2;
      expect(Math.abs(mean)).toBeLessThan(0.05);
      expect(most - least).toBeLessThan(0.3);
    }
  });

  test('of a planted change is the share of its variance in that of half the seeds', () => {
    // Of four seeds a side, 12 pairs across and 6 within on either side: a variance of 1/12 + (1/6 + 1/6) / 4.
    const noise = 1 / 12 + 1 / 12;
    const pearson = 0.4 ** 2 / (0.4 ** 2 + noise);
    // Of normal variables: K. Pearson 1907.
    const spearman = (6 / Math.PI) * Math.asin(pearson / 2);
    expect(simulated(8, 0.4)?.measures.alignedL2.mean).toBeCloseTo(spearman, 1);
  });

  test('takes four seeds of either variant, and halves them every way there is, or twenty ways', () => {
    expect(simulated(3, 1)).toBeNull();
    expect(simulated(4, 1)?.splits).toBe(3);
    expect(simulated(8, 1)).toMatchObject({ splits: 20, seeds: [8, 8] });
  });

  test('is none without a noise floor', () => {
    expect(rankingReliability([], { gap: 'outside' }, () => ({}) as PairMeasures, 1)).toBeNull();
  });
});

test('rank correlation gives ties the mean of their places, and leaves out what is undefined', () => {
  // scipy.stats.spearmanr([1, 2, 2, 4], [1, 3, 2, 4])
  const correlation = rankCorrelation(
    Float32Array.of(1, 2, Number.NaN, 2, 4),
    Float32Array.of(1, 3, 9, 2, 4),
  );
  expect(correlation).toBeCloseTo(0.9486832980505138, 12);
  expect(rankCorrelation(Float32Array.of(1, 1), Float32Array.of(1, 2))).toBeNaN();
});

const matrix = (values: readonly number[]): Matrix => ({
  rows: values.length / 5,
  columns: 5,
  values: Float32Array.from(values),
});

const compared = (
  tables: readonly Matrix[],
  members: readonly Member[] = tables.map((_, seed) => ({ runId: `${seed}`, seed, group: null })),
) =>
  compareTables(
    {
      tables: tables.map((values) => ({ values, start: null })),
      members,
      shownCount: 2,
      rankedCount: tables[0]?.rows ?? 0,
      pairs: [{ first: 0, second: 1, isFixed: false, floor: planFloor(members, 0, 1) }],
      reference: null,
      subject: 'table',
      isCentred: true,
      poles: { positive: Int32Array.of(0), negative: Int32Array.of(1) },
      logOdds: new Float32Array(tables[0]?.rows ?? 0),
      seed: 1,
    },
    plainProducts,
    () => Promise.resolve(),
  );
