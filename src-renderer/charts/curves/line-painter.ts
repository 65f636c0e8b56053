import type { Area } from './draw.ts';

/** One line on the layer: how it is stroked, and where it goes. */
export type Stroke = Readonly<{
  colour: string;
  width: number;
  dash: readonly number[];
  trace: (ctx: CanvasRenderingContext2D) => void;
}>;

export type Layer = Readonly<{
  strokes: readonly Stroke[];
  area: Area;
  width: number;
  height: number;
  ratio: number;
}>;

/** So long may one piece of the work keep the window from answering. */
const sliceMs = 8;

/**
 * Draws lines on a layer of its own, in slices: many long lines take longer than a frame, and a window that follows a training must
 * answer meanwhile. The layer before is shown until the new one is whole.
 */
export class LinePainter {
  #shown: HTMLCanvasElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What was finished last; null before the first. */
  get shown(): HTMLCanvasElement | null {
    return this.#shown;
  }

  /** Begins anew; whatever was under way is dropped. True where it is whole at once; else `onDone` says so later. */
  paint(layer: Layer, onDone: () => void): boolean {
    clearTimeout(this.#timer);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(layer.width * layer.ratio));
    canvas.height = Math.max(1, Math.round(layer.height * layer.ratio));
    const ctx = canvas.getContext('2d', { willReadFrequently: true });
    if (ctx === null) return true;
    ctx.setTransform(layer.ratio, 0, 0, layer.ratio, 0, 0);
    ctx.lineJoin = 'round';
    const { left, right, top, bottom } = layer.area;
    ctx.beginPath();
    // Half a line's width more, so that a line along the edge is not halved.
    ctx.rect(left - 2, top - 2, right - left + 4, bottom - top + 4);
    ctx.clip();
    let next = 0;
    const slice = (): boolean => {
      const endMs = performance.now() + sliceMs;
      while (next < layer.strokes.length && performance.now() < endMs) {
        const stroke = layer.strokes[next++];
        if (stroke !== undefined) drawStroke(ctx, stroke);
      }
      if (next < layer.strokes.length) return false;
      this.#shown = canvas;
      return true;
    };
    const goOn = (): void => {
      if (slice()) onDone();
      else this.#timer = setTimeout(goOn);
    };
    if (slice()) return true;
    this.#timer = setTimeout(goOn);
    return false;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function drawStroke(ctx: CanvasRenderingContext2D, { colour, width, dash, trace }: Stroke): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  trace(ctx);
  ctx.stroke();
  // Drawing is put off until somebody looks: this way its time is spent here, where it is measured.
  ctx.getImageData(0, 0, 1, 1);
}
