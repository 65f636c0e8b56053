/** From a value to px along one axis. */
export type Scale = (value: number) => number;

type Pen = Readonly<{
  moveTo: (x: number, y: number) => void;
  lineTo: (x: number, y: number) => void;
}>;

/** Where there are more points than this to a pixel, only the first, lowest, highest and last of a pixel are visited. */
const dense = 4;

/**
 * Traces a line through its finite points, broken where a value is not finite. Of many points in one column of pixels those that are seen
 * are visited: the line looks the same.
 */
export function traceLine(
  pen: Pen,
  xs: readonly number[],
  ys: readonly number[],
  toX: Scale,
  toY: Scale,
  window: readonly [number, number],
): void {
  const [from, to] = visibleRange(xs, window);
  const pixels = Math.abs(toX(xs[to - 1] ?? 0) - toX(xs[from] ?? 0));
  if (to - from <= dense * Math.max(1, pixels)) {
    traceAll(pen, xs, ys, toX, toY, from, to);
    return;
  }
  let index = from;
  let isDown = false;
  while (index < to) {
    const first = ys[index] ?? NaN;
    if (!Number.isFinite(first)) {
      isDown = false;
      index += 1;
      continue;
    }
    const column = Math.round(toX(xs[index] ?? 0));
    let low = first;
    let high = first;
    let last = first;
    let next = index + 1;
    for (; next < to && Math.round(toX(xs[next] ?? 0)) === column; next += 1) {
      const value = ys[next] ?? NaN;
      if (!Number.isFinite(value)) break;
      if (value < low) low = value;
      if (value > high) high = value;
      last = value;
    }
    for (const value of new Set([first, low, high, last])) {
      if (isDown) pen.lineTo(column, toY(value));
      else pen.moveTo(column, toY(value));
      isDown = true;
    }
    index = next;
  }
}

function traceAll(
  pen: Pen,
  xs: readonly number[],
  ys: readonly number[],
  toX: Scale,
  toY: Scale,
  from: number,
  to: number,
): void {
  let isDown = false;
  for (let index = from; index < to; index += 1) {
    const y = ys[index] ?? NaN;
    if (!Number.isFinite(y)) {
      isDown = false;
      continue;
    }
    if (isDown) pen.lineTo(toX(xs[index] ?? 0), toY(y));
    else pen.moveTo(toX(xs[index] ?? 0), toY(y));
    isDown = true;
  }
}

/** Indices of the points in the window, and one beyond at each side, so that the line reaches the edges. */
function visibleRange(
  xs: readonly number[],
  [low, high]: readonly [number, number],
): readonly [number, number] {
  let from = 0;
  while (from < xs.length && (xs[from] ?? 0) < low) from += 1;
  let to = xs.length;
  while (to > from && (xs[to - 1] ?? 0) > high) to -= 1;
  return [Math.max(0, from - 1), Math.min(xs.length, to + 1)];
}
