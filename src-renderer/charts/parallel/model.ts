import type { PlotScale, PlotValue } from '../common/plot-scale.ts';
import type { RunStyle } from '#core/charts/style-of-run.ts';

export type ParallelAxis = Readonly<{
  id: string;
  label: string;
  format: (value: number | string) => string;
}>;
export type ParallelLine = Readonly<{
  runId: string;
  label: string;
  style: RunStyle;
  values: readonly PlotValue[];
}>;
export type ParallelContext = Readonly<{
  axes: readonly ParallelAxis[];
  lines: readonly ParallelLine[];
}>;

/** What is chosen and pointed at, here and in the table alike. */
export type PlotState = Readonly<{
  selected: ReadonlySet<string>;
  focusId: string | null;
  hoverId: string | null;
}>;

/** By axis, the interval that a line must pass, in shares of the axis. */
export type Brushes = Readonly<Record<string, readonly [low: number, high: number]>>;

/** A line's places on all axes; null where it has no value. */
export function sharesOf(
  line: ParallelLine,
  scales: readonly PlotScale[],
): readonly (number | null)[] {
  return line.values.map((value, index) => scales[index]?.share(value) ?? null);
}

/** The runs whose lines pass every interval; none without one. */
export function passing(
  context: ParallelContext,
  scales: readonly PlotScale[],
  brushes: Brushes,
): readonly string[] {
  const active = context.axes.flatMap(({ id }, index) => {
    const brush = brushes[id];
    return brush === undefined ? [] : [{ index, brush }];
  });
  if (active.length === 0) return [];
  return context.lines
    .filter((line) => {
      const shares = sharesOf(line, scales);
      return active.every(({ index, brush: [low, high] }) => {
        const share = shares[index];
        return share !== null && share !== undefined && share >= low && share <= high;
      });
    })
    .map(({ runId }) => runId);
}

/** The brushes with one set, or taken away where it is null or has no length. */
export function withBrush(
  brushes: Brushes,
  axisId: string,
  ends: readonly [number, number] | null,
): Brushes {
  const others = Object.fromEntries(Object.entries(brushes).filter(([id]) => id !== axisId));
  if (ends === null) return others;
  const low = Math.max(0, Math.min(...ends));
  const high = Math.min(1, Math.max(...ends));
  return high - low < 0.005 ? others : { ...others, [axisId]: [low, high] };
}

/** The line nearest to a point between the axes, within `reach` px. */
export function nearestLine(
  lines: readonly Readonly<{
    runId: string;
    points: readonly Readonly<{ x: number; y: number }>[];
  }>[],
  x: number,
  y: number,
  reach: number,
): string | null {
  let found: string | null = null;
  let least = reach;
  for (const { runId, points } of lines) {
    for (let index = 1; index < points.length; index++) {
      const a = points[index - 1];
      const b = points[index];
      if (a === undefined || b === undefined || x < a.x || x > b.x) continue;
      const at = a.y + ((x - a.x) / Math.max(1, b.x - a.x)) * (b.y - a.y);
      const distance = Math.abs(at - y);
      if (distance <= least) {
        least = distance;
        found = runId;
      }
    }
  }
  return found;
}
