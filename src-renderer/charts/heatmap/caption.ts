import { signed } from '../../widgets/format.ts';
import type { Pen } from '../common/pen.ts';
import { cssOfPixel } from '../common/ramp.ts';
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
  const font = `400 11px ${paint.fontFamily}`;
  ruler.font = font;
  const measure = (text: string): number => ruler.measureText(text).width;
  const room = Math.max(120, width - 2 * padding);
  const lines = caption.lines.flatMap((line) => wrapped(line, room, measure, mostLines));
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
      pen.fillText(wrapped(caption.title, room, measure, 1)[0] ?? '', padding, padding + 7);
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
  measure: (text: string) => number,
  most: number,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= room) {
      line = longer;
      continue;
    }
    if (lines.length + 1 === most) return [...lines, cut(longer, room, measure)];
    if (line !== '') lines.push(line);
    line = measure(word) <= room ? word : cut(word, room, measure);
  }
  return line === '' ? lines : [...lines, line];
}

function cut(text: string, room: number, measure: (text: string) => number): string {
  let [kept, over] = [0, text.length];
  while (over - kept > 1) {
    const middle = Math.floor((kept + over) / 2);
    if (measure(`${text.slice(0, middle)}…`) <= room) kept = middle;
    else over = middle;
  }
  return `${text.slice(0, kept)}…`;
}
