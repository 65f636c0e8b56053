/** Fine bins put together to coarser ones; `factor` fine bins make one. The last may hold fewer. */
export function coarser(counts: readonly number[], factor: number): number[] {
  const bins: number[] = [];
  for (let start = 0; start < counts.length; start += factor) {
    bins.push(counts.slice(start, start + factor).reduce((sum, value) => sum + value, 0));
  }
  return bins;
}

/** The round length up to which the axis goes: it shows at least 99 % of the reviews, as far as they are counted. */
export function axisEnd(counts: readonly number[], binWidth: number, longest: number): number {
  const all = counts.reduce((sum, value) => sum + value, 0);
  let below = 0;
  let bin = 0;
  while (bin < counts.length && below < all * 0.99) below += counts[bin++] ?? 0;
  const wanted = Math.max(Math.min(bin * binWidth, longest + 1), 10);
  const step = wanted < 100 ? 5 : 10 ** Math.floor(Math.log10(wanted)) / 4;
  const counted = Math.floor((counts.length * binWidth) / step) * step;
  return Math.max(10, Math.min(Math.ceil(wanted / step) * step, counted));
}
