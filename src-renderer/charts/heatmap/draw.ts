import { fixed } from '#core/wording/number-text.ts';

import { divergingLevel } from '../common/ramp.ts';
import type { Pen } from '../common/pen.ts';
import { plainFont } from '../common/axes.ts';
import { fitText } from '../common/text.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { barsWidth, rowHeight, visibleRows, type HeatmapLayout } from './layout.ts';
import {
  isKnownIn,
  type HeatmapBars,
  type HeatmapContext,
  type HeatmapPanel,
  type HeatmapRow,
} from './model.ts';

type View = Readonly<{
  width: number;
  height: number;
  scrollTop: number;
  firstAxis: number;
  layout: HeatmapLayout;
  /** 256 pixels, minus to plus. */
  ramp: Uint32Array;
  paint: Paint;
}>;

/** Where the words begin; the position stands before them. */
const wordLeft = 44;

/** Paints the visible rows: words, then one image a panel, one pixel a cell, enlarged without smoothing. */
export function drawHeatmap(
  ctx: Pen,
  context: HeatmapContext,
  view: View,
  scratch: HTMLCanvasElement,
): void {
  const { rows, panels } = context;
  const { height, scrollTop, layout, paint } = view;
  const [first, end] = visibleRows(scrollTop, height, rows.length);
  const top = first * rowHeight - scrollTop;
  ctx.textBaseline = 'middle';
  for (let row = first; row < end; row++) {
    const y = top + (row - first) * rowHeight;
    const of = rows[row];
    if (of === undefined) continue;
    if (of.kind === 'fold') drawFold(ctx, of.text, y, view);
    else drawToken(ctx, of, y, view);
  }
  panels.forEach((panel, i) => {
    const place = layout.panels[i];
    if (place === undefined) return;
    const columns = Math.max(0, Math.min(place.columns, panel.dims - view.firstAxis));
    if (columns === 0 || end <= first) return;
    const image = imageOf(panel, context, first, end, view.firstAxis, columns, view.ramp);
    scratch.width = columns;
    scratch.height = end - first;
    scratch.getContext('2d')?.putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(scratch, place.left, top, columns * layout.cellWidth, (end - first) * rowHeight);
  });
  for (let row = first; row < end; row++) {
    const of = rows[row];
    if (of?.kind !== 'token') continue;
    panels.forEach((panel, i) => {
      const place = layout.panels[i];
      if (place === undefined || isKnownIn(panel, of.index)) return;
      drawHatch(
        ctx,
        place.left,
        top + (row - first) * rowHeight,
        place.columns * layout.cellWidth,
        paint,
      );
    });
  }
  // Folded rows are no values: a thin neutral line of cells instead.
  for (let row = first; row < end; row++) {
    if (rows[row]?.kind !== 'fold') continue;
    const y = top + (row - first) * rowHeight;
    for (const place of layout.panels) {
      ctx.fillStyle = paint.colour('panel');
      ctx.fillRect(place.left, y, place.columns * layout.cellWidth, rowHeight);
      ctx.fillStyle = paint.colour('line2');
      for (let column = 0; column < place.columns; column++) {
        ctx.fillRect(place.left + column * layout.cellWidth, y + 6, layout.cellWidth - 1, 5);
      }
    }
  }
}

/** A row of cells that are undefined. */
function drawHatch(ctx: Pen, left: number, top: number, width: number, paint: Paint): void {
  const [gap, lean] = [8, rowHeight - 4];
  ctx.fillStyle = paint.colour('panel');
  ctx.fillRect(left, top, width, rowHeight);
  ctx.strokeStyle = paint.colour('line2');
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let x = left; x + lean <= left + width; x += gap) {
    ctx.moveTo(x, top + rowHeight - 2);
    ctx.lineTo(x + lean, top + 2);
  }
  ctx.stroke();
}

