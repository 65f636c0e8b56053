/** What stands in a long list: rows that are drawn, and gaps in place of those that are not. */
export type Piece = Readonly<
  { kind: 'row'; index: number } | { kind: 'gap'; from: number; height: number }
>;

/** Where each row begins; one more for the end. */
export function offsetsOf(heights: readonly number[]): readonly number[] {
  let end = 0;
  return [0, ...heights.map((height) => (end += height))];
}

/**
 * The rows in view and some around them, and `keep` (the row with the focus, wherever it is), with gaps between: a table of a thousand
 * rows has a few dozen.
 */
export function visiblePieces(
  offsets: readonly number[],
  view: Readonly<{ top: number; height: number }>,
  keep: number | null = null,
  around = 8,
): readonly Piece[] {
  const count = offsets.length - 1;
  if (count <= 0) return [];
  const first = Math.max(0, rowAt(offsets, view.top) - around);
  const last = Math.min(count - 1, rowAt(offsets, view.top + view.height) + around);
  const rows = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (keep !== null && keep >= 0 && keep < first) rows.unshift(keep);
  if (keep !== null && keep > last && keep < count) rows.push(keep);
  const pieces: Piece[] = [];
  let next = 0;
  for (const index of [...rows, count]) {
    const height = (offsets[index] ?? 0) - (offsets[next] ?? 0);
    if (height > 0) pieces.push({ kind: 'gap', from: next, height });
    if (index < count) pieces.push({ kind: 'row', index });
    next = index + 1;
  }
  return pieces;
}

/** The row at a height; the last one beyond the end. */
function rowAt(offsets: readonly number[], y: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
