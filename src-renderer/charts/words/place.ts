import { exactScale, plotScale, type PlotScale } from '../common/plot-scale.ts';
import type { Area } from '../scatter/model.ts';

type Values = Readonly<{ length: number; [index: number]: number | null }>;

/** Words as points: of each a place on both axes, or none. */
export type WordPoints = Readonly<{
  words: readonly string[];
  x: Values;
  y: Values;
  /** Drawn in ink rather than grey: beyond what another seed would do. */
  isStrong: (index: number) => boolean;
}>;

export type PlacedWord = Readonly<{ index: number; px: number; py: number }>;
export type Scales = Readonly<{ x: PlotScale; y: PlotScale }>;
export type Range = readonly [number, number];
/** What charts beside one another all show. */
export type Span = Readonly<{ x: Range; y: Range }>;
type Place = Readonly<{ px: number; py: number }>;

export const scalesOf = ({ x, y }: WordPoints): Scales => ({
  x: plotScale(Array.from(x)),
  y: plotScale(Array.from(y)),
});

/** Axes that are the same in all charts beside one another; each has its own unit, and fills its side. */
export function spanScales({ x, y }: Span, { left, right, top, bottom }: Area): Scales {
  const ticks = (pixels: number): number => Math.max(2, Math.floor(pixels / 60));
  return { x: exactScale(...x, ticks(right - left)), y: exactScale(...y, ticks(bottom - top)) };
}

/** What covers all values, with a little room around; null without any. */
export function spanOf(columns: readonly Readonly<{ x: Values; y: Values }>[]): Span | null {
  const range = (of: 'x' | 'y'): Range => {
    let low = Infinity;
    let high = -Infinity;
    for (const column of columns) {
      for (let index = 0; index < column[of].length; index += 1) {
        const value = column[of][index] ?? Number.NaN;
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

/** Those that have a place within the chart, left to right: the order in which keys walk. */
export function placeWords(
  { words, x, y }: WordPoints,
  scales: Scales,
  area: Area,
): readonly PlacedWord[] {
  const placed: PlacedWord[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const place = placeAt(x[index] ?? null, y[index] ?? null, scales, area);
    if (place !== null) placed.push({ index, ...place });
  }
  return placed.sort((a, b) => a.px - b.px || a.index - b.index);
}

/** Null for what is undefined or lies beyond the axes. */
export function placeAt(
  x: number | null,
  y: number | null,
  scales: Scales,
  area: Area,
): Place | null {
  const across = scales.x.share(x);
  const up = scales.y.share(y);
  if (across === null || up === null || Math.min(across, up) < 0 || Math.max(across, up) > 1)
    return null;
  return {
    px: area.left + across * (area.right - area.left),
    py: area.bottom - up * (area.bottom - area.top),
  };
}

/** Those inside a line drawn around them, which is closed from its end to its beginning. */
export function wordsWithin(
  placed: readonly PlacedWord[],
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
