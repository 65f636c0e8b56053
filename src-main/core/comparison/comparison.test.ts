import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { defaultConfig } from '../config/run-config.ts';
import { binomialCumulative, binomialDraw, binomialProbability, logFactorial } from './binomial.ts';
import { configDifferences, flipsOf } from './differences.ts';
import { typicalEpochSeconds } from './epoch-time.ts';
import { figuresOf } from './figures.ts';
import { comparePaired, mcnemarExact } from './paired.ts';

test('the time of an epoch leaves out the first, which warms up, where there are more', () => {
  const of = (...seconds: number[]) =>
    typicalEpochSeconds(seconds.map((trainSeconds) => ({ trainSeconds, evalSeconds: 1 })));
  expect(of()).toBeNull();
  expect(of(90)).toBe(91);
  expect(of(90, 20)).toBe(21);
  expect(of(90, 20, 40, 30)).toBe(31);
});

describe('binomial', () => {
  test('log factorial agrees with SciPy gammaln(n + 1)', () => {
    expect(logFactorial(21)).toBeCloseTo(45.38013889847691, 10);
    expect(logFactorial(1000)).toBeCloseTo(5912.128178488163, 8);
  });

  test('probabilities sum to one and agree with scipy.stats.binom', () => {
    expect(binomialProbability(1204, 2523, 0.5)).toBeCloseTo(0.0011554690389580613, 12);
    expect(binomialCumulative(2, 10, 0.3)).toBeCloseTo(0.3827827864, 9);
    expect(binomialCumulative(50, 50, 0.2)).toBeCloseTo(1, 12);
  });

  test('a draw is the inverse of a distribution with the right mean and variance', () => {
    const n = 25_000;
    const p = 0.05;
    const draws = Array.from({ length: 4000 }, (_, i) => binomialDraw(n, p, (i + 0.5) / 4000));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(n * p, 0);
    expect(Math.abs(variance / (n * p * (1 - p)) - 1)).toBeLessThan(0.02);
  });

  test('a draw stays in range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.9999999999, noNaN: true }),
        (n, p, u) => {
          const draw = binomialDraw(n, p, u);
          return Number.isInteger(draw) && draw >= 0 && draw <= n;
        },
      ),
    );
  });
});

describe('paired comparison', () => {
  test("McNemar's exact p agrees with statsmodels", () => {
    // statsmodels.stats.contingency_tables.mcnemar([[0, b], [c, 0]], exact=True).pvalue
    expect(mcnemarExact(5, 15)).toBeCloseTo(0.04138946533203125, 12);
    expect(mcnemarExact(1204, 1319)).toBeCloseTo(0.02321394277916632, 10);
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(7, 7)).toBe(1);
  });

  test('counts, difference and interval', () => {
    const labels = [...Array(1000).keys()].map((i) => i % 2);
    const first = labels.map((label, i) => (i < 100 ? 1 - label : label));
    const second = labels.map((label, i) => (i >= 80 && i < 130 ? 1 - label : label));
    const paired = comparePaired({ labels, first, second }, seeded());
    expect(paired).toMatchObject({
      rows: 1000,
      onlyFirstRight: 30,
      onlySecondRight: 80,
      bothWrong: 20,
      bothRight: 870,
      difference: 0.05,
    });
    // Normal approximation: 0.05 +- 1.96 * sqrt((0.11 - 0.0025) / 1000).
    expect(paired.interval?.[0]).toBeCloseTo(0.05 - 0.02032, 2);
    expect(paired.interval?.[1]).toBeCloseTo(0.05 + 0.02032, 2);
    expect(comparePaired({ labels, first, second }, seeded())).toEqual(paired);
  });

  test('where no review tells two models apart there is no interval and no p, and the reason', () => {
    const labels = [0, 1, 1, 0];
    const p = [0.2, 0.7, 0.4, 0.9];
    expect(comparePaired({ labels, first: p, second: p }, seeded())).toMatchObject({
      difference: 0,
      interval: null,
      mcnemarP: null,
      bothRight: 2,
      bothWrong: 2,
      reason: expect.stringMatching(/without a disagreement/) as string,
    });
    expect(comparePaired({ labels: [], first: [], second: [] }, seeded())).toMatchObject({
      interval: null,
      mcnemarP: null,
      reason: expect.stringMatching(/no review in common/) as string,
    });
  });

  test('on reviews of one label the model that predicts it oftener is not called better: 12 of 50 give p = 0.0005', () => {
    const labels = Array.from({ length: 50 }, () => 1);
    const first = labels.map((_, row) => (row < 12 ? 0.4 : 0.6));
    const second = labels.map(() => 0.6);
    expect(mcnemarExact(0, 12)).toBeCloseTo(0.00049, 5);
    expect(comparePaired({ labels, first, second }, seeded())).toMatchObject({
      difference: 0.24,
      onlySecondRight: 12,
      interval: null,
      mcnemarP: null,
      reason: expect.stringMatching(/All 50 reviews have the same label/) as string,
    });
  });
});

describe('figures', () => {
  test('by hand', () => {
    const figures = figuresOf([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9]);
    expect(figures.accuracy).toBe(0.5);
    expect(figures.confusion).toEqual([1, 1, 1, 1]);
    expect(figures.brier).toBeCloseTo((0.01 + 0.36 + 0.36 + 0.01) / 4, 12);
    expect(figures.loss).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.4) + Math.log(0.4) + Math.log(0.9)) / 4,
      12,
    );
    expect(figures.calibrationError).toBeCloseTo((0.1 + 0.6 + 0.6 + 0.1) / 4, 12);
  });

  test('a probability of exactly 1 for the wrong label is a finite loss', () => {
    expect(figuresOf([0], [1]).loss).toBeCloseTo(-Math.log(1e-7), 6);
  });
});

test('configuration differences name the fields and every value', () => {
  const other = { ...defaultConfig, maxLength: 400, clipNorm: 1 };
  expect(configDifferences([defaultConfig, other])).toEqual({
    maxLength: [500, 400],
    clipNorm: ['none', 1],
  });
  expect(configDifferences([defaultConfig])).toEqual({});
});

test('flips are ordered by distance, then row', () => {
  expect(flipsOf([7, 8, 9, 10], [1, 0, 1, 1], [0.9, 0.4, 0.6, 0.8], [0.2, 0.6, 0.4, 0.7])).toEqual([
    { row: 7, label: 1, probabilities: [0.9, 0.2] },
    { row: 8, label: 0, probabilities: [0.4, 0.6] },
    { row: 9, label: 1, probabilities: [0.6, 0.4] },
  ]);
});

/** A small linear congruential stream, good enough to drive a test. */
function seeded(): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
