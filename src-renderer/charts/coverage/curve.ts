import type { Place } from '../common/svg.ts';

export type CoveragePoint = Readonly<{ maxLength: number; percent: number }>;

/** As shares of two axes: lengths from 0 to `end`, and 0 to 100 %. What lies beyond is left out. */
export function curveOf(points: readonly CoveragePoint[], end: number): readonly Place[] {
  return points
    .filter(({ maxLength }) => maxLength <= end)
    .map(({ maxLength, percent }) => ({ x: maxLength / end, y: percent / 100 }));
}

/** The share at a length: that of the last point that is not longer. */
export function percentAt(points: readonly CoveragePoint[], maxLength: number): number {
  return points.findLast((point) => point.maxLength <= maxLength)?.percent ?? 0;
}
