export const rowHeight = 17;
export const tokenWidth = 112;
const panelGap = 8;
const narrowestCell = 6;
const widestCell = 14;

export type HeatmapLayout = Readonly<{
  /** Of each panel: its left edge and how many axes it shows. */
  panels: readonly Readonly<{ left: number; columns: number }>[];
  cellWidth: number;
  /** Axes that cannot be seen at once: how far one can scroll sideways. */
  hiddenColumns: number;
}>;

/**
 * Shares `width` px among panels of `dims` axes. Cells are at least 6 px wide; axes that do not fit are reached by scrolling all
 * panels together.
 */
export function layoutOf(width: number, dims: readonly number[], minColumns = 1): HeatmapLayout {
  const widest = Math.max(1, ...dims);
  const count = Math.max(1, dims.length);
  const room = Math.max(narrowestCell * minColumns, (width - tokenWidth) / count - panelGap);
  const cellWidth = Math.max(narrowestCell, Math.min(widestCell, Math.floor((2 * room) / widest) / 2));
  const columns = Math.max(1, Math.min(widest, Math.floor(room / cellWidth)));
  return {
    panels: dims.map((of, i) => ({
      left: tokenWidth + i * (columns * cellWidth + panelGap),
      columns: Math.min(columns, of),
    })),
    cellWidth,
    hiddenColumns: widest - columns,
  };
}

/** Rows that are at least partly visible. */
export function visibleRows(scrollTop: number, height: number, count: number): readonly [number, number] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight));
  return [first, Math.min(count, Math.ceil((scrollTop + height) / rowHeight))];
}

export type Hit = Readonly<{ row: number; panel: number | null; axis: number | null }>;

/** What is under a point of the visible area. */
export function hitTest(
  layout: HeatmapLayout,
  point: Readonly<{ x: number; y: number }>,
  scroll: Readonly<{ top: number; firstAxis: number }>,
  rowCount: number,
): Hit | null {
  const row = Math.floor((point.y + scroll.top) / rowHeight);
  if (row < 0 || row >= rowCount) return null;
  const panel = layout.panels.findIndex(
    ({ left, columns }) => point.x >= left && point.x < left + columns * layout.cellWidth,
  );
  const at = layout.panels[panel];
  if (at === undefined) return { row, panel: null, axis: null };
  return { row, panel, axis: scroll.firstAxis + Math.floor((point.x - at.left) / layout.cellWidth) };
}
