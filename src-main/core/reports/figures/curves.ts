import type { EpochFigure } from '#contract/metric.ts';

import { pushApart } from '../../charts/push-apart.ts';
import type { RunStyle } from '../../charts/style-of-run.ts';
import { tickText } from '../../charts/tick-text.ts';
import { countedTicks, linearTicks, niceExtent } from '../../charts/ticks.ts';
import { downsample } from '../../util/downsample.ts';
import type { CurvesPlace, LegendLine } from '../document.ts';
import { colour, svg, type Figure, type SvgNode } from '../svg.ts';
import { keyNodes, type KeyWords } from './curve-key.ts';

export type CurveRun = Readonly<{
  runId: string;
  name: string;
  /** At its end: runs with the same one are drawn alike. */
  lineName: string;
  style: RunStyle;
  epochs: readonly CurvePoint[];
  bestEpoch: number | null;
}>;

/** What is no number breaks the line. */
type CurvePoint = Readonly<{ epoch: number } & Partial<Record<EpochFigure, number>>>;
type CurveFields = Readonly<{ solid: EpochFigure; thin: EpochFigure; isPercent: boolean }>;

const width = 860;
const height = 316;
const top = 26;
const bottom = height - 34;
const left = 52;
const labelGap = 14;
const mostLabels = 8;
const letterWidth = 6.6;
const mostLetters = 40;
const stubWidth = 12;
const tickCount = 5;
const usual = { solid: { width: 1.75, opacity: 1 }, thin: { width: 1, opacity: 0.6 } };
/** Of many runs. */
const thinned: typeof usual = {
  solid: { width: 1.25, opacity: 0.9 },
  thin: { width: 0.75, opacity: 0.35 },
};

/** `title`: of the upright axis. */
export type CurveWords = KeyWords & Readonly<{ label: string; epoch: string; title: string }>;

/**
 * Curves over epochs of any number of runs: what was validated as a strong line, what was trained on as a thin one. `alone`: with
 * `legend` below, for where no page tells it.
 */
export function curvesFigure(
  runs: readonly CurveRun[],
  fields: CurveFields,
  legend: readonly LegendLine[],
  words: CurveWords,
): Readonly<{ figure: Figure; alone: Figure; place: CurvesPlace }> {
  const lines = runs.flatMap((run) =>
    (['thin', 'solid'] as const).map((role) => ({
      run,
      role,
      points: pointsOf(run, fields[role]),
    })),
  );
  const labelled = labelledRuns(runs, fields.solid);
  const widest = Math.max(
    0,
    ...labelled.map(({ lineName }) => Math.min(lineName.length, mostLetters)),
  );
  const strength = runs.length > mostLabels ? thinned : usual;
  const hasStubs = labelled.some(({ style }) => !style.isLegibleAsText);
  const right =
    width - 14 - (widest === 0 ? 0 : widest * letterWidth + 10 + (hasStubs ? stubWidth : 0));
  const all = lines.flatMap(({ points }) => points);
  const [low, high] = extentOf(
    all.map(([, value]) => value),
    fields.isPercent,
  );
  const lastEpoch = all.reduce((last, [epoch]) => Math.max(last, epoch), 2);
  const x = (epoch: number): number => left + ((epoch - 1) / (lastEpoch - 1)) * (right - left);
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * (bottom - top);
  const place: CurvesPlace = { ...fields, left, right, top, bottom, low, high, lastEpoch };
  const figure: Figure = {
    width,
    height,
    label: words.label,
    nodes: [
      svg(
        'text',
        { x: 0, y: 12, 'font-size': 11, 'font-weight': 600, fill: colour('text2') },
        words.title,
      ),
      svg(
        'g',
        { class: 'axes' },
        ...axisNodes(low, high, lastEpoch, { x, y, right }, fields.isPercent, words.epoch),
      ),
      svg(
        'g',
        { class: 'lines' },
        ...lines.map(({ run, role, points }) =>
          lineNode(
            run,
            role,
            points.map(([epoch, value]) => [x(epoch), y(value)]),
            strength,
          ),
        ),
        ...runs.flatMap((run) => {
          const points = pointsOf(run, fields.solid);
          return [...endNode(run, points, lastEpoch, x, y), ...bestNode(run, points, x, y)];
        }),
      ),
      svg('g', { class: 'labels' }, ...labelNodes(labelled, fields.solid, x, y, right)),
    ],
  };
  const key = keyNodes(legend, words, height + 6, width);
  return {
    place,
    figure,
    alone: { ...figure, height: height + key.height + 10, nodes: [...figure.nodes, ...key.nodes] },
  };
}

