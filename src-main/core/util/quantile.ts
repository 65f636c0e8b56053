/** The value below which `share` of |values| lie (nearest rank), 0 for none; values that are not finite are left out. */
export function absoluteQuantile(values: Float32Array, share: number): number {
  const magnitudes = values.map(Math.abs).filter((value) => Number.isFinite(value));
  if (magnitudes.length === 0) return 0;
  magnitudes.sort();
  const index = Math.ceil(share * magnitudes.length) - 1;
  return magnitudes[Math.min(Math.max(index, 0), magnitudes.length - 1)] ?? 0;
}

/** Linear interpolation between order statistics (numpy's default); 0 for none. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] ?? 0;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? below;
  return below + (above - below) * (at - low);
}
