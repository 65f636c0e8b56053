export const rowHeight = 17;
/** The column of words is as wide as the longest of them asks, between these. */
const narrowestTokens = 112;
const widestTokens = 168;
const panelGap = 8;
const narrowestCell = 6;
/** Of the bars, with their numbers. */
export const barsWidth = 96;
const widestCell = 28;
/** What a panel keeps of its share where its cells do not fill it: its head can be read whole. */
const headWidth = 208;

export type HeatmapLayout = Readonly<{
  /** How wide the column of words is. */
  tokenWidth: number;
  /** Of each panel: its left edge, how many axes it shows, and the width of its head. */
  panels: readonly Readonly<{ left: number; columns: number; width: number }>[];
  cellWidth: number;
  /** Axes that cannot be seen at once: how far one can scroll sideways. */
  hiddenColumns: number;
}>;

/**
 * Shares `width` px among panels of `dims` axes. Cells are at least 6 px wide; axes that do not fit are reached by scrolling all
 * panels together.
 */
export function layoutOf(width: number, dims: readonly number[], wordWidth = 0): HeatmapLayout {
  const tokenWidth = Math.max(narrowestTokens, Math.min(widestTokens, Math.ceil(wordWidth)));
  const widest = Math.max(1, ...dims);
  const count = Math.max(1, dims.length);
  const room = Math.max(narrowestCell, (width - tokenWidth) / count - panelGap);
  const cellWidth = Math.max(
    narrowestCell,
    Math.min(widestCell, Math.floor((4 * room) / widest) / 4),
  );
  const columns = Math.max(1, Math.min(widest, Math.floor(room / cellWidth)));
  const panelWidth = Math.max(columns * cellWidth, Math.min(room, headWidth));
  return {
    tokenWidth,
    panels: dims.map((of, i) => ({
      left: tokenWidth + i * (panelWidth + panelGap),
      columns: Math.min(columns, of),
      width: panelWidth,
    })),
    cellWidth,
    hiddenColumns: widest - columns,
  };
}

/** So wide that no axis has to be scrolled to. */
export function wholeWidth(dims: readonly number[], wordWidth: number): number {
  const tokens = Math.max(narrowestTokens, Math.min(widestTokens, Math.ceil(wordWidth)));
  return tokens + Math.max(1, dims.length) * (Math.max(1, ...dims) * narrowestCell + panelGap);
}

/** Rows that are at least partly visible. */
export function visibleRows(
  scrollTop: number,
  height: number,
  count: number,
): readonly [number, number] {
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
  return {
    row,
    panel,
    axis: scroll.firstAxis + Math.floor((point.x - at.left) / layout.cellWidth),
  };
}
