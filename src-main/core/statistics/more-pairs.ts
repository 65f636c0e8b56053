import { meanOf } from './mean.ts';
import { intervalAround } from './student.ts';

/**
 * How many more pairs would settle the question if mean and spread stayed as they are: the interval would leave zero, or lie wholly
 * inside the band. Null where `most` would not be enough. Three pairs know their spread only within a factor of six, so below
 * four the answer is 'unknown'.
 */
export function morePairs(
  differences: readonly number[],
  margin: number,
  most = 200,
): number | 'unknown' | null {
  const { count, mean, standardDeviation } = meanOf(differences);
  if (count < 4) return 'unknown';
  for (let pairs = count; pairs <= count + most; pairs += 1) {
    const error = standardDeviation / Math.sqrt(pairs);
    const [low, high] = intervalAround(mean, error, pairs - 1, 0.95);
    const [low90, high90] = intervalAround(mean, error, pairs - 1, 0.9);
    if (low > 0 || high < 0 || (low90 > -margin && high90 < margin)) return pairs - count;
  }
  return null;
}
