import type { RunStyle } from '#core/charts/style-of-run.ts';

/** One line of a chart. Arrays run in parallel, x rises; y keeps NaN and infinities where the run had them. */
export type CurveLine = Readonly<{
  lineId: string;
  runId: string;
  /** What sets it apart from the other lines. */
  label: string;
  /** The run's whole name, where there is one. */
  name?: string;
  style: RunStyle;
  role: 'validation' | 'train';
  x: readonly number[];
  y: readonly number[];
  /** Index of the best epoch's point; null where it has none. */
  bestIndex: number | null;
  /** How the line's last point is marked. */
  end: 'plain' | 'earlyStop' | 'live';
  /** Where the loss became NaN, on the x axis, and the words for it. */
  broken: Readonly<{ x: number; label: string }> | null;
  /** The x of every value that is not finite. */
  gaps: readonly number[];
  /** The moving average at these points, over all that the run has; null where the line is drawn as it is. */
  smoothed: readonly number[] | null;
  /** Points the run has, before downsampling. */
  totalPoints: number;
}>;

export type Goal = 'lower' | 'higher' | 'none';
export type AxisKind = 'epoch' | 'step' | 'time';

/** What a chart shows: everything but what the person chose. */
export type CurvesContext = Readonly<{
  title: string;
  goal: Goal;
  axis: AxisKind;
  /** The x axis's unit, written once at its end. */
  unit: string;
  lines: readonly CurveLine[];
  isLoading: boolean;
  formatY: (value: number) => string;
  /** What a tick shows: the value times this (100 for a percentage). */
  tickFactor: number;
  tickDecimals: number;
}>;

/** What the person chose; serialisable, so saved views, undo and export follow. */
export type CurvesSpec = Readonly<{
  /** Visible x interval; null is all. */
  window: readonly [number, number] | null;
  isLog: boolean;
  /** The axis covers points that would flatten all others too. */
  isWhole: boolean;
}>;

/** What is pointed at; shared by all charts of a screen. */
export type CurvesState = Readonly<{ x: number | null; runId: string | null }>;

export const initialSpec: CurvesSpec = { window: null, isLog: false, isWhole: false };
export const nothingHovered: CurvesState = { x: null, runId: null };
