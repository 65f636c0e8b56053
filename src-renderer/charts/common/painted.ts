import type { Attachment } from 'svelte/attachments';

import { readPaint, type Paint } from './theme.svelte.ts';

/** A canvas as large as its place, sharp on any screen; it is drawn again when anything that `draw` reads changes. */
export function painted(
  width: number,
  height: number,
  draw: (ctx: CanvasRenderingContext2D, paint: Paint) => void,
): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const paint = readPaint();
    const ctx = canvas.getContext('2d');
    if (ctx === null || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    ctx.scale(ratio, ratio);
    draw(ctx, paint);
  };
}
