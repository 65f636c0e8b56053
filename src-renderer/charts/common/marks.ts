import type { MarkShape } from '#core/charts/style-of-run.ts';

/** The outline of a run's mark: circle for A, square for B, triangle for others. */
export function traceMark(
  ctx: CanvasRenderingContext2D,
  shape: MarkShape,
  x: number,
  y: number,
  radius: number,
): void {
  ctx.beginPath();
  if (shape === 'circle') ctx.arc(x, y, radius, 0, Math.PI * 2);
  else if (shape === 'square')
    ctx.rect(x - radius + 0.5, y - radius + 0.5, 2 * radius - 1, 2 * radius - 1);
  else {
    ctx.moveTo(x, y - radius - 0.5);
    ctx.lineTo(x + radius + 0.5, y + radius - 0.5);
    ctx.lineTo(x - radius - 0.5, y + radius - 0.5);
    ctx.closePath();
  }
}

/** A canvas as large as its place, sharp on any screen, and empty. */
export function freshContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext('2d');
  ctx?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}
