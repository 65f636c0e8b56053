/**
 * Places labels so that neighbours are at least `gap` apart and all lie in `[low, high]`, moving each as little as its group
 * allows (pool adjacent violators). Returns positions in the order given; order by wish is kept. Where there is no room for all at
 * `gap`, they share the room evenly.
 */
export function pushApart(
  wishes: readonly number[],
  gap: number,
  low: number,
  high: number,
): readonly number[] {
  const count = wishes.length;
  if (count === 0) return [];
  const step = count > 1 ? Math.min(gap, (high - low) / (count - 1)) : 0;
  const order = wishes.map((_, i) => i).sort((a, b) => at(wishes, a) - at(wishes, b) || a - b);
  // With u_i = y_i - i * step the condition becomes "u never falls": isotonic regression.
  const blocks: { sum: number; size: number }[] = [];
  order.forEach((index, i) => {
    blocks.push({ sum: at(wishes, index) - i * step, size: 1 });
    for (;;) {
      const last = blocks.at(-1);
      const before = blocks.at(-2);
      if (!last || !before || before.sum / before.size <= last.sum / last.size) break;
      blocks.splice(-2, 2, { sum: before.sum + last.sum, size: before.size + last.size });
    }
  });
  const means = blocks.flatMap((block) =>
    Array.from({ length: block.size }, () => block.sum / block.size),
  );
  const ceiling = high - (count - 1) * step;
  const placed = new Array<number>(count).fill(0);
  order.forEach((index, i) => {
    placed[index] = Math.max(low, Math.min(ceiling, at(means, i))) + i * step;
  });
  return placed;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
