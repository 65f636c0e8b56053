import { drawLine, plainFont, strongFont, type Area } from '../common/axes.ts';
import { drawDisc, traceMark } from '../common/marks.ts';
import { fitText } from '../common/text.ts';
import type { Paint } from '../common/theme.svelte.ts';
import type { CurveLine } from './model.ts';
import type { PlacedLabel } from './labels.ts';

export type ToPixel = Readonly<{ x: (x: number) => number; y: (y: number) => number }>;

const markRadius = 4;
const endTickHeight = 10;
const bendWidth = 8;
export const labelInset = 14;

/** Hollow mark at the best epoch: circle for A, square for B, triangle for others. */
export function drawBest(
  ctx: CanvasRenderingContext2D,
  line: CurveLine,
  to: ToPixel,
  area: Area,
  paint: Paint,
): void {
  if (line.bestIndex === null) return;
  const x = to.x(line.x[line.bestIndex] ?? NaN);
  const y = to.y(line.y[line.bestIndex] ?? NaN);
  if (!isInside(x, y, area)) return;
  traceMark(ctx, line.style.mark, x, y, markRadius);
  ctx.fillStyle = paint.colour('panel');
  ctx.fill();
  ctx.lineWidth = 1.75;
  ctx.strokeStyle = paint.colour(line.style.colour);
  ctx.stroke();
}

/** How the line ends: a tick for early stop, a violet dot with halo while it trains, a dot where it has one point only. */
export function drawEnd(
  ctx: CanvasRenderingContext2D,
  line: CurveLine,
  to: ToPixel,
  area: Area,
  paint: Paint,
): void {
  const last = line.x.length - 1;
  const x = to.x(line.x[last] ?? NaN);
  const y = to.y(line.y[last] ?? NaN);
  if (!isInside(x, y, area)) return;
  if (line.end === 'earlyStop') {
    ctx.lineWidth = 1.75;
    ctx.strokeStyle = paint.colour(line.style.colour);
    drawLine(ctx, x, y - endTickHeight / 2, x, y + endTickHeight / 2);
  } else if (line.end === 'live') {
    drawDisc(ctx, x, y, 7, paint.colour('focus', 0.25));
    drawDisc(ctx, x, y, 3.5, paint.colour('focus'));
  } else if (last === 0 && line.bestIndex === null) {
    drawDisc(ctx, x, y, 2.5, paint.colour(line.style.colour));
  }
}

/** A red triangle on the axis where the loss became NaN, with its words beside it. */
export function drawBroken(
  ctx: CanvasRenderingContext2D,
  line: CurveLine,
  to: ToPixel,
  area: Area,
  paint: Paint,
): void {
  if (line.broken === null) return;
  const x = to.x(line.broken.x);
  if (x < area.left - 1 || x > area.right + 1) return;
  const y = area.bottom;
  ctx.beginPath();
  ctx.moveTo(x, y - 10);
  ctx.lineTo(x + 5.5, y - 0.5);
  ctx.lineTo(x - 5.5, y - 0.5);
  ctx.closePath();
  ctx.fillStyle = paint.colour('error');
  ctx.fill();
  ctx.font = strongFont(paint);
  const width = ctx.measureText(line.broken.label).width;
  const isLeft = x + 9 + width > area.right;
  ctx.textAlign = isLeft ? 'right' : 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(line.broken.label, isLeft ? x - 9 : x + 9, y - 6);
}

/** A small red triangle on the axis for every value that is not finite; those of one place once. */
export function drawGaps(
  ctx: CanvasRenderingContext2D,
  line: CurveLine,
  to: ToPixel,
  area: Area,
  paint: Paint,
): void {
  let free = -Infinity;
  ctx.fillStyle = paint.colour('error');
  for (const at of line.gaps) {
    const x = to.x(at);
    if (x < Math.max(free, area.left - 1) || x > area.right + 1) continue;
    free = x + 5;
    ctx.beginPath();
    ctx.moveTo(x, area.bottom - 6);
    ctx.lineTo(x + 3.5, area.bottom - 0.5);
    ctx.lineTo(x - 3.5, area.bottom - 0.5);
    ctx.closePath();
    ctx.fill();
  }
}

