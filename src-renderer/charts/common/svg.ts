export type Place = Readonly<{ x: number; y: number }>;

/** The `points` of a polyline. */
export function polylineOf(
  places: readonly Place[],
  toX: (x: number) => number,
  toY: (y: number) => number,
): string {
  return places.map(({ x, y }) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
}
