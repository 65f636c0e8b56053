import type { Pen } from './pen.ts';
import { fitText } from './text.ts';
import type { Paint } from './theme.svelte.ts';

/** Where a chart draws its data, in px. */
export type Area = Readonly<{ left: number; right: number; top: number; bottom: number }>;
/** A tick in px along its axis, and what it says. */
export type AxisTick = Readonly<{ at: number; text: string }>;

export const plainFont = (paint: Paint): string => `400 11px ${paint.fontFamily}`;
export const strongFont = (paint: Paint): string => `600 11px ${paint.fontFamily}`;

/** A level line of the grid for every tick of y, the x axis, and what the ticks of both say. */
export function drawAxes(
  pen: Pen,
  x: readonly AxisTick[],
  y: readonly AxisTick[],
  area: Area,
  paint: Paint,
): void {
  pen.font = plainFont(paint);
  pen.fillStyle = paint.colour('text2');
  pen.strokeStyle = paint.colour('line');
  pen.lineWidth = 1;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const { at, text } of y) {
    drawLine(pen, area.left, Math.round(at) + 0.5, area.right, Math.round(at) + 0.5);
    pen.fillText(fitText(pen, text, area.left - 10), area.left - 8, at);
  }
  pen.strokeStyle = paint.colour('line2');
  drawLine(pen, area.left, area.bottom + 0.5, area.right, area.bottom + 0.5);
  pen.textAlign = 'center';
  let free = -Infinity;
  for (const { at, text } of x) {
    const half = pen.measureText(text).width / 2;
    // A label that would run into the one before is left out.
    if (at - half < free) continue;
    free = at + half + 8;
    pen.fillText(text, Math.min(at, area.right + 8 - half), area.bottom + 12);
  }
}

export function drawLine(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
