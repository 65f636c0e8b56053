import type { CurveLine } from './model.ts';

export type HoverRow = Readonly<{ line: CurveLine; index: number; x: number; y: number }>;

export const maxHoverRows = 5;

/** The x of the point nearest to `x` on any line; null without points. */
export function snapX(lines: readonly CurveLine[], x: number): number | null {
  let best: number | null = null;
  for (const line of lines) {
    const index = nearestIndex(line.x, x);
    const found = index === null ? undefined : line.x[index];
    if (found !== undefined && (best === null || Math.abs(found - x) < Math.abs(best - x))) {
      best = found;
    }
  }
  return best;
}

/** The first or last x of all lines; null without points. */
export function endX(lines: readonly CurveLine[], end: 'first' | 'last'): number | null {
  const ends = lines.flatMap(({ x }) => x.at(end === 'first' ? 0 : -1) ?? []);
  if (ends.length === 0) return null;
  return end === 'first' ? Math.min(...ends) : Math.max(...ends);
}

/** The next x after (or before) `x` that any line has; stays at the ends. */
export function stepX(
  lines: readonly CurveLine[],
  x: number | null,
  direction: 1 | -1,
): number | null {
  let best: number | null = null;
  for (const line of lines) {
    for (const candidate of line.x) {
      const isBeyond = x === null || (direction === 1 ? candidate > x : candidate < x);
      if (!isBeyond) continue;
      if (best === null || (direction === 1 ? candidate < best : candidate > best))
        best = candidate;
    }
  }
  return best ?? x;
}

/**
 * What the lines say at `x`, nearest to the pointer's `y` first (without one: from the lowest up). A line takes part where it has a
 * point within `reach` of x.
 */
export function rowsAt(
  lines: readonly CurveLine[],
  x: number,
  y: number | null,
  reach: number,
): readonly HoverRow[] {
  const rows: HoverRow[] = [];
  for (const line of lines) {
    const index = nearestIndex(line.x, x);
    if (index === null) continue;
    const at = line.x[index] ?? NaN;
    if (Math.abs(at - x) > reach) continue;
    rows.push({ line, index, x: at, y: line.y[index] ?? NaN });
  }
  const distance = (row: HoverRow) =>
    Number.isFinite(row.y) ? (y === null ? row.y : Math.abs(row.y - y)) : Infinity;
  return rows.sort((a, b) => distance(a) - distance(b));
}

/** Index of the value nearest to `x` in a rising array. */
export function nearestIndex(xs: readonly number[], x: number): number | null {
  if (xs.length === 0) return null;
  let low = 0;
  let high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  return Math.abs((xs[low] ?? 0) - x) <= Math.abs((xs[high] ?? 0) - x) ? low : high;
}
