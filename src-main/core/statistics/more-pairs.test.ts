import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import { expect, it, test } from 'vitest';

import { mostPairs } from '../experiment/planned-looks.ts';
import fixtures from './fixtures/verdict.json' with { type: 'json' };
import { levelOfLook } from './looks.ts';
import { meanOf } from './mean.ts';
import { morePairs, settledShare } from './more-pairs.ts';

test.each(fixtures.chiSquares)(
  'chi-square of $df degrees agrees with SciPy at $probability',
  ({ probability, df, quantile }) => {
    expect(chiSquareQuantile(probability, df) / quantile).toBeCloseTo(1, 10);
  },
);

test.each(fixtures.pairsNeeded)(
  'the share that m more pairs settle is that of simulated experiments ($values.length pairs, $margin)',
  ({ values, margin, reviewVariance, shares }) => {
    const { count, mean, standardDeviation: deviation } = meanOf(values);
    const sofar = { count, mean, squares: deviation ** 2 * (count - 1), margin };
    const level = levelOfLook({ number: 2, planned: 1 });
    shares.forEach((share, index) => {
      const found = settledShare(sofar, { deviation, added: index + 1, level, reviewVariance });
      // 100,000 experiments are right to 0.5 points, the grid to another.
      expect(Math.abs(found - share)).toBeLessThan(0.015);
    });
  },
);

test.each(fixtures.pairsNeeded)(
  'pairs needed agree with SciPy and NumPy ($values.length pairs: $pairs more)',
  ({ values, margin, reviewVariance, pairs, shares, spread }) => {
    const needed = morePairs(values, margin, { reviewVariance, most: mostPairs });
    if (needed === 'unknown' || needed.pairs === null) throw new Error('Not found.');
    // Where the share rises slowly, several numbers are as good as each other.
    expect(shares[needed.pairs - 1]).toBeGreaterThan(0.785);
    expect(needed.pairs).toBeLessThanOrEqual(pairs + 1);
    const [low, high] = needed.range;
    expect(low ?? 0).toBeLessThanOrEqual(needed.pairs);
    expect(high ?? mostPairs).toBeGreaterThanOrEqual(needed.pairs);
    const { count, standardDeviation } = meanOf(values);
    [0.9, 0.1].forEach((probability, index) =>
      expect(
        standardDeviation * Math.sqrt((count - 1) / chiSquareQuantile(probability, count - 1)),
      ).toBeCloseTo(spread[index] ?? 0, 10),
    );
  },
);

it('does not ask for the pairs of a difference and of equivalence apart', () => {
  // The formulas for one of the two asked for 29; either of them settles it.
  const values = [-0.0041, 0.0047, 0.0011, 0.0035, -0.0019, 0.0039];
  const needed = morePairs(values, 0.005, { most: mostPairs });
  if (needed === 'unknown') throw new Error('Not found.');
  expect(needed.pairs).toBeLessThan(12);
});

it('cannot be told from three pairs, and may be too many', () => {
  expect(morePairs([0.001, 0.009, 0.002], 0.0025, { most: mostPairs })).toBe('unknown');
  expect(morePairs([0.05, -0.05, 0.06, -0.06], 0.0025, { most: mostPairs })).toEqual({
    pairs: null,
    range: [null, null],
  });
});

it('asks for more at a later look', () => {
  const values = [0.001, 0.009, 0.002, 0.008];
  const at = (number: number) => {
    const needed = morePairs(values, 0.0025, { look: { number, planned: 1 }, most: mostPairs });
    return needed === 'unknown' ? null : needed.pairs;
  };
  expect(at(1)).toBeLessThanOrEqual(at(4) ?? 0);
});
