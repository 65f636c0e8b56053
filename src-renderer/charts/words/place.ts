import { plotScale, type PlotScale } from '../common/plot-scale.ts';
import type { Area } from '../scatter/model.ts';

/** Words as points: of each a place on both axes, or none. */
export type WordPoints = Readonly<{
  words: readonly string[];
  x: readonly (number | null)[];
  y: readonly (number | null)[];
  /** Drawn in ink rather than grey: beyond what another seed would do. */
  isStrong: (index: number) => boolean;
}>;

export type PlacedWord = Readonly<{ index: number; px: number; py: number }>;

export const scalesOf = ({ x, y }: WordPoints): Readonly<{ x: PlotScale; y: PlotScale }> => ({ x: plotScale(x), y: plotScale(y) });

/** Those that have a place, left to right: the order in which keys walk. */
export function placeWords({ words, x, y }: WordPoints, scales: Readonly<{ x: PlotScale; y: PlotScale }>, area: Area): readonly PlacedWord[] {
  const placed: PlacedWord[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const across = scales.x.share(x[index] ?? null);
    const up = scales.y.share(y[index] ?? null);
    if (across === null || up === null) continue;
    placed.push({ index, px: area.left + across * (area.right - area.left), py: area.bottom - up * (area.bottom - area.top) });
  }
  return placed.sort((a, b) => a.px - b.px || a.index - b.index);
}
