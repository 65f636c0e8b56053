import { lookLevels } from './looks.ts';
import { meanOf } from './mean.ts';
import { criticalT } from './student.ts';

/** The share of such experiments that the pairs are to settle. */
export const POWER = 0.8;

/**
 * How many more pairs would settle the question in four of five such experiments, if mean and spread are what they were so far: the
 * interval would leave zero, or lie wholly inside the band (n = (t_alpha + t_beta)^2 s^2 / d^2; Lachin, Controlled Clinical Trials 2,
 * 1981). They are a look more, so the level is that of the last of `look + 1` looks. Null where `most` would not be enough. Three
 * pairs know their spread only within a factor of six, so below four the answer is 'unknown'.
 */
export function morePairs(
  differences: readonly number[],
  margin: number,
  { look = 1, most = 200 }: Readonly<{ look?: number; most?: number }> = {},
): number | 'unknown' | null {
  const { count, mean, standardDeviation } = meanOf(differences);
  if (count < 4) return 'unknown';
  const level = lookLevels(Math.min(20, look + 1)).at(-1) ?? 0.05;
  for (let pairs = count + 1; pairs <= count + most; pairs += 1) {
    const error = standardDeviation / Math.sqrt(pairs);
    const reach = (alpha: number, beta: number): number =>
      error * (criticalT(pairs - 1, 1 - alpha) + criticalT(pairs - 1, 1 - 2 * beta));
    const leavesZero = Math.abs(mean) >= reach(level, 1 - POWER);
    // Two one-sided tests: each at the level, and around zero each may fail.
    const isInside = margin - Math.abs(mean) >= reach(2 * level, (1 - POWER) / 2);
    if (leavesZero || isInside) return pairs - count;
  }
  return null;
}
