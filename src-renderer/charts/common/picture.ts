import { downloadBlob } from './download.ts';
import type { Pen } from './pen.ts';
import { SvgPen } from './svg-pen.ts';
import type { Paint } from './theme.svelte.ts';

/** A chart as it can be saved: its size in px, and how it is drawn. */
export type Picture = Readonly<{ width: number; height: number; draw: (pen: Pen) => void }>;

/** Browsers draw nothing on a longer canvas. */
const longestSide = 16_384;

/** Saves a chart on the ground of its panel: as SVG, or as PNG at twice its size where that is not too long. */
export function savePicture(
  name: string,
  picture: Picture,
  format: 'png' | 'svg',
  paint: Paint,
): void {
  const { width, height } = picture;
  const drawOn = (pen: Pen): void => {
    pen.fillStyle = paint.colour('panel');
    pen.fillRect(0, 0, width, height);
    picture.draw(pen);
  };
  if (format === 'svg') {
    const pen = new SvgPen();
    drawOn(pen);
    downloadBlob(`${name}.svg`, new Blob([pen.text(width, height)], { type: 'image/svg+xml' }));
    return;
  }
  const ratio = Math.min(2, longestSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(ratio, ratio);
  drawOn(pen);
  canvas.toBlob((blob) => {
    if (blob !== null) downloadBlob(`${name}.png`, blob);
  }, 'image/png');
}
