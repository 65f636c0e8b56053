import { Chart, LineController, LinearScale, LogarithmicScale, type Plugin } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';

import { tickText } from '#core/charts/tick-text.ts';
import type { Paint } from '../common/theme.svelte.ts';
import { countedTicks, linearTicks, logTicks, type Ticks } from '#core/charts/ticks.ts';
import {
  drawBest,
  drawBroken,
  drawEnd,
  drawGaps,
  drawHover,
  drawLabels,
  drawUnit,
  labelFont,
  labelInset,
  type Area,
  type ToPixel,
} from './draw.ts';
import { xExtent, yExtent, type Extent } from './extent.ts';
import { rowsAt } from './hover.ts';
import { labelledLines, placeLabels } from './labels.ts';
import { LinePainter, type Stroke } from './line-painter.ts';
import type { CurveLine, CurvesContext, CurvesSpec, CurvesState } from './model.ts';
import { traceLine } from './trace.ts';

Chart.register(LineController, LinearScale, LogarithmicScale, zoomPlugin);

type Scene = Readonly<{
  context: CurvesContext;
  spec: CurvesSpec;
  focusRunId: string | null;
  paint: Paint;
  /** Somebody reads: the axes stay as they are while the lines go on. */
  isHeld: boolean;
}>;
/** The axes, for as long as they stay. */
type Frame = Readonly<{
  key: string;
  window: readonly [number, number];
  extent: Extent | null;
  ticks: Ticks;
  decimals: number;
  gutter: number;
}>;
type Listeners = Readonly<{
  onWindow: (window: readonly [number, number]) => void;
  onPainting: (isUnderWay: boolean) => void;
  onExtent: (extent: Extent | null) => void;
}>;

const widestLabel = 132;
const dimmed = 0.25;
const trainAlpha = 0.6;
const rawAlpha = 0.28;
/** More lines than this are a crowd: drawn as hairlines, which also take a tenth of the time, and without the raw values behind. */
const crowd = 40;

/** Draws curves into a canvas, and what is pointed at into a second one above it. */
export class CurvesRenderer {
  readonly #chart: Chart<'line', never[]>;
  readonly #overlay: HTMLCanvasElement;
  readonly #on: Listeners;
  #scene: Scene | null = null;
  #frame: Frame | null = null;
  readonly #painter = new LinePainter();
  /** What the layer of lines was painted from. */
  #painted: readonly unknown[] = [];
  #state: CurvesState | null = null;

