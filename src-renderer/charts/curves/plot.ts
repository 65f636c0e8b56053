import { tickText } from '#core/charts/tick-text.ts';
import { countedTicks, linearTicks, logTicks, type Ticks } from '#core/charts/ticks.ts';
import { drawAxes, plainFont, strongFont, type Area, type AxisTick } from '../common/axes.ts';
import type { Pen } from '../common/pen.ts';
import type { Paint } from '../common/theme.svelte.ts';
import {
  drawBest,
  drawBroken,
  drawEnd,
  drawGaps,
  drawLabels,
  drawUnit,
  labelInset,
  type ToPixel,
} from './draw.ts';
import { xExtent, type Extent } from './extent.ts';
import { labelledLines, placeLabels } from './labels.ts';
import type { Stroke } from './line-painter.ts';
import type { CurveLine, CurvesContext, CurvesSpec } from './model.ts';
import { traceLine } from './trace.ts';

/** The axes, for as long as they stay. */
export type Frame = Readonly<{
  window: readonly [number, number];
  extent: Extent | null;
  ticks: Ticks;
  decimals: number;
  /** At the right, for the labels of lines. */
  gutter: number;
}>;
/** Where everything is, in px. */
export type Plot = Readonly<{
  area: Area;
  to: ToPixel;
  x: readonly AxisTick[];
  y: readonly AxisTick[];
  window: readonly [number, number];
  isEmpty: boolean;
}>;
type Ruler = Pick<Pen, 'font' | 'measureText'>;
type Size = Readonly<{ width: number; height: number }>;

const widestLabel = 132;
const dimmed = 0.25;
const trainAlpha = 0.6;
const rawAlpha = 0.28;
/** More lines than this are a crowd: drawn as hairlines, which also take a tenth of the time, and without the raw values behind. */
const crowd = 40;

export function frameOf(
  context: CurvesContext,
  spec: CurvesSpec,
  extent: Extent | null,
  { height }: Size,
  gutter: number,
): Frame {
  const { low, high } = extent ?? { low: 0, high: 1 };
  const factor = context.tickFactor;
  const ticks = spec.isLog
    ? logTicks(low, high)
    : scaled(linearTicks(low * factor, high * factor, height < 180 ? 3 : 4), 1 / factor);
  // Steps of 1 and more need no decimals; smaller ones at least the metric's own.
  const isCoarse = !spec.isLog && extent !== null && ticks.step >= 1 && factor === 1;
  return {
    window: spec.window ?? padded(xExtent(context.lines), context.axis),
    extent,
    ticks,
    decimals: isCoarse ? 0 : Math.max(context.tickDecimals, spec.isLog ? 0 : ticks.decimals),
    gutter,
  };
}

/** What the labels of lines and the unit need at the right. */
export function gutterOf(
  { lines, unit }: CurvesContext,
  focusRunId: string | null,
  paint: Paint,
  ruler: Ruler,
): number {
  ruler.font = strongFont(paint);
  const widths = labelledLines(lines, focusRunId).map(
    (line) => ruler.measureText(line.label).width + (line.style.isLegibleAsText ? 0 : 13),
  );
  const widest = Math.max(ruler.measureText(unit).width, ...widths);
  return labelInset + Math.min(widestLabel, Math.ceil(widest)) + 2;
}

export function plotOf(
  frame: Frame,
  context: CurvesContext,
  isLog: boolean,
  { width, height }: Size,
  paint: Paint,
  ruler: Ruler,
): Plot {
  const isEmpty = frame.extent === null;
  const [from, until] = frame.window;
  const { low, high } = frame.extent ?? { low: 0, high: 1 };
  const textOfY = (value: number): string =>
    isEmpty ? '' : tickText(value * context.tickFactor, frame.decimals);
  ruler.font = plainFont(paint);
  const widest = Math.max(
    ...frame.ticks.values.map((value) => ruler.measureText(textOfY(value)).width),
  );
  const left = Math.max(44, Math.ceil(widest) + 16);
  const right = Math.max(left + 1, width - frame.gutter);
  const area = { left, right, top: 8, bottom: Math.max(9, height - 24) };
  const shareOfY = isLog
    ? (y: number): number => Math.log((y === 0 ? low : y) / low) / Math.log(high / low)
    : (y: number): number => (y - low) / (high - low);
  const to = {
    x: (x: number): number => left + ((x - from) / (until - from)) * (right - left),
    y: (y: number): number => area.bottom - shareOfY(y) * (area.bottom - area.top),
  };
  const room = (pixels: number, most: number): number =>
    Math.max(2, Math.min(most, Math.floor((right - left) / pixels)));
  const ticksOfX =
    context.axis === 'epoch'
      ? countedTicks(from, until, room(36, 8))
      : linearTicks(from, until, room(58, 6), context.axis === 'step');
  return {
    area,
    to,
    x: ticksOfX.values.map((x) => ({ at: to.x(x), text: isEmpty ? '' : formatX(x, context) })),
    y: frame.ticks.values.map((y) => ({ at: to.y(y), text: textOfY(y) })),
    window: frame.window,
    isEmpty,
  };
}

