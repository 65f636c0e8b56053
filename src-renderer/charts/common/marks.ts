import type { MarkShape } from '#core/charts/style-of-run.ts';
import type { Pen } from './pen.ts';

/** The outline of a run's mark: circle for A, square for B, triangle for others. */
export function traceMark(pen: Pen, shape: MarkShape, x: number, y: number, radius: number): void {
  pen.beginPath();
  if (shape === 'circle') {
    pen.arc(x, y, radius, 0, Math.PI * 2);
    return;
  }
  const [inner, outer] = [radius - 0.5, radius + 0.5];
  const corners = {
    square: [
      [-inner, -inner],
      [inner, -inner],
      [inner, inner],
      [-inner, inner],
    ],
    triangle: [
      [0, -outer],
      [outer, inner],
      [-outer, inner],
    ],
  } as const;
  for (const [dx, dy] of corners[shape]) pen.lineTo(x + dx, y + dy);
  pen.closePath();
}

export function drawDisc(pen: Pen, x: number, y: number, radius: number, fill: string): void {
  traceMark(pen, 'circle', x, y, radius);
  pen.fillStyle = fill;
  pen.fill();
}