  constructor(canvas: HTMLCanvasElement, overlay: HTMLCanvasElement, on: Listeners) {
    this.#overlay = overlay;
    this.#on = on;
    const marks: Plugin<'line'> = {
      id: 'marks',
      afterDatasetsDraw: () => {
        this.#drawLines();
        this.#drawMarks();
      },
      afterRender: () => {
        this.drawHover(this.#state);
      },
    };
    this.#chart = new Chart<'line', never[]>(canvas, {
      type: 'line',
      data: { datasets: [] },
      plugins: [marks],
      options: {
        parsing: false,
        normalized: true,
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        clip: 2,
        layout: { padding: { top: 8, right: 60, bottom: 0, left: 0 } },
        plugins: {
          zoom: {
            zoom: {
              mode: 'x',
              drag: { enabled: true, threshold: 6, backgroundColor: '#6e41db22', borderWidth: 0 },
              onZoomComplete: ({ chart }) => {
                const x = chart.scales['x'];
                if (x) on.onWindow([x.min, x.max]);
              },
            },
          },
        },
      },
    });
  }

  update(scene: Scene): void {
    this.#scene = scene;
    const { context, paint } = scene;
    const chart = this.#chart;
    const frame = (this.#frame = this.#frameOf(scene));
    this.#on.onExtent(frame.extent);
    const { window } = frame;
    const isEmpty = frame.extent === null;
    const { low, high } = frame.extent ?? { low: 0, high: 1 };
    const factor = context.tickFactor;
    const tickFont = { family: paint.fontFamily, size: 11 };
    chart.options.scales = {
      x: {
        type: 'linear',
        min: window[0],
        max: window[1],
        grid: { display: false, drawTicks: false, tickLength: 0 },
        border: { color: paint.colour('line2') },
        ticks: {
          color: paint.colour('text2'),
          font: tickFont,
          maxRotation: 0,
          autoSkip: false,
          padding: 5,
          callback: (value) => (isEmpty ? '' : formatX(Number(value), context)),
        },
        afterBuildTicks: (axis) => {
          const { values } =
            context.axis === 'epoch'
              ? countedTicks(
                  axis.min,
                  axis.max,
                  Math.max(2, Math.min(8, Math.floor(axis.width / 36))),
                )
              : linearTicks(
                  axis.min,
                  axis.max,
                  Math.max(2, Math.min(6, Math.floor(axis.width / 58))),
                  context.axis === 'step',
                );
          axis.ticks = values.map((value) => ({ value }));
        },
      },
      y: {
        type: scene.spec.isLog ? 'logarithmic' : 'linear',
        min: low,
        max: high,
        grid: { color: paint.colour('line'), drawTicks: false, lineWidth: 1 },
        border: { display: false },
        ticks: {
          color: paint.colour('text2'),
          font: tickFont,
          padding: 8,
          autoSkip: false,
          callback: (value) => (isEmpty ? '' : tickText(Number(value) * factor, frame.decimals)),
        },
        afterBuildTicks: (axis) => {
          axis.ticks = frame.ticks.values.map((value) => ({ value }));
        },
        afterFit: (axis) => {
          axis.width = Math.max(44, axis.width);
        },
      },
    };
    const padding = chart.options.layout?.padding;
    if (typeof padding === 'object') Object.assign(padding, { right: frame.gutter });
    chart.update('none');
  }

  /** The x under a pointer, in the axis's unit; null outside of the plot. */
  xAt(offsetX: number): number | null {
    const { left, right } = this.#chart.chartArea;
    if (offsetX < left - 4 || offsetX > right + 4) return null;
    return this.#chart.scales['x']?.getValueForPixel(offsetX) ?? null;
  }

  yAt(offsetY: number): number | null {
    return this.#chart.scales['y']?.getValueForPixel(offsetY) ?? null;
  }

  pixelOfX(x: number): number {
    return this.#chart.scales['x']?.getPixelForValue(x) ?? 0;
  }

  /** Half of the distance of two pixels in x units times 12: how far a line's point may be from the crosshair. */
  get reach(): number {
    const x = this.#chart.scales['x'];
    return x ? ((x.max - x.min) / Math.max(1, x.width)) * 12 : 0;
  }

  get area(): Area {
    return this.#chart.chartArea;
  }

  drawHover(state: CurvesState | null): void {
    this.#state = state;
    const ctx = this.#overlay.getContext('2d');
    const scene = this.#scene;
    if (!ctx || !scene) return;
    const ratio = this.#chart.currentDevicePixelRatio;
    const { width, height } = this.#chart;
    if (this.#overlay.width !== width * ratio || this.#overlay.height !== height * ratio) {
      this.#overlay.width = width * ratio;
      this.#overlay.height = height * ratio;
    }
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    if (state?.x == null || this.#frame?.extent == null) return;
    const to = this.#toPixel();
    const x = to.x(state.x);
    const area = this.area;
    if (x < area.left - 1 || x > area.right + 1) return;
    const rows = rowsAt(scene.context.lines, state.x, null, this.reach);
    drawHover(
      ctx,
      {
        x,
        text: formatX(state.x, scene.context),
        points: rows.map((row) => ({
          x: to.x(row.x),
          y: to.y(row.y),
          colour: row.line.style.colour,
        })),
      },
      area,
      scene.paint,
    );
  }

  destroy(): void {
    this.#painter.stop();
    this.#chart.destroy();
  }

  #frameOf(scene: Scene): Frame {
    const { context, spec } = scene;
    const key = JSON.stringify([
      spec.window,
      spec.isLog,
      spec.isWhole,
      context.axis,
      context.unit,
      context.lines.map(({ lineId }) => lineId),
    ]);
    const before = this.#frame;
    if (scene.isHeld && before?.key === key && before.extent !== null) return before;
    const extent = yExtent(context.lines, spec.window, context.goal, spec.isLog, spec.isWhole);
    const { low, high } = extent ?? { low: 0, high: 1 };
    const factor = context.tickFactor;
    const ticks = spec.isLog
      ? logTicks(low, high)
      : scaled(
          linearTicks(low * factor, high * factor, this.#chart.height < 180 ? 3 : 4),
          1 / factor,
        );
    // Steps of 1 and more need no decimals; smaller ones at least the metric's own.
    const isCoarse = !spec.isLog && extent !== null && ticks.step >= 1 && factor === 1;
    return {
      key,
      window: spec.window ?? padded(xExtent(context.lines), context.axis),
      extent,
      ticks,
      decimals: isCoarse ? 0 : Math.max(context.tickDecimals, spec.isLog ? 0 : ticks.decimals),
      gutter: this.#gutter(scene),
    };
  }

  /** The layer of lines as far as it is painted, and painted anew where it shows something else. */
  #drawLines(): void {
    const scene = this.#scene;
    const frame = this.#frame;
    if (scene === null || frame?.extent == null) return;
    const { width, height, ctx, currentDevicePixelRatio: ratio } = this.#chart;
    const { left, right, top, bottom } = this.area;
    const { context, focusRunId, paint } = scene;
    const shows = [
      context.lines,
      focusRunId,
      paint,
      frame,
      width,
      height,
      ratio,
      left,
      right,
      top,
      bottom,
    ];
    if (shows.some((part, index) => part !== this.#painted[index])) {
      this.#painted = shows;
      const strokes = [...context.lines]
        .sort((a, b) => Number(a.runId === focusRunId) - Number(b.runId === focusRunId))
        .flatMap((line) => this.#strokes(line, scene, frame));
      const isWhole = this.#painter.paint(
        { strokes, area: this.area, width, height, ratio },
        () => {
          this.#chart.draw();
          this.#on.onPainting(false);
        },
      );
      this.#on.onPainting(!isWhole);
    }
    if (this.#painter.shown !== null) ctx.drawImage(this.#painter.shown, 0, 0, width, height);
  }

  #strokes(line: CurveLine, scene: Scene, frame: Frame): Stroke[] {
    const { context, paint, focusRunId } = scene;
    const to = this.#toPixel();
    const isFocused = focusRunId === line.runId;
    const share = focusRunId === null || isFocused ? 1 : dimmed;
    const isTrain = line.role === 'train';
    const stroke = (y: readonly number[], width: number, alpha: number): Stroke => ({
      colour: paint.colour(line.style.colour, alpha),
      width,
      dash: line.style.dash,
      trace: (ctx) => {
        traceLine(ctx, line.x, y, to.x, to.y, frame.window);
      },
    });
    const isCrowd = context.lines.length > crowd && !isFocused;
    const width = isTrain || isCrowd ? 1 : isFocused ? 2.5 : 1.75;
    if (line.smoothed === null) return [stroke(line.y, width, (isTrain ? trainAlpha : 1) * share)];
    const smoothed = stroke(line.smoothed, width, share);
    return isCrowd ? [smoothed] : [stroke(line.y, 1, rawAlpha * share), smoothed];
  }

  #drawMarks(): void {
    const scene = this.#scene;
    if (!scene) return;
    const { context, paint, focusRunId } = scene;
    const ctx = this.#chart.ctx;
    const area = this.area;
    const to = this.#toPixel();
    ctx.save();
    const extent = this.#frame?.extent ?? null;
    if (extent !== null) {
      drawUnit(ctx, context.unit, area, paint);
      for (const line of context.lines) {
        const isDimmed = focusRunId !== null && focusRunId !== line.runId;
        ctx.globalAlpha = isDimmed ? 0.4 : 1;
        drawEnd(ctx, line, to, area, paint);
        drawBest(ctx, line, to, area, paint);
      }
      ctx.globalAlpha = 1;
      for (const line of context.lines) {
        drawGaps(ctx, line, to, area, paint);
        drawBroken(ctx, line, to, area, paint);
      }
      const labels = placeLabels(
        labelledLines(context.lines, focusRunId),
        to,
        area.top + 4,
        area.bottom - 4,
      );
      drawLabels(ctx, labels, area, this.#chart.width, paint, (line) =>
        focusRunId === null || focusRunId === line.runId ? 1 : 0.5,
      );
    }
    ctx.restore();
  }

  #toPixel(): ToPixel {
    const { x, y } = this.#chart.scales;
    return {
      x: (value) => x?.getPixelForValue(value) ?? 0,
      y: (value) => y?.getPixelForValue(value) ?? 0,
    };
  }

  #gutter({ context, focusRunId, paint }: Scene): number {
    const ctx = this.#chart.ctx;
    ctx.save();
    ctx.font = labelFont(paint.fontFamily);
    const lines = labelledLines(context.lines, focusRunId);
    const widths = lines.map(
      (line) => ctx.measureText(line.label).width + (line.style.isLegibleAsText ? 0 : 13),
    );
    const widest = Math.max(ctx.measureText(context.unit).width, ...widths);
    ctx.restore();
    return labelInset + Math.min(widestLabel, Math.ceil(widest)) + 2;
  }
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
