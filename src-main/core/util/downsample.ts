/**
 * Indices, ascending, of the points to draw of a series: of every bucket of neighbours its first, last, lowest and highest point,
 * and every non-finite one. Exact: no point is moved or averaged. At most about `maxPoints` plus the non-finite ones; all
 * points where they fit.
 */
export function downsample(values: ArrayLike<number>, maxPoints: number): number[] {
  const count = values.length;
  if (count <= maxPoints) return Array.from({ length: count }, (_, index) => index);
  const buckets = Math.max(1, Math.floor(maxPoints / 4));
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const start = Math.floor((bucket * count) / buckets);
    const end = Math.floor(((bucket + 1) * count) / buckets);
    keepBucket(values, start, end, kept);
  }
  return kept;
}

function keepBucket(values: ArrayLike<number>, start: number, end: number, kept: number[]): void {
  let low = -1;
  let high = -1;
  for (let index = start; index < end; index += 1) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) continue;
    if (low < 0 || value < (values[low] as number)) low = index;
    if (high < 0 || value > (values[high] as number)) high = index;
  }
  for (let index = start; index < end; index += 1) {
    const isEdge = index === start || index === end - 1;
    if (isEdge || index === low || index === high || !Number.isFinite(values[index]))
      kept.push(index);
  }
}
