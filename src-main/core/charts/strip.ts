export type IntervalRow = Readonly<{
  label: string;
  isStrong: boolean;
  /** In points. */
  difference: number;
  interval: readonly [number, number] | null;
  /** What stands there without an interval. */
  absent: string;
  /** Single values, drawn as dots; without them and an interval there are words. */
  dots?: readonly number[];
}>;

/** Symmetric about 0, in points: holds every interval and twice the band. */
export function stripExtent(
  rows: readonly IntervalRow[],
  margin: number,
): readonly [number, number] {
  const reach = Math.max(
    2 * margin,
    ...rows.flatMap((row) => [...(row.interval ?? []), ...(row.dots ?? [])].map(Math.abs)),
  );
  const padded = reach > 0 ? reach * 1.06 : 1;
  return [-padded, padded];
}