type Point = readonly [number, number];
type Scale = (value: number) => number;

/** Without what is no number: a line is broken there. Of very many points, those that show: no lowest and no highest is lost. */
function pointsOf({ epochs }: CurveRun, field: EpochFigure): Point[] {
  const points = epochs
    .map((epoch): Point => [epoch.epoch, epoch[field] ?? Number.NaN])
    .filter(([, value]) => Number.isFinite(value));
  const drawn = downsample(
    points.map(([, value]) => value),
    mostPoints,
  );
  return drawn.flatMap((index) => (points[index] === undefined ? [] : [points[index]]));
}

/** Of a line, which is at most some 600 px wide. */
const mostPoints = 2400;

function extentOf(values: readonly number[], isPercent: boolean): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const room = (high - low) * 0.04;
  const [from, to] = niceExtent(low - room, high + room, tickCount);
  return [Math.max(0, from), isPercent ? Math.min(1, to) : to];
}

function axisNodes(
  low: number,
  high: number,
  lastEpoch: number,
  { x, y, right }: Readonly<{ x: Scale; y: Scale; right: number }>,
  isPercent: boolean,
  epochWord: string,
): SvgNode[] {
  const scale = isPercent ? 100 : 1;
  const ticks = linearTicks(low * scale, high * scale, tickCount);
  const text = { 'font-size': 11, fill: colour('text2') };
  const columns = countedTicks(1, lastEpoch, 12).values.map((value) =>
    svg('text', { ...text, x: x(value), y: bottom + 16, 'text-anchor': 'middle' }, String(value)),
  );
  return [
    ...ticks.values.flatMap((value) => [
      svg('path', {
        d: `M${left} ${round(y(value / scale))}H${round(right)}`,
        stroke: colour('line'),
        fill: 'none',
      }),
      svg(
        'text',
        { ...text, x: left - 8, y: y(value / scale) + 4, 'text-anchor': 'end' },
        `${tickText(value, ticks.decimals)}${isPercent ? ' %' : ''}`,
      ),
    ]),
    svg('path', { d: `M${left} ${bottom}H${round(right)}`, stroke: colour('line2'), fill: 'none' }),
    ...columns,
    svg('text', { ...text, x: right, y: bottom + 30, 'text-anchor': 'end' }, epochWord),
  ];
}

