import { stripExtent, type IntervalRow } from '../../charts/strip.ts';
import { linearTicks } from '../../charts/ticks.ts';
import { signed } from '../../wording/number-text.ts';
import { colour, svg, type Figure, type SvgNode } from '../svg.ts';

const width = 860;
const rowHeight = 20;
const top = 4;
const letterWidth = 6.3;
const mostLetters = 34;

/** Intervals of a difference in points, one a row, over the band that is too small to matter. */
export function intervalFigure(
  rows: readonly IntervalRow[],
  margin: number,
  words: Readonly<{ label: string; left: string; right: string; band: string }>,
  hues: Readonly<{ left: string; right: string }>,
): Figure {
  const [low, high] = stripExtent(rows, margin);
  const longest = Math.max(...rows.map(({ label }) => Math.min(label.length, mostLetters)));
  const [left, right] = [16 + longest * letterWidth, width - 24];
  const bottom = top + rows.length * rowHeight + 4;
  const x = (points: number): number => left + ((points - low) / (high - low)) * (right - left);
  const small = { 'font-size': 11, fill: colour('text2') };
  const ticks = linearTicks(low, high, 6);
  return {
    width,
    height: bottom + 38,
    label: words.label,
    nodes: [
      svg('rect', {
        x: x(-margin),
        y: top,
        width: Math.max(0, x(margin) - x(-margin)),
        height: bottom - top,
        fill: colour('sunken'),
        stroke: colour('line2'),
        'stroke-dasharray': '3 3',
      }),
      ...ticks.values.flatMap((tick) => [
        svg('path', {
          d: `M${x(tick).toFixed(1)} ${top}V${bottom}`,
          stroke: colour(tick === 0 ? 'text3' : 'line'),
          fill: 'none',
        }),
        svg(
          'text',
          { ...small, x: x(tick), y: bottom + 14, 'text-anchor': 'middle' },
          tick === 0 ? '0' : signed(tick, Math.max(1, ticks.decimals)),
        ),
      ]),
      ...rows.flatMap((row, index) => rowNodes(row, top + 2 + (index + 0.5) * rowHeight, x, left)),
      svg(
        'text',
        { x: left, y: bottom + 31, 'font-size': 11, 'font-weight': 600, fill: colour(hues.left) },
        `← ${words.left}`,
      ),
      svg('text', { ...small, x: x(0), y: bottom + 31, 'text-anchor': 'middle' }, words.band),
      svg(
        'text',
        {
          x: right,
          y: bottom + 31,
          'text-anchor': 'end',
          'font-size': 11,
          'font-weight': 600,
          fill: colour(hues.right),
        },
        `${words.right} →`,
      ),
    ],
  };
}

function rowNodes(
  { label, isStrong, difference, interval, absent, dots }: IntervalRow,
  y: number,
  x: (points: number) => number,
  left: number,
): SvgNode[] {
  const hue = colour(isStrong ? 'text' : 'text2');
  const text = { y: y + 4, 'font-size': 11, fill: hue, 'font-weight': isStrong ? 650 : 400 };
  const name = label.length > mostLetters ? `${label.slice(0, mostLetters - 1)}…` : label;
  const nodes = [
    svg('text', { ...text, x: 0 }, name),
    ...(dots ?? []).map((dot) =>
      svg('circle', { cx: x(dot), cy: y, r: 3.5, fill: colour('text2') }),
    ),
  ];
  if (interval === null)
    return dots === undefined ? [...nodes, svg('text', { ...text, x: left }, absent)] : nodes;
  const [from, to] = [x(interval[0]), x(interval[1])];
  const stroke = { stroke: hue, fill: 'none', 'stroke-width': isStrong ? 2 : 1.4 };
  const middle = x(difference);
  return [
    ...nodes,
    svg('path', {
      ...stroke,
      d: `M${from.toFixed(1)} ${y}H${to.toFixed(1)}M${from.toFixed(1)} ${y - 4}v8M${to.toFixed(1)} ${y - 4}v8`,
    }),
    svg('path', {
      ...stroke,
      d: `M${middle.toFixed(1)} ${y - 5}l5 5l-5 5l-5-5z`,
      fill: colour('panel'),
      'stroke-width': 1.6,
    }),
  ];
}
