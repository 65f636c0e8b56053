export type CoveragePoint = Readonly<{ maxLength: number; percent: number }>;

export type LengthHistogram = Readonly<{
  binWidth: number;
  /** `counts[i]`: lengths in [i * binWidth, (i + 1) * binWidth); the last bin holds the rest. */
  counts: number[];
  longest: number;
  median: number;
  mean: number;
}>;

/** Lengths count the start token, as everywhere. Percent of `lengths` that are at most each step, to 3 decimals. */
export function coverageTable(
  lengths: ArrayLike<number>,
  range: Readonly<{ from: number; to: number; step: number }>,
): CoveragePoint[] {
  const sorted = Float64Array.from(lengths).sort();
  const points: CoveragePoint[] = [];
  let below = 0;
  for (let maxLength = range.from; maxLength <= range.to; maxLength += range.step) {
    while (below < sorted.length && (sorted[below] as number) <= maxLength) below += 1;
    points.push({ maxLength, percent: percentOf(below, sorted.length) });
  }
  return points;
}

export function lengthHistogram(
  lengths: ArrayLike<number>,
  binWidth: number,
  binCount: number,
): LengthHistogram {
  const sorted = Float64Array.from(lengths).sort();
  const counts = new Array<number>(binCount).fill(0);
  let sum = 0;
  for (const length of sorted) {
    const bin = Math.min(Math.floor(length / binWidth), binCount - 1);
    counts[bin] = (counts[bin] as number) + 1;
    sum += length;
  }
  const count = sorted.length;
  if (count === 0) return { binWidth, counts, longest: 0, median: 0, mean: 0 };
  const middle = count >> 1;
  const upper = sorted[middle] as number;
  return {
    binWidth,
    counts,
    longest: sorted[count - 1] as number,
    median: count % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2,
    mean: sum / count,
  };
}

/** A share in percent, rounded to 3 decimals; 0 of nothing is 0. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 100_000) / 1000;
}