/** For a picture, where no text stands around it: each panel's name, whether it may be read beside the others, and its scale. */
export function drawHeads(
  ctx: Pen,
  { panels, limit, bars }: HeatmapContext,
  notAligned: string,
  { layout, paint, width }: Pick<View, 'layout' | 'paint' | 'width'>,
  height: number,
): void {
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  panels.forEach((panel, i) => {
    const place = layout.panels[i];
    if (place === undefined) return;
    ctx.fillStyle = paint.colour(panel.colour);
    ctx.fillRect(place.left, 5, 3, height - 10);
    ctx.fillStyle = paint.colour('text');
    ctx.font = `600 12px ${paint.fontFamily}`;
    ctx.fillText(panel.label, place.left + 8, height / 2);
    const used = 14 + ctx.measureText(panel.label).width;
    ctx.font = plainFont(paint);
    ctx.fillStyle = paint.colour('text2');
    const scale = `±${fixed(panel.limit ?? limit, 2)}`;
    const note =
      panel.limit === undefined ? `${panel.alignment?.label ?? notAligned}, ${scale}` : scale;
    ctx.fillText(note, place.left + used, height / 2, Math.max(20, place.width - used));
  });
  if (bars === undefined) return;
  ctx.font = plainFont(paint);
  ctx.fillStyle = paint.colour('text2');
  ctx.fillText(bars.label, width - barsWidth + 8, height / 2, barsWidth - 10);
}

/** The bars of the visible tokens with their numbers; a word says what is undefined. */
export function drawBars(
  ctx: Pen,
  rows: readonly HeatmapRow[],
  bars: HeatmapBars,
  none: string,
  view: View,
): void {
  const { scrollTop, height, width, paint } = view;
  const left = width - barsWidth + 8;
  const room = barsWidth - 48;
  const floorAt = Math.min(1, (bars.floor ?? 0) / bars.max) * room;
  const [first, end] = visibleRows(scrollTop, height, rows.length);
  ctx.font = plainFont(paint);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (let row = first; row < end; row++) {
    const of = rows[row];
    if (of?.kind !== 'token') continue;
    const y = row * rowHeight - scrollTop;
    const value = bars.values[of.index] ?? null;
    ctx.fillStyle = paint.colour('text2');
    if (value === null) {
      const at = floorAt === 0 ? 0 : floorAt + 5;
      ctx.fillText(none, left + at, y + rowHeight / 2 + 0.5, barsWidth - 10 - at);
      continue;
    }
    const length = Math.max(1, Math.min(1, value / bars.max) * room);
    // Numbers stand beyond the line, never on it.
    ctx.fillText(fixed(value, 2), left + Math.max(length, floorAt) + 5, y + rowHeight / 2 + 0.5);
    ctx.fillStyle = paint.colour(bars.floor === undefined || value > bars.floor ? 'text' : 'line2');
    ctx.fillRect(left, y + 5, length, rowHeight - 10);
  }
  if (bars.floor === undefined) return;
  const x = Math.round(left + floorAt) + 0.5;
  ctx.strokeStyle = paint.colour('text2');
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, Math.min(height, rows.length * rowHeight - scrollTop));
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The width the column of words needs for these, in the font they are drawn with. */
export function wordWidthOf(ctx: Pen, rows: readonly HeatmapRow[], paint: Paint): number {
  const longest = rows.reduce(
    (word, row) => (row.kind === 'token' && row.word.length > word.length ? row.word : word),
    '',
  );
  ctx.font = `400 12px ${paint.monoFamily}`;
  return wordLeft + ctx.measureText(longest).width + 8;
}

