import type { Area } from '../common/axes.ts';

/** One line on the layer: how it is stroked, and where it goes. */
export type Stroke = Readonly<{
  colour: string;
  width: number;
  dash: readonly number[];
  trace: (ctx: CanvasRenderingContext2D) => void;
}>;

/** So long may one piece of the work keep the window from answering. */
const sliceMs = 8;

/**
 * Draws lines on a layer of its own, in slices: many long lines take longer than a frame, and a window that follows a training must
 * answer meanwhile. `onDone` is given the layer when it is whole, at once where one slice is enough. What is returned stops it.
 */
export function paintLines(
  strokes: readonly Stroke[],
  { left, right, top, bottom }: Area,
  { width, height }: Readonly<{ width: number; height: number }>,
  onDone: (layer: HTMLCanvasElement) => void,
): () => void {
  const ratio = window.devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = 0;
  ctx?.scale(ratio, ratio);
  ctx?.beginPath();
  // Half a line's width more, so that a line along the edge is not halved.
  ctx?.rect(left - 2, top - 2, right - left + 4, bottom - top + 4);
  ctx?.clip();
  const goOn = (): void => {
    const endMs = performance.now() + sliceMs;
    while (next < strokes.length && performance.now() < endMs) {
      const stroke = strokes[next++];
      if (ctx !== null && stroke !== undefined) drawStroke(ctx, stroke);
    }
    if (next < strokes.length) timer = setTimeout(goOn);
    else onDone(canvas);
  };
  goOn();
  return () => {
    clearTimeout(timer);
  };
}

function drawStroke(ctx: CanvasRenderingContext2D, { colour, width, dash, trace }: Stroke): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = 'round';
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  trace(ctx);
  ctx.stroke();
  // Drawing is put off until somebody looks: this way its time is spent here, where it is measured.
  ctx.getImageData(0, 0, 1, 1);
}
