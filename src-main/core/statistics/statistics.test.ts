import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { randomStream } from '../random.ts';
import fixtures from './fixtures/statistics.json' with { type: 'json' };
import { boundaryConstant, lookLevels } from './looks.ts';
import { meanOf } from './mean.ts';
import { morePairs } from './more-pairs.ts';
import { multiBootstrap, type SeedPair } from './multi-bootstrap.ts';
import { calibrationBins, rankingOf } from './ranking.ts';
import { correlation, intervalAround, meanP } from './student.ts';
import { twoWayEstimate } from './two-way.ts';
import { verdictOf, type VerdictState } from './verdict.ts';

/** Standard normal, by Box and Muller. */
function normals(seed: number, name: string): () => number {
  const random = randomStream(seed, name);
  return () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

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

describe('verdict', () => {
  const spread = (mean: number, by: number) => [mean - by, mean, mean + by];
  test.each<[VerdictState, 'first' | 'second' | null, number[]]>([
    ['better', 'second', spread(0.0046, 0.0005)],
    ['better', 'first', spread(-0.0046, 0.0005)],
    ['ahead', 'second', spread(0.003, 0.001)],
    ['aheadBelowMargin', 'second', spread(0.001, 0.0002)],
    ['alike', null, spread(0.0002, 0.0005)],
    ['leaning', 'second', spread(0.0046, 0.002)],
    ['leaning', 'first', spread(-0.0046, 0.002)],
    ['open', null, spread(0.0005, 0.02)],
    ['tooFewSeeds', null, [0.0046]],
    ['tooFewSeeds', null, []],
  ])('%s, ahead %s', (state, ahead, differences) => {
    expect(verdictOf(differences, 0.0025)).toMatchObject({
      state,
      ahead,
      seeds: differences.length,
    });
  });

  it('gives every set of differences exactly one state, and the mirrored one for mirrored differences', () => {
    const difference = fc.double({ min: -0.05, max: 0.05, noNaN: true });
    fc.assert(
      fc.property(fc.array(difference, { minLength: 2, maxLength: 8 }), (differences) => {
        const verdict = verdictOf(differences, 0.0025);
        const mirrored = verdictOf(
          differences.map((value) => -value),
          0.0025,
        );
        expect(mirrored.state).toBe(verdict.state);
        if (verdict.ahead !== null && verdict.difference !== 0)
          expect(mirrored.ahead).toBe(verdict.ahead === 'first' ? 'second' : 'first');
      }),
    );
  });

  it('is wider at an early look, and says which it is', () => {
    const differences = spread(0.0046, 0.001);
    const alone = verdictOf(differences, 0.0025);
    const early = verdictOf(differences, 0.0025, { number: 1, planned: 3 });
    expect(early.look).toEqual({ number: 1, planned: 3 });
    expect(early.interval95?.[0]).toBeLessThan(alone.interval95?.[0] ?? 0);
    expect(early.p).toBe(alone.p);
    expect(() => verdictOf(differences, 0.0025, { number: 0, planned: 3 })).toThrow(
      'no look 0 of 3',
    );
  });

  it('is judged as the last of two looks where the second was not planned', () => {
    const differences = spread(0.0046, 0.001);
    const added = verdictOf(differences, 0.0025, { number: 2, planned: 1 });
    expect(added.look).toEqual({ number: 2, planned: 1 });
    expect(added.interval95).toEqual(
      verdictOf(differences, 0.0025, { number: 2, planned: 2 }).interval95,
    );
  });

  it('is wrong in about 5 % of experiments in which nothing differs', () => {
    const normal = normals(1, 'no difference');
    let wrong = 0;
    for (let experiment = 0; experiment < 4000; experiment += 1) {
      const { state } = verdictOf(
        Array.from({ length: 5 }, () => normal() * 0.004),
        0.0025,
      );
      if (state === 'better' || state === 'ahead' || state === 'aheadBelowMargin') wrong += 1;
    }
    expect(wrong / 4000).toBeGreaterThan(0.04);
    expect(wrong / 4000).toBeLessThan(0.06);
  });
});

describe('more pairs', () => {
  it('are as many as would settle it in four of five such experiments', () => {
    const differences = [0.001, 0.009, 0.002, 0.008];
    const more = morePairs(differences, 0.0025);
    expect(verdictOf(differences, 0.0025).state).toBe('leaning');
    // 80 % power at d = 0.005, s = 0.00408 and level 0.048: G*Power asks for 8 pairs at 0.05.
    expect(more).toBe(4);
    expect(morePairs(differences, 0.0025, { look: 4 })).toBeGreaterThanOrEqual(4);
  });

  it('cannot be told from three pairs, and may be too many', () => {
    expect(morePairs([0.001, 0.009, 0.002], 0.0025)).toBe('unknown');
    expect(morePairs([0.05, -0.05, 0.06, -0.06], 0.0025)).toBeNull();
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

describe('seeds and reviews as samples', () => {
  test.each(fixtures.twoWay)('agree with statsmodels ($first.length seeds)', (fixture) => {
    const pairs = fixture.first.map((first, seed) => ({
      first: Uint8Array.from(first),
      second: Uint8Array.from(fixture.second[seed] ?? []),
    }));
    const estimate = twoWayEstimate(pairs);
    expect(estimate?.difference).toBeCloseTo(fixture.difference, 12);
    estimate?.interval.forEach((end, index) =>
      expect(end).toBeCloseTo(fixture.interval[index] ?? 0, 8),
    );
  });

  test.each([2, 3, 5])(
    'cover what they say with %i seeds, where a percentile bootstrap does not',
    (seeds) => {
      const normal = normals(3, `two-way ${seeds}`);
      const experiments = 400;
      let covered = 0;
      for (let experiment = 0; experiment < experiments; experiment += 1) {
        const ease = Array.from({ length: 200 }, () => 0.8 + normal());
        const model = () => {
          const skill = 0.15 * normal();
          return Uint8Array.from(ease, (value) => Number(value + skill + 0.6 * normal() > 0));
        };
        const pairs = Array.from({ length: seeds }, () => ({ first: model(), second: model() }));
        const [low, high] = twoWayEstimate(pairs)?.interval ?? [Number.NaN, Number.NaN];
        if (low <= 0 && high >= 0) covered += 1;
      }
      expect(covered / experiments).toBeGreaterThan(0.93);
    },
  );

  it('need two seeds, and are nothing for the same models', () => {
    const one = Uint8Array.of(1, 0, 1);
    expect(twoWayEstimate([{ first: one, second: one }])).toBeNull();
    expect(
      twoWayEstimate([
        { first: one, second: one },
        { first: one, second: one },
      ])?.interval,
    ).toEqual([0, 0]);
  });
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
