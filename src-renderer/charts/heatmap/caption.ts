import { signed } from '#core/wording/number-text.ts';

import { plainFont } from '../common/axes.ts';
import type { Pen } from '../common/pen.ts';
import { cssOfPixel } from '../common/ramp.ts';
import { fitText } from '../common/text.ts';
import type { Paint } from '../common/theme.svelte.ts';

/** What a saved picture says of itself, where no screen stands around it. */
export type HeatmapCaption = Readonly<{
  title: string;
  /** A sentence each; wrapped where the picture is narrow. */
  lines: readonly string[];
  /** Colour bars, each with its ends at +-limit. */
  scales: readonly Readonly<{ label: string; limit: number; note: string }>[];
}>;

const padding = 12;
const lineHeight = 16;
const barWidth = 122;
/** A long typed sentence is cut, not the picture pushed down. */
const mostLines = 3;

/** How high the caption is, and how it is drawn, over a picture of `width` px. */
export function captionOf(
  caption: HeatmapCaption,
  {
    width,
    ramp,
    paint,
    ruler,
  }: Readonly<{
    width: number;
    ramp: Uint32Array;
    paint: Paint;
    ruler: Pick<Pen, 'font' | 'measureText'>;
  }>,
): Readonly<{ height: number; draw: (pen: Pen) => void }> {
  const font = plainFont(paint);
  ruler.font = font;
  const measure = (text: string): number => ruler.measureText(text).width;
  const room = Math.max(120, width - 2 * padding);
  const lines = caption.lines.flatMap((line) => wrapped(line, room, ruler, mostLines));
  const scales = caption.scales.map((scale) => {
    const ends = `${signed(-scale.limit, 2)}   0   ${signed(scale.limit, 2)}`;
    return {
      ...scale,
      ends,
      width: measure(scale.label) + barWidth + measure(`${ends}  ${scale.note}`) + 40,
    };
  });
  const isBeside = scales.reduce((sum, scale) => sum + scale.width, 0) <= room;
  const scaleLines = isBeside ? Math.min(1, scales.length) : scales.length;
  return {
    height: padding + 18 + (lines.length + scaleLines) * lineHeight + 8,
    draw(pen) {
      pen.textAlign = 'left';
      pen.textBaseline = 'middle';
      pen.fillStyle = paint.colour('text');
      pen.font = `650 13px ${paint.fontFamily}`;
      pen.fillText(fitText(pen, caption.title, room), padding, padding + 7);
      pen.font = font;
      pen.fillStyle = paint.colour('text2');
      let top = padding + 18 + lineHeight / 2;
      for (const line of lines) {
        pen.fillText(line, padding, top);
        top += lineHeight;
      }
      let left = padding;
      for (const scale of scales) {
        drawScale(pen, scale, left, top);
        if (isBeside) left += scale.width;
        else top += lineHeight;
      }
    },
  };

  function drawScale(pen: Pen, scale: (typeof scales)[number], left: number, middle: number): void {
    pen.fillStyle = paint.colour('text2');
    pen.fillText(scale.label, left, middle);
    const at = Math.round(left + measure(scale.label) + 8);
    for (let step = 0; step < barWidth; step += 2) {
      pen.fillStyle = cssOfPixel(
        ramp[Math.round((step / (barWidth - 2)) * (ramp.length - 1))] ?? 0,
      );
      pen.fillRect(at + step, middle - 5, 2, 10);
    }
    pen.fillStyle = paint.colour('text');
    pen.fillText(scale.ends, at + barWidth + 8, middle);
    pen.fillStyle = paint.colour('text2');
    pen.fillText(scale.note, at + barWidth + 16 + measure(scale.ends), middle);
  }
}

/** At spaces, into at most so many lines; the rest is an ellipsis. */
export function wrapped(
  text: string,
  room: number,
  pen: Pick<Pen, 'measureText'>,
  most: number,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (pen.measureText(longer).width <= room) {
      line = longer;
      continue;
    }
    if (lines.length + 1 === most) return [...lines, fitText(pen, longer, room)];
    if (line !== '') lines.push(line);
    line = fitText(pen, word, room);
  }
  return line === '' ? lines : [...lines, line];
}
