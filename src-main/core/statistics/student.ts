import tCumulative from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

export type Interval = readonly [low: number, high: number];

export type MeanEstimate = Readonly<{
  count: number;
  mean: number;
  /** Of one value, with n - 1; NaN for fewer than two. */
  standardDeviation: number;
  standardError: number;
}>;

export function meanOf(values: readonly number[]): MeanEstimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardDeviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { count, mean, standardDeviation, standardError: standardDeviation / Math.sqrt(count) };
}

/** Two-sided t interval of a mean; `level` is its coverage, such as 0.95. Null for fewer than two values. */
export function meanInterval(estimate: MeanEstimate, level: number): Interval | null {
  if (estimate.count < 2) return null;
  return intervalAround(estimate.mean, estimate.standardError, estimate.count - 1, level);
}

/** Two-sided p of a mean against zero (Student 1908). One where all values are zero; null for fewer than two. */
export function meanP({ count, mean, standardError }: MeanEstimate): number | null {
  if (count < 2) return null;
  return twoSidedP(mean, standardError, count - 1);
}

export function intervalAround(
  mean: number,
  standardError: number,
  degreesOfFreedom: number,
  level: number,
): Interval {
  const half = tQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return [mean - half, mean + half];
}

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
  return scale === 0 ? null : products / scale;
}
