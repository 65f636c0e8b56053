import type { Area } from '../common/axes.ts';
import { exactScale, plotScale, type PlotScale, type PlotValue } from '../common/plot-scale.ts';

export type PlotAxis = Readonly<{ label: string; format: (value: number | string) => string }>;
type Values = Readonly<{ length: number; [index: number]: PlotValue }>;

/** Runs or words as points: of each a place on both axes, or none. */
export type Points = Readonly<{
  ids: readonly string[];
  /** What they are called, where that is not their id. */
  names?: readonly string[];
  x: Values;
  y: Values;
}>;

type Place = Readonly<{ px: number; py: number }>;
export type PlacedPoint = Readonly<{ index: number }> & Place;
export type Scales = Readonly<{ x: PlotScale; y: PlotScale }>;
type Range = readonly [number, number];
/** What all of several charts next to one another show. */
export type Span = Readonly<{ x: Range; y: Range }>;

/** What a chart of points is drawn from. */
export type Plot = Readonly<{
  points: Points;
  placed: readonly PlacedPoint[];
  placeOf: ReadonlyMap<string, PlacedPoint>;
  scales: Scales;
  area: Area;
  /** Empty: none is chosen before others. */
  selected: ReadonlySet<string>;
}>;
/** What is pointed at, and what is chosen, here and elsewhere on the screen. */
export type Pointed = Readonly<{ hovered: string | null; chosen: string | null }>;

export const scalesOf = ({ x, y }: Points): Scales => ({
  x: plotScale(Array.from(x)),
  y: plotScale(Array.from(y)),
});

/** Axes that are the same in all charts next to one another; each has its own unit, and fills its side. */
export function spanScales({ x, y }: Span, { left, right, top, bottom }: Area): Scales {
  const ticks = (pixels: number): number => Math.max(2, Math.floor(pixels / 60));
  return { x: exactScale(...x, ticks(right - left)), y: exactScale(...y, ticks(bottom - top)) };
}

/** What covers all values, with a little room around; null without any. */
export function spanOf(columns: readonly Pick<Points, 'x' | 'y'>[]): Span | null {
  const range = (of: 'x' | 'y'): Range => {
    let low = Infinity;
    let high = -Infinity;
    for (const column of columns) {
      for (let index = 0; index < column[of].length; index += 1) {
        const value = Number(column[of][index] ?? Number.NaN);
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const room = 0.04 * (high - low) || 0.5;
    return [low - room, high + room];
  };
  const span = { x: range('x'), y: range('y') };
  return [...span.x, ...span.y].every(Number.isFinite) ? span : null;
}

/** Those that have a place in the chart; in the order of x, then y, in which keys walk through them. */
export function placePoints(
  { ids, x, y }: Points,
  scales: Scales,
  area: Area,
): readonly PlacedPoint[] {
  const placed: PlacedPoint[] = [];
  for (let index = 0; index < ids.length; index += 1) {
    const place = placeAt(x[index] ?? null, y[index] ?? null, scales, area);
    if (place !== null) placed.push({ index, ...place });
  }
  return placed.sort((a, b) => a.px - b.px || b.py - a.py || a.index - b.index);
}

/** Null for what is undefined or lies beyond the axes. */
export function placeAt(x: PlotValue, y: PlotValue, scales: Scales, area: Area): Place | null {
  const across = scales.x.share(x);
  const up = scales.y.share(y);
  if (across === null || up === null || !isOnAxis(across) || !isOnAxis(up)) return null;
  return {
    px: area.left + across * (area.right - area.left),
    py: area.bottom - up * (area.bottom - area.top),
  };
}

/** The ends of an axis are rounded. */
const isOnAxis = (share: number): boolean => share > -1e-6 && share < 1 + 1e-6;

/** The nearest of what is drawn, within `reach` px. */
export function nearestPoint<P extends Place>(
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

/** Of a box, by two of its corners: all four. */
export function boxOf(from: Place, to: Place): readonly Place[] {
  return [from, { px: to.px, py: from.py }, to, { px: from.px, py: to.py }];
}

/** Those inside a line drawn around them, which is closed from its end to its beginning. */
export function pointsWithin(
  placed: readonly PlacedPoint[],
  line: readonly Place[],
): readonly number[] {
  return placed.filter((at) => isInside(at, line)).map(({ index }) => index);
}

/** By how often a ray to the right crosses the line. */
function isInside({ px, py }: Place, line: readonly Place[]): boolean {
  let isIn = false;
  let before = line.at(-1);
  for (const corner of line) {
    if (before !== undefined && corner.py > py !== before.py > py) {
      const crossing =
        corner.px + ((py - corner.py) * (before.px - corner.px)) / (before.py - corner.py);
      if (px < crossing) isIn = !isIn;
    }
    before = corner;
  }
  return isIn;
}
