export type HeatmapRow =
  | Readonly<{
      kind: 'token';
      /** Row of every panel's values. */
      index: number;
      position: number;
      word: string;
      id: number;
      token: 'word' | 'oov' | 'start';
    }>
  /** Many alike or left out: one line that says so. */
  | Readonly<{ kind: 'fold'; text: string }>;

export type HeatmapPanel = Readonly<{
  panelId: string;
  label: string;
  /** Custom property of its colour: `a-cnn`. */
  colour: string;
  dims: number;
  /** Row-major [tokens, dims]. */
  values: Float32Array;
  /** In a frame that all panels share; without it the panel has the badge that says it is not. */
  alignment?: Readonly<{
    label: string;
    title: string;
    /** Aligned, but hardly to be believed: the label has the badge's look. */
    isDoubtful?: boolean;
  }>;
  /** By token; a row that is not to be read is hatched and has no numbers. Without it all are. */
  known?: readonly boolean[];
  /** A scale of its own: +-limit. */
  limit?: number;
}>;

/** A bar a token, at the right of all panels: by token, null where it is undefined. */
export type HeatmapBars = Readonly<{
  label: string;
  title: string;
  values: readonly (number | null)[];
  max: number;
  /** A dashed line: bars that end before it are grey. */
  floor?: number;
}>;

export type HeatmapContext = Readonly<{
  rows: readonly HeatmapRow[];
  panels: readonly HeatmapPanel[];
  /** The scale is symmetric at +-limit. */
  limit: number;
  bars?: HeatmapBars;
}>;

/** Where the cursor is: a row of `rows`, an axis; pinned ones ignore the pointer. */
export type HeatmapState = Readonly<{ row: number; axis: number; isPinned: boolean }>;

export const isKnownIn = ({ known }: HeatmapPanel, token: number): boolean =>
  known?.[token] !== false;

export function valueAt(
  panel: HeatmapPanel,
  row: HeatmapRow | undefined,
  axis: number,
): number | null {
  if (row?.kind !== 'token' || axis >= panel.dims || !isKnownIn(panel, row.index)) return null;
  return panel.values[row.index * panel.dims + axis] ?? null;
}

/** float32, little-endian, base64. */
export function decodeValues(base64: string): Float32Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) =>
    view.getFloat32(i * 4, true),
  );
}

/** The next row with a token, in a direction; stays where there is none. */
export function nextTokenRow(rows: readonly HeatmapRow[], from: number, by: number): number {
  const last = rows.length - 1;
  const target = Math.max(0, Math.min(last, from + by));
  const step = by < 0 ? -1 : 1;
  for (let row = target; row >= 0 && row <= last; row += step)
    if (rows[row]?.kind === 'token') return row;
  for (let row = target; row >= 0 && row <= last; row -= step)
    if (rows[row]?.kind === 'token') return row;
  return from;
}
