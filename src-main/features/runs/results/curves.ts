import { epochFigures, snakeCase, stepFigures, type Curve } from '#contract/metric.ts';
import { AppError } from '#contract/failure.ts';
import type { ParsedInput } from '#contract/index.ts';
import { downsample } from '#core/util/downsample.ts';
import { memoryOf, smooth } from '#core/util/smoothing.ts';
import * as m from '#messages';

import type { ReadDb } from '../../../db/handles.ts';
import { readSteps } from './steps-store.ts';

/** Points in columns; `values` holds NaN and infinities. */
type Points = Readonly<
  Record<'steps' | 'epochs' | 'seconds', ArrayLike<number>> & {
    values: Float32Array | Float64Array;
  }
>;
type Request = ParsedInput<'runs.curves'>;

/** Curves of some runs in one window of steps, downsampled without losing an extreme. Unknown runs are left out. */
export function readCurves(db: ReadDb, request: Request): Curve[] {
  const read = readerOf(db, request);
  const keyOf = db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck();
  const { maxPoints = 1000, smoothing = 0 } = request;
  return request.runIds.flatMap((runId) => {
    const runKey = keyOf.get(runId);
    if (typeof runKey !== 'number') return [];
    const fromStep = request.fromSteps?.[runId] ?? request.fromStep ?? 0;
    const toStep = request.toSteps?.[runId] ?? request.toStep ?? Number.MAX_SAFE_INTEGER;
    return [curveOf(runId, read(runKey, toStep, fromStep), { fromStep, maxPoints, smoothing })];
  });
}

const storedFigures: readonly string[] = [...epochFigures, 'memoryBytes'];

/** Reads the points of a run up to a step, from as far before the window as a moving average there looks back. */
function readerOf(
  db: ReadDb,
  { resolution, metric, smoothing = 0 }: Request,
): (runKey: number, toStep: number, fromStep: number) => Points {
  if (resolution === 'epoch' && storedFigures.includes(metric)) {
    const select = db
      .prepare(
        `SELECT last_step, epoch, seconds, ${snakeCase(metric)} FROM epochs
         WHERE run_key = ? AND last_step <= ? ORDER BY epoch`,
      )
      .raw();
    return (runKey, toStep) => {
      const rows = select.all(runKey, toStep) as [number, number, number, number | null][];
      return {
        steps: rows.map((row) => row[0]),
        epochs: rows.map((row) => row[1]),
        seconds: rows.map((row) => row[2]),
        values: Float64Array.from(rows, (row) => row[3] ?? Number.NaN),
      };
    };
  }
  const found = stepFigures.find((name) => name === metric);
  if (resolution === 'step' && found !== undefined) {
    return (runKey, toStep, fromStep) =>
      readSteps(db, runKey, found, fromStep - memoryOf(smoothing), toStep);
  }
  const known = resolution === 'epoch' ? storedFigures : stepFigures;
  throw new AppError('invalid', m.runs_no_metric({ resolution, metric, known: known.join(', ') }), {
    field: 'metric',
  });
}

function curveOf(
  runId: string,
  points: Points,
  {
    fromStep,
    maxPoints,
    smoothing,
  }: Readonly<{ fromStep: number; maxPoints: number; smoothing: number }>,
): Curve {
  const { values, steps, epochs, seconds } = points;
  let first = 0;
  while (first < values.length && (steps[first] as number) < fromStep) first += 1;
  const shown = values.subarray(first);
  const kept = downsample(shown, maxPoints).map((index) => first + index);
  const pick = (column: ArrayLike<number>): number[] =>
    kept.map((index) => column[index] as number);
  return {
    runId,
    epochs: pick(epochs),
    steps: pick(steps),
    seconds: pick(seconds),
    values: pick(values).map(wordOrNumber),
    smoothed: smoothing === 0 ? [] : pick(smooth(values, smoothing)).map(wordOrNumber),
    totalPoints: shown.length,
  };
}

/** JSON has no NaN and no infinity. */
function wordOrNumber(value: number): Curve['values'][number] {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  return value === -Infinity ? '-Infinity' : value;
}
