import { traceMark } from '../common/marks.ts';
import type { Pen } from '../common/pen.ts';
import type { PlotScale } from '../common/plot-scale.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { fitText } from '../curves/draw.ts';
import type { Area, PlacedPoint, PlotState, ScatterContext } from './model.ts';

const radius = 4;
const faint = 0.22;

/** Grid, ticks and the names of both axes. */
export function drawAxes(
  ctx: Pen,
  context: Pick<ScatterContext, 'x' | 'y'>,
  scales: Readonly<{ x: PlotScale; y: PlotScale }>,
  area: Area,
  paint: Paint,
): void {
  ctx.font = `400 11px ${paint.fontFamily}`;
  ctx.fillStyle = paint.colour('text2');
  ctx.strokeStyle = paint.colour('line');
  ctx.lineWidth = 1;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const { share, value } of scales.y.ticks) {
    const y = Math.round(area.bottom - share * (area.bottom - area.top)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(area.left, y);
    ctx.lineTo(area.right, y);
    ctx.stroke();
    ctx.fillText(fitText(ctx, context.y.format(value), area.left - 10), area.left - 8, y);
  }
  ctx.strokeStyle = paint.colour('line2');
  ctx.beginPath();
  ctx.moveTo(area.left, area.bottom + 0.5);
  ctx.lineTo(area.right, area.bottom + 0.5);
  ctx.stroke();
  ctx.textAlign = 'center';
  let free = -Infinity;
  for (const { share, value } of scales.x.ticks) {
    const x = area.left + share * (area.right - area.left);
    const text = context.x.format(value);
    const half = ctx.measureText(text).width / 2;
    // A label that would run into the one before is left out.
    if (x - half < free) continue;
    free = x + half + 8;
    ctx.fillText(text, Math.min(x, area.right + 8 - half), area.bottom + 13);
  }
}

export function drawPoints(
  ctx: CanvasRenderingContext2D,
  placed: readonly PlacedPoint[],
  state: PlotState,
  paint: Paint,
): void {
  const hasSelection = state.selected.size > 0;
  // The chosen ones last, above the others.
  const order = [...placed].sort(
    (a, b) => Number(state.selected.has(a.point.runId)) - Number(state.selected.has(b.point.runId)),
  );
  for (const { point, px, py } of order) {
    const isFaint = hasSelection && !state.selected.has(point.runId);
    traceMark(ctx, point.style.mark, px, py, radius);
    ctx.fillStyle = paint.colour(point.style.colour, isFaint ? faint : 0.85);
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.strokeStyle = paint.colour('panel', isFaint ? 0 : 1);
    ctx.stroke();
  }
}

/** The point under the pointer or the cursor of the keys, and the one in focus in the table, which has the violet ring. */
export function drawPointed(
  ctx: CanvasRenderingContext2D,
  placed: readonly PlacedPoint[],
  state: PlotState,
  paint: Paint,
): void {
  for (const { point, px, py } of placed) {
    if (point.runId === state.focusId) {
      ctx.beginPath();
      ctx.arc(px, py, radius + 4, 0, Math.PI * 2);
      ctx.lineWidth = 2;
      ctx.strokeStyle = paint.colour('focus');
      ctx.stroke();
    }
    if (point.runId === state.hoverId) {
      traceMark(ctx, point.style.mark, px, py, radius + 2);
      ctx.fillStyle = paint.colour(point.style.colour);
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = paint.colour('text');
      ctx.stroke();
    }
  }
}

/** What a drag encloses. */
export function drawBox(ctx: CanvasRenderingContext2D, box: Area, paint: Paint): void {
  ctx.fillStyle = paint.colour('focus', 0.12);
  ctx.strokeStyle = paint.colour('focus');
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.rect(box.left + 0.5, box.top + 0.5, box.right - box.left, box.bottom - box.top);
  ctx.fill();
  ctx.stroke();
}