function lineNode(
  { runId, name, style }: CurveRun,
  role: 'solid' | 'thin',
  points: readonly Point[],
  strength: typeof usual,
): SvgNode {
  return svg('path', {
    class: `line ${role}`,
    'data-run': runId,
    'data-name': name,
    d: points
      .map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${round(px)} ${round(py)}`)
      .join(''),
    fill: 'none',
    stroke: colour(style.colour),
    'stroke-width': strength[role].width,
    'stroke-linejoin': 'round',
    ...(strength[role].opacity < 1 ? { opacity: strength[role].opacity } : {}),
    ...(style.dash.length === 0 ? {} : { 'stroke-dasharray': style.dash.join(' ') }),
  });
}

/** A hollow mark at the epoch whose weights are the best. */
function bestNode(run: CurveRun, points: readonly Point[], x: Scale, y: Scale): SvgNode[] {
  const best = points.find(([epoch]) => epoch === run.bestEpoch);
  if (best === undefined) return [];
  const [cx, cy] = [x(best[0]), y(best[1])];
  const at = {
    class: 'mark',
    'data-run': run.runId,
    'data-epoch': best[0],
    fill: colour('panel'),
    stroke: colour(run.style.colour),
    'stroke-width': 1.5,
  };
  if (run.style.mark === 'circle') return [svg('circle', { ...at, cx, cy, r: 3.5 })];
  if (run.style.mark === 'square')
    return [svg('rect', { ...at, x: cx - 3.2, y: cy - 3.2, width: 6.4, height: 6.4 })];
  return [svg('path', { ...at, d: `M${round(cx)} ${round(cy - 4)}l4 7h-8z` })];
}

/** An upright tick where a line ends before others do: its label stands further right. */
function endNode(
  { runId, style }: CurveRun,
  points: readonly Point[],
  lastEpoch: number,
  x: Scale,
  y: Scale,
): SvgNode[] {
  const end = points.at(-1);
  if (end === undefined || end[0] >= lastEpoch) return [];
  return [
    svg('path', {
      class: 'mark end',
      'data-run': runId,
      'data-epoch': end[0],
      d: `M${round(x(end[0]))} ${round(y(end[1]) - 5)}v10`,
      stroke: colour(style.colour),
      fill: 'none',
      'stroke-width': 1.5,
    }),
  ];
}

/** One of those that are drawn alike, where there are few of them; else none, for the legend tells all. */
function labelledRuns(runs: readonly CurveRun[], field: EpochFigure): readonly CurveRun[] {
  const drawn = runs.filter((run) => pointsOf(run, field).length > 0);
  const alike = Map.groupBy(drawn, ({ lineName }) => lineName);
  return alike.size > mostLabels ? [] : [...alike.values()].flatMap((of) => longest(of) ?? []);
}

const longest = (runs: readonly CurveRun[]): CurveRun | undefined =>
  runs.toSorted((a, b) => b.epochs.length - a.epochs.length)[0];

const endOf = (run: CurveRun, field: EpochFigure): Point => pointsOf(run, field).at(-1) ?? [0, 0];

/** At the ends of the lines, pushed apart; a dotted leader, which is no line of a run, goes level and bends at its end. */
function labelNodes(
  runs: readonly CurveRun[],
  field: EpochFigure,
  x: Scale,
  y: Scale,
  right: number,
): SvgNode[] {
  const ends = runs.map((run) => endOf(run, field));
  const places = pushApart(
    ends.map(([, value]) => y(value)),
    labelGap,
    top + 4,
    bottom - 2,
  );
  return runs.flatMap((run, index) => {
    const [epoch, value] = ends[index] ?? [0, 0];
    const [endX, endY, labelY] = [x(epoch), y(value), places[index] ?? 0];
    const hue = colour(run.style.colour);
    return [
      svg('path', {
        'data-run': run.runId,
        d: `M${round(endX)} ${round(endY)}H${round(right)}L${round(right + 8)} ${round(labelY)}`,
        stroke: colour('text3'),
        fill: 'none',
        'stroke-width': 0.75,
        'stroke-dasharray': '1 3',
      }),
      ...(run.style.isLegibleAsText ? [] : [stubNode(run, right + 8, labelY)]),
      svg(
        'text',
        {
          'data-run': run.runId,
          x: right + 12 + (run.style.isLegibleAsText ? 0 : stubWidth),
          y: labelY + 4,
          'font-size': 11,
          'font-weight': 600,
          fill: run.style.isLegibleAsText ? hue : colour('text'),
        },
        run.lineName.length > mostLetters
          ? `${run.lineName.slice(0, mostLetters - 1)}…`
          : run.lineName,
      ),
    ];
  });
}

/** The line's colour beside a name that cannot have it. */
const stubNode = ({ runId, style }: CurveRun, x: number, y: number): SvgNode =>
  svg('path', {
    'data-run': runId,
    d: `M${round(x)} ${round(y)}h${stubWidth}`,
    stroke: colour(style.colour),
    fill: 'none',
    'stroke-width': 2,
    ...(style.dash.length === 0 ? {} : { 'stroke-dasharray': style.dash.join(' ') }),
  });

const round = (value: number): number => Number(value.toFixed(1));
