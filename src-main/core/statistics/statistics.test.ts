import { describe, expect, it, test } from 'vitest';

import { randomStream } from '../util/random.ts';
import fixtures from './fixtures/statistics.json' with { type: 'json' };
import { boundaryConstant, lookLevels } from './looks.ts';
import { meanOf } from './mean.ts';
import { multiBootstrap, type SeedPair } from './multi-bootstrap.ts';
import { calibrationBins, rankingOf } from './ranking.ts';
import { correlation, intervalAround, meanP } from './student.ts';

describe('means', () => {
  test.each(fixtures.means)(
    'interval and p agree with SciPy ($values.length values)',
    (fixture) => {
      const estimate = meanOf(fixture.values);
      expect(meanP(estimate)).toBeCloseTo(fixture.p, 10);
      intervalAround(estimate.mean, estimate.standardError, estimate.count - 1, 0.95).forEach(
        (end, i) => expect(end).toBeCloseTo(fixture.interval95[i] ?? 0, 10),
      );
      intervalAround(estimate.mean, estimate.standardError, estimate.count - 1, 0.9).forEach(
        (end, i) => expect(end).toBeCloseTo(fixture.interval90[i] ?? 0, 10),
      );
    },
  );

  it('needs two values', () => {
    expect(meanOf([0.1]).standardError).toBeNaN();
    expect(meanP(meanOf([0.1]))).toBeNull();
  });

  test.each(fixtures.correlations)('correlation agrees with SciPy', ({ first, second, r }) => {
    expect(correlation(first, second)).toBeCloseTo(r, 10);
  });

  it('knows no correlation of two pairs, or of a side that does not vary', () => {
    expect(correlation([1, 2], [1, 2])).toBeNull();
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNull();
    // Whose sum of products is a little more than their scale.
    expect(correlation([0.1, 0.2, 0.4], [0.1, 0.2, 0.4])).toBeLessThanOrEqual(1);
  });
});

describe('looks', () => {
  // Jennison and Turnbull, Group Sequential Methods (2000), table 2.3, alpha 0.05.
  test.each([
    [1, 1.96],
    [2, 1.977],
    [3, 2.004],
    [4, 2.024],
    [5, 2.04],
    [10, 2.087],
  ])('%i looks have the constant %d', (looks, constant) => {
    expect(boundaryConstant(looks, 0.05)).toBeCloseTo(constant, 3);
  });

  it('spends next to nothing early and nearly all at the end', () => {
    const [first, second, third] = lookLevels(3);
    expect(first).toBeCloseTo(0.000519, 5);
    expect(second).toBeCloseTo(0.01411, 4);
    expect(third).toBeCloseTo(0.04507, 4);
    expect(lookLevels(1)).toEqual([expect.closeTo(0.05, 10)]);
    expect(() => lookLevels(0)).toThrow('from 1 to 20');
  });
});

describe('multi-bootstrap', () => {
  const rows = 2000;
  const model = (right: number, seed: number) => {
    const random = randomStream(seed, 'model');
    return Uint8Array.from({ length: rows }, () => (random.uniform() < right ? 1 : 0));
  };
  const uniform = () => {
    const random = randomStream(7, 'bootstrap');
    return () => random.uniform();
  };
  const estimate = (pairs: readonly SeedPair[]) => {
    const parts = multiBootstrap(pairs, uniform());
    for (;;) {
      const { done, value } = parts.next();
      if (done === true) return value;
    }
  };

  it('has the mean difference, and an interval as wide as its two sources', () => {
    const pairs = [1, 2, 3, 4, 5].map((seed) => ({
      first: model(0.8, seed),
      second: model(0.85, seed + 100),
    }));
    const { difference, interval } = estimate(pairs);
    const mean = meanOf(pairs.map(({ first, second }) => (sum(second) - sum(first)) / rows));
    expect(difference).toBeCloseTo(mean.mean, 12);
    // Independent models: a review's difference has the variance p q + p' q' a seed, and a seed is drawn w times, E w^2 = 2 - 1 / 5.
    const variance =
      (1.8 * (0.8 * 0.2 + 0.85 * 0.15)) / (rows * 5) + (mean.standardDeviation ** 2 * 4) / 25;
    expect((interval[1] - interval[0]) / (2 * 1.96 * Math.sqrt(variance))).toBeGreaterThan(0.9);
    expect((interval[1] - interval[0]) / (2 * 1.96 * Math.sqrt(variance))).toBeLessThan(1.1);
    expect(estimate(pairs)).toEqual(estimate(pairs));
  });

  it('is nothing for the same models', () => {
    const one = model(0.8, 1);
    expect(estimate([{ first: one, second: one }])).toMatchObject({
      difference: 0,
      interval: [0, 0],
    });
    expect(estimate([]).replicates).toBe(0);
  });

  const sum = (values: Uint8Array) => values.reduce((a, b) => a + b, 0);
});

describe('ranking', () => {
  test.each(fixtures.rankings)(
    'areas agree with scikit-learn ($labels.length reviews)',
    (fixture) => {
      const ranking = rankingOf(fixture.labels, fixture.probabilities);
      expect(ranking.rocArea).toBeCloseTo(fixture.rocArea, 12);
      expect(ranking.averagePrecision).toBeCloseTo(fixture.averagePrecision, 12);
      expect(ranking.points.at(-1)).toMatchObject({
        truePositives: ranking.positives,
        falsePositives: ranking.negatives,
      });
    },
  );

  it('has no area without one of the classes', () => {
    expect(rankingOf([1, 1], [0.2, 0.3]).rocArea).toBeNaN();
  });

  it('bins reviews by probability', () => {
    expect(calibrationBins([1, 0, 1], [0.95, 0.05, 1], 10)).toEqual([
      { count: 1, meanProbability: 0.05, positiveShare: 0 },
      { count: 2, meanProbability: 0.975, positiveShare: 1 },
    ]);
  });
});
