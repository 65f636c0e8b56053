import type { PlotScale, PlotValue } from '../common/plot-scale.ts';
import type { RunStyle } from '#core/charts/style-of-run.ts';

export type PlotAxis = Readonly<{ label: string; format: (value: number | string) => string }>;

export type ScatterPoint = Readonly<{
  runId: string;
  label: string;
  style: RunStyle;
  x: PlotValue;
  y: PlotValue;
}>;

export type ScatterContext = Readonly<{
  x: PlotAxis;
  y: PlotAxis;
  points: readonly ScatterPoint[];
}>;

/** What is chosen and pointed at, here and in the table alike. */
export type PlotState = Readonly<{
  selected: ReadonlySet<string>;
  focusId: string | null;
  hoverId: string | null;
}>;

export type Area = Readonly<{ left: number; right: number; top: number; bottom: number }>;
export type PlacedPoint = Readonly<{ point: ScatterPoint; px: number; py: number }>;

/** Points that have both values, in px; in the order of x, then y, in which keys walk through them. */
export function placePoints(
  points: readonly ScatterPoint[],
  scales: Readonly<{ x: PlotScale; y: PlotScale }>,
  area: Area,
): readonly PlacedPoint[] {
  return points
    .flatMap((point) => {
      const x = scales.x.share(point.x);
      const y = scales.y.share(point.y);
      if (x === null || y === null) return [];
      const px = area.left + x * (area.right - area.left);
      const py = area.bottom - y * (area.bottom - area.top);
      return [{ point, px, py }];
    })
    .sort((a, b) => a.px - b.px || b.py - a.py);
}

/** The nearest of what is drawn, within `reach` px. */
export function nearestPoint<P extends Readonly<{ px: number; py: number }>>(
  placed: readonly P[],
  x: number,
  y: number,
  reach: number,
): P | null {
  let best: P | null = null;
  let least = reach;
  for (const candidate of placed) {
    const distance = Math.hypot(candidate.px - x, candidate.py - y);
    if (distance <= least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

export function pointsWithin(placed: readonly PlacedPoint[], box: Area): readonly string[] {
  return placed
    .filter(({ px, py }) => px >= box.left && px <= box.right && py >= box.top && py <= box.bottom)
    .map(({ point }) => point.runId);
}
