import { describe, expect, it, test } from 'vitest';

import { coverage, differencesOf, judged } from '../../testing/builders/crossed-effects.ts';
import { randomStream } from '../util/random.ts';
import older from './fixtures/statistics.json' with { type: 'json' };
import fixtures from './fixtures/verdict.json' with { type: 'json' };
import { meanOf } from './mean.ts';
import type { Interval } from './student.ts';
import { reviewVariance, type ScoredPair } from './two-way.ts';

const pairsOf = ({ first, second }: { first: number[][]; second: number[][] }): ScoredPair[] =>
  first.map((values, seed) => ({ first: values, second: second[seed] ?? [] }));

const expectClose = (
  interval: Interval | undefined,
  expected: readonly number[],
  digits = 8,
): void => expected.forEach((end, index) => expect(interval?.[index]).toBeCloseTo(end, digits));

describe('seeds and reviews as samples', () => {
  test.each(older.twoWay)('agree with statsmodels ($first.length seeds)', (fixture) => {
    const { difference, twoWay } = judged(pairsOf(fixture));
    expect(difference).toBeCloseTo(fixture.difference, 12);
    expectClose(twoWay?.interval95, fixture.interval);
  });

  test.each(fixtures.twoWay)(
    'agree with statsmodels in both intervals, p and at an added look ($first.length seeds)',
    (fixture) => {
      const pairs = pairsOf(fixture);
      const { difference, twoWay } = judged(pairs);
      expect(difference).toBeCloseTo(fixture.difference, 12);
      expect(reviewVariance(pairs)).toBeCloseTo(fixture.reviewVariance, 12);
      expectClose(twoWay?.interval95, fixture.interval95);
      expectClose(twoWay?.interval90, fixture.interval90);
      expect(twoWay?.p).toBeCloseTo(fixture.p, 8);
      // The level of an added look is known to seven digits.
      expectClose(judged(pairs, { number: 2, planned: 1 }).twoWay?.interval95, fixture.added95, 5);
    },
  );

  it('are of any score of a review, and of the variance over seeds and the rest', () => {
    const random = randomStream(5, 'losses');
    const model = () => Float64Array.from({ length: 50 }, () => random.uniform());
    const pairs = Array.from({ length: 4 }, () => ({ first: model(), second: model() }));
    const times = (by: number) =>
      pairs.map(({ first, second }) => ({
        first: first.map((value) => by * value),
        second: second.map((value) => by * value),
      }));
    expect(reviewVariance(times(-3))).toBeCloseTo(9 * (reviewVariance(pairs) ?? 0), 12);
  });

  it('need two seeds, and are nothing for the same models', () => {
    const one = Uint8Array.of(1, 0, 1);
    const same = { first: one, second: one };
    expect(reviewVariance([same])).toBeNull();
    expect(judged([same, same]).twoWay).toBeNull();
  });

  test.each([2, 3, 5])('cover what they say of equal variants with %i seeds', (seeds) => {
    const { twoWay } = coverage({ seeds, reviews: 200, apart: 0, skill: 0.15, experiments: 400 });
    expect(twoWay).toBeGreaterThan(0.93);
  });

  test('where variants truly differ, the interval over seeds misses new reviews, and the rule does not', () => {
    const fixture = fixtures.coverage.at(-1);
    if (fixture === undefined) throw new Error('No fixture.');
    const { seeds, reviews, apart } = fixture;
    const experiments = 400;
    const found = coverage({ seeds, reviews, apart, skill: 0.05, experiments });
    // The fixture is of the same experiments in NumPy: within three standard errors of both simulations.
    for (const key of ['overSeeds', 'twoWay', 'rule'] as const) {
      const share = fixture[key];
      const error = Math.sqrt(share * (1 - share) * (1 / experiments + 1 / fixture.experiments));
      expect(Math.abs(found[key] - share)).toBeLessThan(3 * error);
    }
    expect(found.overSeeds).toBeLessThan(0.85);
    expect(found.rule).toBeGreaterThan(0.93);
  });
});

test('the mean difference over seeds is that over seeds and reviews', () => {
  const [fixture] = fixtures.twoWay;
  if (fixture === undefined) throw new Error('No fixture.');
  expect(meanOf(differencesOf(pairsOf(fixture))).mean).toBeCloseTo(fixture.difference, 12);
});
