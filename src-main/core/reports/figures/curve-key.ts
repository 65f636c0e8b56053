import type { LegendLine } from '../document.ts';
import { colour, svg, type SvgNode } from '../svg.ts';

/** What kinds of lines and marks mean. */
export type KeyWords = Readonly<{ solid: string; thin: string; best: string; end: string }>;

const rowHeight = 18;
const stubWidth = 28;
const gap = 20;
const letterWidth = 6.2;
const textAt = (y: number) => ({ y: y + 4, 'font-size': 11, fill: colour('text') });

/** Of a figure that stands alone: what its lines and marks mean, then whose lines they are. `y`: where it begins. */
export function keyNodes(
  entries: readonly LegendLine[],
  words: KeyWords,
  y: number,
  width: number,
): Readonly<{ nodes: readonly SvgNode[]; height: number }> {
  const meanings = meaningNodes(words, y + rowHeight / 2);
  const widest = Math.max(...entries.map(({ name }) => name.length));
  const column = stubWidth + 6 + widest * letterWidth + gap;
  const most = Math.max(1, Math.floor((width + gap) / column));
  const rows = Math.ceil(entries.length / most);
  // As many in each row as the rows need.
  const columns = Math.ceil(entries.length / rows);
  const nodes = entries.flatMap(({ name, line }, index) => {
    const x = (index % columns) * column;
    const middle = y + (1.5 + Math.floor(index / columns)) * rowHeight;
    return [
      svg('path', {
        d: `M${x.toFixed(1)} ${middle}h${stubWidth}`,
        stroke: colour(line.colour),
        fill: 'none',
        'stroke-width': 2,
        ...(line.dash.length === 0 ? {} : { 'stroke-dasharray': line.dash.join(' ') }),
      }),
      svg('text', { ...textAt(middle), x: x + stubWidth + 6 }, name),
    ];
  });
  return { nodes: [...meanings, ...nodes], height: (1 + rows) * rowHeight };
}

function meaningNodes({ solid, thin, best, end }: KeyWords, y: number): SvgNode[] {
  const stroke = { stroke: colour('text2'), fill: 'none' };
  const marks: readonly (readonly [string, number, (x: number) => SvgNode])[] = [
    [
      solid,
      stubWidth,
      (x) => svg('path', { ...stroke, d: `M${x} ${y}h${stubWidth}`, 'stroke-width': 2 }),
    ],
    [
      thin,
      stubWidth,
      (x) =>
        svg('path', { ...stroke, d: `M${x} ${y}h${stubWidth}`, 'stroke-width': 1, opacity: 0.6 }),
    ],
    [best, 8, (x) => svg('circle', { ...stroke, cx: x + 4, cy: y, r: 3.5, 'stroke-width': 1.5 })],
    [end, 4, (x) => svg('path', { ...stroke, d: `M${x + 2} ${y - 5}v10`, 'stroke-width': 1.5 })],
  ];
  let x = 0;
  return marks.flatMap(([word, width, mark]) => {
    const at = x;
    x += Math.round(width + 6 + word.length * letterWidth + gap);
    return [mark(at), svg('text', { ...textAt(y), x: at + width + 6 }, word)];
  });
}
