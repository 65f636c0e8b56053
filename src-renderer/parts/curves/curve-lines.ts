import type { Curve } from '#contract/metric.ts';
import type { RunSummary } from '#contract/run.ts';

import type { RunStyle } from '#core/charts/style-of-run.ts';
import type { AxisKind, CurveLine, CurvesContext } from '../../charts/curves/model.ts';
import { hasStoppedEarly } from '../runs/rows.ts';

type Part = Readonly<{
  run: RunSummary;
  curve: Curve;
  label: string;
  style: RunStyle;
  role: CurveLine['role'];
  axis: AxisKind;
  /** Seconds of one unit of the time axis. */
  secondsPerUnit: number;
  /** Of epochs: the line carries the marks of its run (best epoch, early stop, live, NaN). */
  isByEpoch: boolean;
  brokenLabel: (step: number) => string;
}>;

/** Below this many points a smoothed line would hide more than it shows. */
export const minPointsToSmooth = 100;

/** One run's curve as a chart draws it. */
export function curveLine({
  run,
  curve,
  label,
  style,
  role,
  axis,
  secondsPerUnit,
  isByEpoch,
  brokenLabel,
}: Part): CurveLine {
  const y = curve.values.map(Number);
  const stepsPerEpoch = stepsPerEpochOf(run, curve);
  const x = xOf({ run, curve, axis, secondsPerUnit, isByEpoch });
  const isValidation = role === 'validation';
  const bestIndex =
    isByEpoch && isValidation && run.best ? curve.epochs.indexOf(run.best.epoch) : -1;
  return {
    lineId: `${run.runId}:${role}`,
    runId: run.runId,
    label,
    name: run.name,
    style,
    role,
    x,
    y,
    bestIndex: bestIndex < 0 ? null : bestIndex,
    end: !isValidation
      ? 'plain'
      : run.state === 'running'
        ? 'live'
        : hasStoppedEarly(run)
          ? 'earlyStop'
          : 'plain',
    broken:
      (isValidation
        ? brokenAt(run, curve, axis, stepsPerEpoch, secondsPerUnit, brokenLabel)
        : null) ?? firstGap(curve, x, y, brokenLabel),
    gaps: x.filter((_, index) => !Number.isFinite(y[index])),
    smoothed:
      curve.smoothed.length > 0 && curve.totalPoints >= minPointsToSmooth
        ? curve.smoothed.map(Number)
        : null,
    totalPoints: curve.totalPoints,
  };
}

/** Where the points of a curve stand on the x axis. */
export function xOf({
  run,
  curve,
  axis,
  secondsPerUnit,
  isByEpoch,
}: Pick<Part, 'run' | 'curve' | 'axis' | 'secondsPerUnit' | 'isByEpoch'>): number[] {
  if (axis === 'step') return curve.steps;
  if (axis === 'time') return curve.seconds.map((seconds) => seconds / secondsPerUnit);
  if (isByEpoch) return curve.epochs;
  const stepsPerEpoch = stepsPerEpochOf(run, curve);
  return curve.steps.map((step) => step / stepsPerEpoch);
}

/**
 * `curveLine` that gives the same object again for the same curve, run and wishes: the progress of a run is told every second, and what
 * has not changed is not drawn again.
 */
export function createCurveLines(): (part: Part) => CurveLine {
  const known = new WeakMap<Curve, Readonly<{ key: string; line: CurveLine }>>();
  return (part) => {
    const { run, curve, label, style, role, axis, secondsPerUnit, isByEpoch } = part;
    const { state, best, progress, epochCount, config } = run;
    const key = JSON.stringify([
      [label, run.name, style, role, axis, secondsPerUnit, isByEpoch],
      [state, best?.epoch, epochCount, config.epochs, progress?.stepsPerEpoch],
      state === 'diverged' ? [progress?.step, run.trainedSeconds] : null,
    ]);
    const before = known.get(curve);
    if (before?.key === key) return before.line;
    const line = curveLine(part);
    known.set(curve, { key, line });
    return line;
  };
}

/** The context before where the new one shows the same. */
export function sameContext(
  before: CurvesContext | undefined,
  context: CurvesContext,
): CurvesContext {
  if (before === undefined) return context;
  const isSame =
    before.lines.length === context.lines.length &&
    context.lines.every((line, index) => line === before.lines[index]) &&
    (Object.keys(context) as (keyof CurvesContext)[]).every(
      (key) => key === 'lines' || context[key] === before[key],
    );
  return isSame ? before : context;
}

/** The unit of the time axis that suits the longest run. */
export function timeUnit(
  longestSeconds: number,
): Readonly<{ unit: 'seconds' | 'minutes' | 'hours'; seconds: number }> {
  if (longestSeconds < 180) return { unit: 'seconds', seconds: 1 };
  if (longestSeconds < 3 * 3600) return { unit: 'minutes', seconds: 60 };
  return { unit: 'hours', seconds: 3600 };
}

function brokenAt(
  run: RunSummary,
  curve: Curve,
  axis: AxisKind,
  stepsPerEpoch: number,
  secondsPerUnit: number,
  label: (step: number) => string,
): CurveLine['broken'] {
  if (run.state !== 'diverged') return null;
  const index = curve.values.findIndex((value) => typeof value === 'string');
  const step = run.progress?.step ?? curve.steps[index] ?? curve.steps.at(-1);
  if (step === undefined) return null;
  if (axis === 'step') return { x: step, label: label(step) };
  if (axis === 'time') return { x: run.trainedSeconds / secondsPerUnit, label: label(step) };
  return { x: Math.max(1, step / stepsPerEpoch), label: label(step) };
}

/** The first value that is not finite, on the line itself. */
function firstGap(
  curve: Curve,
  x: readonly number[],
  y: readonly number[],
  label: (step: number) => string,
): CurveLine['broken'] {
  const index = y.findIndex((value) => !Number.isFinite(value));
  const at = x[index];
  return at === undefined ? null : { x: at, label: label(curve.steps[index] ?? 0) };
}

/** By the last epoch that was followed by another, since the last of all may not be complete; by that one where it is alone. */
function stepsPerEpochOf({ progress }: RunSummary, curve: Curve): number {
  if (progress !== null) return progress.stepsPerEpoch;
  const epoch = curve.epochs.at(-1) ?? 0;
  const isByStep = curve.epochs.at(-2) === epoch;
  const next = isByStep && epoch > 1 ? curve.epochs.indexOf(epoch) : curve.epochs.length;
  const step = curve.steps[next - 1];
  const complete = next === curve.epochs.length ? epoch : epoch - 1;
  return step !== undefined && complete > 0 ? Math.max(1, step / complete) : 1;
}