/** Labels at the right with leaders: level, bending only in the last 8 px. */
export function drawLabels(
  ctx: CanvasRenderingContext2D,
  labels: readonly PlacedLabel[],
  area: Area,
  width: number,
  paint: Paint,
  alphaOf: (line: CurveLine) => number,
): void {
  const labelX = area.right + labelInset;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { line, endX, endY, labelY } of labels) {
    const alpha = alphaOf(line);
    const startX = Math.max(area.left, Math.min(area.right, endX)) + 5;
    ctx.lineWidth = 1;
    ctx.strokeStyle = paint.colour('line2', alpha);
    ctx.beginPath();
    if (startX < labelX - 3 - bendWidth) ctx.moveTo(startX, endY);
    else ctx.moveTo(labelX - 3 - bendWidth, endY);
    ctx.lineTo(labelX - 3 - bendWidth, endY);
    ctx.lineTo(labelX - 3, labelY);
    ctx.stroke();
    ctx.font = strongFont(paint);
    let textX = labelX;
    if (!line.style.isLegibleAsText) {
      ctx.lineWidth = 2;
      ctx.strokeStyle = paint.colour(line.style.colour, alpha);
      drawLine(ctx, labelX, labelY, labelX + 9, labelY);
      textX += 13;
    }
    ctx.fillStyle = paint.colour(
      line.style.isLegibleAsText ? line.style.colour : 'text',
      Math.max(0.6, alpha),
    );
    ctx.fillText(fitText(ctx, line.label, width - textX - 2), textX, labelY + 0.5);
  }
}

/** The x axis's unit, once, at its end. */
export function drawUnit(
  ctx: CanvasRenderingContext2D,
  unit: string,
  area: Area,
  paint: Paint,
): void {
  ctx.font = plainFont(paint);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = paint.colour('text2');
  ctx.fillText(unit, area.right + labelInset, area.bottom + 12);
}

/** Dotted crosshair, points on the lines, and x in an ink tab on the axis. */
export function drawHover(
  ctx: CanvasRenderingContext2D,
  hover: Readonly<{
    x: number;
    text: string;
    points: readonly Readonly<{ x: number; y: number; colour: string }>[];
  }>,
  area: Area,
  paint: Paint,
): void {
  const x = Math.round(hover.x) + 0.5;
  ctx.lineWidth = 1;
  ctx.strokeStyle = paint.colour('text2');
  ctx.setLineDash([1.5, 2]);
  drawLine(ctx, x, area.top, x, area.bottom);
  ctx.setLineDash([]);
  for (const point of hover.points) {
    if (!isInside(point.x, point.y, area)) continue;
    drawDisc(ctx, point.x, point.y, 3.5, paint.colour('panel'));
    drawDisc(ctx, point.x, point.y, 2.5, paint.colour(point.colour));
  }
  ctx.font = strongFont(paint);
  const width = Math.max(18, ctx.measureText(hover.text).width + 10);
  const left = Math.max(0, Math.min(area.right + labelInset - width, x - width / 2));
  ctx.fillStyle = paint.colour('primary');
  ctx.beginPath();
  ctx.roundRect(left, area.bottom + 4, width, 16, 3);
  ctx.fill();
  ctx.fillStyle = paint.colour('on-primary');
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(hover.text, left + width / 2, area.bottom + 12.5);
}

/** The part that a drag zooms to. */
export function drawZoom(
  ctx: CanvasRenderingContext2D,
  [from, to]: readonly [number, number],
  { top, bottom }: Area,
  paint: Paint,
): void {
  ctx.fillStyle = paint.colour('focus', 0.13);
  ctx.fillRect(from, top, to - from, bottom - top);
}

function isInside(x: number, y: number, area: Area): boolean {
  return x >= area.left - 1 && x <= area.right + 1 && y >= area.top - 1 && y <= area.bottom + 1;
}