/** How the lines are drawn, the one in focus above the others. */
export function strokesOf(
  lines: readonly CurveLine[],
  focusRunId: string | null,
  { to, window }: Plot,
  paint: Paint,
): readonly Stroke[] {
  return [...lines]
    .sort((a, b) => Number(a.runId === focusRunId) - Number(b.runId === focusRunId))
    .flatMap((line) => {
      const isFocused = focusRunId === line.runId;
      const share = focusRunId === null || isFocused ? 1 : dimmed;
      const isTrain = line.role === 'train';
      const stroke = (y: readonly number[], width: number, alpha: number): Stroke => ({
        colour: paint.colour(line.style.colour, alpha),
        width,
        dash: line.style.dash,
        trace: (ctx) => {
          traceLine(ctx, line.x, y, to.x, to.y, window);
        },
      });
      const isCrowd = lines.length > crowd && !isFocused;
      const width = isTrain || isCrowd ? 1 : isFocused ? 2.5 : 1.75;
      if (line.smoothed === null)
        return [stroke(line.y, width, (isTrain ? trainAlpha : 1) * share)];
      const smoothed = stroke(line.smoothed, width, share);
      return isCrowd ? [smoothed] : [stroke(line.y, 1, rawAlpha * share), smoothed];
    });
}

/** Axes, the finished layer of lines, and the marks and labels above it. */
export function drawPlot(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  layer: HTMLCanvasElement | null,
  { lines, unit }: CurvesContext,
  focusRunId: string | null,
  { width, height }: Size,
  paint: Paint,
): void {
  const { area, to } = plot;
  drawAxes(ctx, plot.x, plot.y, area, paint);
  if (plot.isEmpty) return;
  if (layer !== null) ctx.drawImage(layer, 0, 0, width, height);
  drawUnit(ctx, unit, area, paint);
  for (const line of lines) {
    const isDimmed = focusRunId !== null && focusRunId !== line.runId;
    ctx.globalAlpha = isDimmed ? 0.4 : 1;
    drawEnd(ctx, line, to, area, paint);
    drawBest(ctx, line, to, area, paint);
  }
  ctx.globalAlpha = 1;
  for (const line of lines) {
    drawGaps(ctx, line, to, area, paint);
    drawBroken(ctx, line, to, area, paint);
  }
  const labelled = labelledLines(lines, focusRunId);
  const labels = placeLabels(labelled, to, area.top + 4, area.bottom - 4);
  drawLabels(ctx, labels, area, width, paint, (line) =>
    focusRunId === null || focusRunId === line.runId ? 1 : 0.5,
  );
}

export function formatX(x: number, context: Pick<CurvesContext, 'axis'>): string {
  if (context.axis === 'epoch' || context.axis === 'step') {
    return Number.isInteger(x) ? x.toLocaleString('en-US') : x.toFixed(1);
  }
  return Number.isInteger(x) ? String(x) : x.toFixed(x < 10 ? 1 : 0);
}

/** One epoch alone still gets an axis with a direction. */
function padded(
  extent: readonly [number, number] | null,
  axis: CurvesContext['axis'],
): readonly [number, number] {
  if (extent === null) return axis === 'epoch' ? [1, 10] : [0, 1];
  const [low, high] = extent;
  if (axis === 'time' || axis === 'step') return [0, high > 0 ? high : 1];
  return high > low ? extent : [low, low + 1];
}

function scaled(ticks: Ticks, factor: number): Ticks {
  return { ...ticks, values: ticks.values.map((value) => value * factor) };
}
