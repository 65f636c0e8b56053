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
