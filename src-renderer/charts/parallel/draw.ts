import type { PlotScale } from '../common/plot-scale.ts';
import type { ColourName } from '#core/charts/style-of-run.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { drawLine, plainFont } from '../common/axes.ts';
import { fitText } from '../common/text.ts';
import type { Brushes, ParallelAxis, PlotState } from './model.ts';

export type PlacedLine = Readonly<{
  runId: string;
  colour: ColourName;
  dash: readonly number[];
  /** One an axis; null where the run has no value. */
  points: readonly (Readonly<{ x: number; y: number }> | null)[];
}>;
export type Frame = Readonly<{ xs: readonly number[]; top: number; bottom: number; step: number }>;

const brushWidth = 12;

export function drawLines(
  ctx: CanvasRenderingContext2D,
  lines: readonly PlacedLine[],
  state: PlotState,
  paint: Paint,
): void {
  const hasSelection = state.selected.size > 0;
  const plain = lines.length > 200 ? 0.25 : lines.length > 60 ? 0.4 : 0.7;
  for (const isChosen of hasSelection ? [false, true] : [false]) {
    for (const line of lines) {
      if (hasSelection && state.selected.has(line.runId) !== isChosen) continue;
      ctx.lineWidth = isChosen ? 1.5 : 1;
      ctx.setLineDash([...line.dash]);
      ctx.strokeStyle = paint.colour(line.colour, hasSelection ? (isChosen ? 0.9 : 0.1) : plain);
      tracePath(ctx, line);
    }
  }
  ctx.setLineDash([]);
}

/** The line under the pointer and the one in focus. */
export function drawPointedLines(
  ctx: CanvasRenderingContext2D,
  lines: readonly PlacedLine[],
  state: PlotState,
  paint: Paint,
): void {
  for (const line of lines) {
    if (line.runId !== state.hoverId && line.runId !== state.focusId) continue;
    const isHovered = line.runId === state.hoverId;
    ctx.lineWidth = isHovered ? 5.5 : 4.5;
    ctx.setLineDash([]);
    ctx.strokeStyle = paint.colour('panel');
    tracePath(ctx, line);
    ctx.lineWidth = isHovered ? 2.5 : 2;
    ctx.setLineDash([...line.dash]);
    ctx.strokeStyle = paint.colour(isHovered ? line.colour : 'focus');
    tracePath(ctx, line);
  }
  ctx.setLineDash([]);
}

export function drawAxes(
  ctx: CanvasRenderingContext2D,
  axes: readonly ParallelAxis[],
  scales: readonly PlotScale[],
  frame: Frame,
  brushes: Brushes,
  paint: Paint,
): void {
  ctx.font = plainFont(paint);
  ctx.textBaseline = 'middle';
  axes.forEach((axis, index) => {
    const x = frame.xs[index] ?? 0;
    const scale = scales[index];
    const toY = (share: number): number => frame.bottom - share * (frame.bottom - frame.top);
    ctx.strokeStyle = paint.colour('field');
    ctx.lineWidth = 1;
    drawLine(ctx, Math.round(x) + 0.5, frame.top, Math.round(x) + 0.5, frame.bottom);
    const brush = brushes[axis.id];
    if (brush !== undefined) {
      ctx.fillStyle = paint.colour('focus', 0.18);
      ctx.strokeStyle = paint.colour('focus');
      ctx.beginPath();
      ctx.rect(
        Math.round(x - brushWidth / 2) + 0.5,
        toY(brush[1]),
        brushWidth,
        toY(brush[0]) - toY(brush[1]),
      );
      ctx.fill();
      ctx.stroke();
    }
    ctx.textAlign = 'left';
    let free = Infinity;
    for (const tick of scale?.ticks ?? []) {
      const y = toY(tick.share);
      if (y > free) continue;
      free = y - 15;
      const isLast = index === axes.length - 1;
      const text = fitText(
        ctx,
        axis.format(tick.value),
        isLast ? 54 : Math.max(24, frame.step - 14),
      );
      const width = ctx.measureText(text).width;
      ctx.fillStyle = paint.colour('panel', 0.8);
      ctx.fillRect(x + 5, y - 7, width + 4, 14);
      ctx.fillStyle = paint.colour('text2');
      ctx.fillText(text, x + 7, y + 0.5);
    }
  });
}

function tracePath(ctx: CanvasRenderingContext2D, line: PlacedLine): void {
  ctx.beginPath();
  let isDown = false;
  for (const point of line.points) {
    if (point === null) {
      isDown = false;
      continue;
    }
    if (isDown) ctx.lineTo(point.x, point.y);
    else ctx.moveTo(point.x, point.y);
    isDown = true;
  }
  ctx.stroke();
}
