import tCumulative from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

import { meanOf, type MeanEstimate } from './mean.ts';

export type Interval = readonly [low: number, high: number];

/** Two-sided p of a mean against zero (Student 1908). One where all values are zero; null for fewer than two. */
export function meanP({ count, mean, standardError }: MeanEstimate): number | null {
  if (count < 2) return null;
  return twoSidedP(mean, standardError, count - 1);
}

/** Two-sided t interval; `level` is its coverage, such as 0.95. */
export function intervalAround(
  mean: number,
  standardError: number,
  degreesOfFreedom: number,
  level: number,
): Interval {
  const half = criticalT(degreesOfFreedom, level) * standardError;
  return [mean - half, mean + half];
}

/** How many standard errors a two-sided interval reaches to either side. */
export const criticalT = (degreesOfFreedom: number, level: number): number =>
  tQuantile((1 + level) / 2, degreesOfFreedom);

export function twoSidedP(mean: number, standardError: number, degreesOfFreedom: number): number {
  if (mean === 0) return 1;
  return 2 * tCumulative(-Math.abs(mean) / standardError, degreesOfFreedom);
}

/** Pearson's correlation; null where one side does not vary, or with fewer than three pairs. */
export function correlation(first: readonly number[], second: readonly number[]): number | null {
  if (first.length < 3 || first.length !== second.length) return null;
  const [a, b] = [meanOf(first), meanOf(second)];
  const products = first.reduce(
    (sum, value, index) => sum + (value - a.mean) * ((second[index] ?? 0) - b.mean),
    0,
  );
  const scale = (first.length - 1) * a.standardDeviation * b.standardDeviation;
  // Rounding may carry a perfect one beyond 1.
  return scale === 0 ? null : Math.max(-1, Math.min(1, products / scale));
}
