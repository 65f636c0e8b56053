import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rankingOf } from '../statistics/ranking.ts';
import { wilsonInterval } from '../statistics/wilson.ts';
import { rateOf } from '../metrics/run-figures.ts';
import { cellOf, confusionAt, type Confusion } from './confusion.ts';
import { precisionRecallPoints, rocPoints, thinned, type CurvePoint } from './curve-points.ts';
import { equalSlices, slicesUpTo, valueSlices } from './slices.ts';

const labels = [0, 0, 1, 1, 1];
const probabilities = [0.1, 0.7, 0.4, 0.7, 0.9];
const judged = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 20 })), {
    minLength: 1,
    maxLength: 80,
  })
  .map((pairs) => ({
    labels: pairs.map(([label]) => label),
    probabilities: pairs.map(([, tick]) => tick / 20),
  }));

const ratesOf = (cells: Confusion) => ({
  accuracy: rateOf('accuracy', cells),
  precision: rateOf('precision', cells),
  recall: rateOf('recall', cells),
  specificity: rateOf('specificity', cells),
  f1: rateOf('f1', cells),
});

describe('a confusion', () => {
  it('counts truth by verdict, positive from the threshold on', () => {
    expect(confusionAt(labels, probabilities, 0.5)).toEqual([1, 1, 1, 2]);
    expect(confusionAt(labels, probabilities, 0.7)).toEqual([1, 1, 1, 2]);
    expect(confusionAt(labels, probabilities, 0.71)).toEqual([2, 0, 2, 1]);
    expect(confusionAt(labels, probabilities, 0)).toEqual([0, 2, 0, 3]);
    expect(cellOf(1, 0.49, 0.5)).toBe(2);
  });

  it('has rates, where there is something to count', () => {
    expect(ratesOf([1, 1, 1, 2])).toEqual({
      accuracy: 3 / 5,
      precision: 2 / 3,
      recall: 2 / 3,
      specificity: 1 / 2,
      f1: 2 / 3,
    });
    expect(ratesOf([5, 0, 0, 0])).toEqual({
      accuracy: 1,
      precision: null,
      recall: null,
      specificity: 1,
      f1: null,
    });
  });
});

describe('curves over thresholds', () => {
  it('go through the confusions of their thresholds', () => {
    fc.assert(
      fc.property(judged, ({ labels: truth, probabilities: said }) => {
        const ranking = rankingOf(truth, said);
        for (const { x, y, threshold } of rocPoints(ranking)) {
          const rates = ratesOf(confusionAt(truth, said, threshold));
          expect(y).toBe(rates.recall);
          expect(x).toBeCloseTo(1 - (rates.specificity ?? 0), 12);
        }
        for (const { x, y, threshold } of precisionRecallPoints(ranking)) {
          const rates = ratesOf(confusionAt(truth, said, threshold));
          expect([x, y]).toEqual([rates.recall, rates.precision]);
        }
      }),
    );
  });

  it('have the area that the ranking has', () => {
    fc.assert(
      fc.property(judged, ({ labels: truth, probabilities: said }) => {
        const ranking = rankingOf(truth, said);
        const points = rocPoints(ranking);
        if (points.length > 0) expect(areaUnder(points)).toBeCloseTo(ranking.rocArea, 10);
      }),
    );
  });

  it('do not exist where a class is missing', () => {
    const ranking = rankingOf([1, 1], [0.2, 0.8]);
    expect([rocPoints(ranking), precisionRecallPoints(ranking)]).toEqual([[], []]);
  });

  it('are drawn from fewer points that lie on them', () => {
    const many = Array.from({ length: 10_001 }, (_, i) => ({
      x: i / 10_000,
      y: Math.sqrt(i / 10_000),
      threshold: 1 - i / 10_000,
    }));
    const few = thinned(many, 200);
    expect(few.length).toBeLessThan(410);
    expect([few[0], few.at(-1)]).toEqual([many[0], many.at(-1)]);
    expect(Math.abs(areaUnder(few) - areaUnder(many))).toBeLessThan(1e-4);
  });
});

describe('slices', () => {
  const values = [3, 1, 2, 2, 10, 7, 5, 4];
  const isRight = (index: number) => index % 2 === 0;

  it('hold about as many reviews each, and all of them', () => {
    const slices = equalSlices(values, isRight, 4);
    expect(slices.map(({ from, to, count, right }) => [from, to, count, right])).toEqual([
      [1, 2, 3, 1],
      [3, 3, 1, 1],
      [4, 5, 2, 1],
      [7, 10, 2, 1],
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        (all, parts) => {
          const found = equalSlices(all, () => true, parts);
          expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
          found.forEach((slice, i) => {
            if (i > 0) expect(slice.from).toBeGreaterThan(found[i - 1]!.to);
          });
        },
      ),
    );
  });

  it('are one a rating; reviews without one are left out', () => {
    const slices = valueSlices([10, 1, Number.NaN, 1], (index) => index !== 1);
    expect(slices.map(({ from, count, accuracy }) => [from, count, accuracy])).toEqual([
      [1, 2, 0.5],
      [10, 1, 1],
    ]);
  });

  it('end where they are told to', () => {
    const slices = slicesUpTo([0, 0, 0.2, 0.9], () => true, [0, 0.25, 0.5, 1]);
    expect(slices.map(({ from, to, count }) => [from, to, count])).toEqual([
      [0, 0, 2],
      [0.2, 0.2, 1],
      [0.9, 0.9, 1],
    ]);
  });
});

it.each([
  // scipy.stats.binomtest(k, n).proportion_ci(method='wilson')
  [0, 5, 0, 0.43448246478317476],
  [3, 4, 0.30064184258240184, 0.9544127391902995],
  [860, 1000, 0.8371133085163773, 0.8801314253740229],
  [5, 5, 0.5655175352168251, 1],
])('Wilson’s interval of %i in %i', (successes, count, low, high) => {
  const interval = wilsonInterval(successes, count);
  expect(interval[0]).toBeCloseTo(low, 12);
  expect(interval[1]).toBeCloseTo(high, 12);
});

function areaUnder(points: readonly CurvePoint[]): number {
  return points.reduce((sum, { x, y }, i) => {
    const before = points[i - 1];
    return before === undefined ? 0 : sum + ((x - before.x) * (y + before.y)) / 2;
  }, 0);
}