/** The cursor: 2 px violet around the row with a 1 px halo, a frame around the axis, ticks at the same word elsewhere. */
export function drawCursor(
  ctx: CanvasRenderingContext2D,
  context: HeatmapContext,
  cursor: Readonly<{ row: number; axis: number; isPinned: boolean }>,
  view: Pick<View, 'width' | 'height' | 'scrollTop' | 'firstAxis' | 'layout' | 'paint'>,
): void {
  const { layout, paint } = view;
  const of = context.rows[cursor.row];
  if (of?.kind !== 'token') return;
  const [first, end] = visibleRows(view.scrollTop, view.height, context.rows.length);
  ctx.fillStyle = paint.colour('focus');
  for (let row = first; row < end; row++) {
    const other = context.rows[row];
    if (other?.kind === 'token' && other.id === of.id && row !== cursor.row) {
      ctx.fillRect(0, row * rowHeight - view.scrollTop + 4, 2, rowHeight - 8);
    }
  }
  const y = cursor.row * rowHeight - view.scrollTop;
  const last = layout.panels.at(-1);
  const right =
    last === undefined ? view.width - 2 : last.left + last.columns * layout.cellWidth + 3;
  ctx.lineWidth = 1;
  ctx.strokeStyle = paint.colour('panel');
  ctx.strokeRect(3.5, y - 2.5, right - 3, rowHeight + 5);
  ctx.strokeRect(6.5, y + 0.5, right - 9, rowHeight - 1);
  ctx.lineWidth = 2;
  ctx.strokeStyle = paint.colour('focus');
  ctx.beginPath();
  ctx.roundRect(5, y - 1, right - 6, rowHeight + 2, 2);
  ctx.stroke();
  const column = cursor.axis - view.firstAxis;
  for (const place of layout.panels) {
    if (column < 0 || column >= place.columns) continue;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(
      place.left + column * layout.cellWidth - 0.25,
      y - 0.25,
      layout.cellWidth + 0.5,
      rowHeight + 0.5,
    );
  }
}

function imageOf(
  panel: HeatmapPanel,
  context: HeatmapContext,
  first: number,
  end: number,
  firstAxis: number,
  columns: number,
  ramp: Uint32Array,
): ImageData {
  const image = new ImageData(columns, end - first);
  const pixels = new Uint32Array(image.data.buffer);
  const limit = panel.limit ?? context.limit;
  for (let row = first; row < end; row++) {
    const of = context.rows[row];
    if (of?.kind !== 'token') continue;
    const from = of.index * panel.dims + firstAxis;
    const to = (row - first) * columns;
    for (let column = 0; column < columns; column++) {
      pixels[to + column] = ramp[divergingLevel(panel.values[from + column] ?? 0, limit)] ?? 0;
    }
  }
  return image;
}

function drawFold(ctx: Pen, text: string, y: number, view: View): void {
  ctx.font = `400 11px ${view.paint.monoFamily}`;
  ctx.textAlign = 'left';
  ctx.fillStyle = view.paint.colour('text2');
  ctx.fillText(text, 12, y + rowHeight / 2 + 0.5, view.layout.tokenWidth - 16);
}

function drawToken(
  ctx: Pen,
  token: Extract<HeatmapRow, { kind: 'token' }>,
  y: number,
  { paint, layout }: View,
): void {
  const middle = y + rowHeight / 2 + 0.5;
  ctx.textAlign = 'right';
  ctx.font = `400 11px ${paint.monoFamily}`;
  ctx.fillStyle = paint.colour('text3');
  ctx.fillText(String(token.position), 36, middle);
  ctx.textAlign = 'left';
  ctx.font = `400 12px ${paint.monoFamily}`;
  ctx.fillStyle = paint.colour(token.token === 'word' ? 'text' : 'text2');
  const room = layout.tokenWidth - wordLeft - 6;
  const word = fitText(ctx, token.word, room);
  ctx.fillText(word, wordLeft, middle);
  if (token.token === 'oov') {
    ctx.strokeStyle = paint.colour('text3');
    ctx.lineWidth = 1;
    ctx.setLineDash([2, 2]);
    ctx.strokeRect(
      wordLeft - 2.5,
      y + 1.5,
      Math.min(room, ctx.measureText(word).width) + 5,
      rowHeight - 3,
    );
    ctx.setLineDash([]);
  }
}
