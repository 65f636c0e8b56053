/** Fine bins put together to coarser ones; `factor` fine bins make one. The last may hold fewer. */
export function coarser(counts: readonly number[], factor: number): number[] {
  const bins: number[] = [];
  for (let start = 0; start < counts.length; start += factor) {
    bins.push(counts.slice(start, start + factor).reduce((sum, value) => sum + value, 0));
  }
  return bins;
}

/** The round length up to which the axis goes: it shows at least 99 % of the reviews, and the chosen length. */
export function axisEnd(counts: readonly number[], binWidth: number, longest: number, chosen: number): number {
  const all = counts.reduce((sum, value) => sum + value, 0);
  let below = 0;
  let bin = 0;
  while (bin < counts.length && below < all * 0.99) below += counts[bin++] ?? 0;
  const wanted = Math.max(Math.min(bin * binWidth, longest + 1), chosen * 1.04, 10);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power / 4;
  return Math.ceil(wanted / step) * step;
}
