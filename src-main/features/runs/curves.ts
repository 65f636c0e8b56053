import type { epochMetricNames, stepMetricNames, Curve } from '#contract/metric.ts';
import { AppError } from '#contract/failure.ts';
import type { ParsedInput } from '#contract/index.ts';
import { downsample } from '#core/downsample.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';

const epochColumns = {
  loss: 'loss',
  accuracy: 'accuracy',
  valLoss: 'val_loss',
  valAccuracy: 'val_accuracy',
  testLoss: 'test_loss',
  testAccuracy: 'test_accuracy',
  memoryBytes: 'memory_bytes',
} as const satisfies Record<(typeof epochMetricNames)[number], string>;
const stepColumns = {
  loss: 'loss',
  accuracy: 'accuracy',
  gradientNorm: 'gradient_norm',
  samplesPerSecond: 'samples_per_second',
} as const satisfies Record<(typeof stepMetricNames)[number], string>;

/** As an array: curves have many points, and an object for each takes twice the time. */
type Point = readonly [epoch: number, step: number, seconds: number, value: number | null];

/** Curves of some runs in one window of steps, downsampled without losing an extreme. Unknown runs are left out. */
export function readCurves(db: ReadDb, request: ParsedInput<'runs.curves'>): Curve[] {
  const select = selectOf(request.resolution, request.metric);
  const keyOf = db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck();
  const statement = db.prepare(select).raw();
  return request.runIds.flatMap((runId) => {
    const runKey = keyOf.get(runId);
    if (typeof runKey !== 'number') return [];
    const points = statement.all({
      runKey,
      from: request.fromSteps?.[runId] ?? request.fromStep ?? 0,
      to: request.toStep ?? Number.MAX_SAFE_INTEGER,
    }) as Point[];
    return [curveOf(runId, points, request.maxPoints)];
  });
}

function selectOf(resolution: 'epoch' | 'step', metric: string): string {
  if (resolution === 'epoch' && isKey(epochColumns, metric)) {
    return `SELECT epoch, last_step AS step, seconds, ${epochColumns[metric]} AS value FROM epochs
      WHERE run_key = @runKey AND last_step BETWEEN @from AND @to ORDER BY epoch`;
  }
  if (resolution === 'step' && isKey(stepColumns, metric)) {
    return `SELECT epoch, step, seconds, ${stepColumns[metric]} AS value FROM steps
      WHERE run_key = @runKey AND step BETWEEN @from AND @to ORDER BY step`;
  }
  const known = Object.keys(resolution === 'epoch' ? epochColumns : stepColumns);
  throw new AppError('invalid', m.runs_no_metric({ resolution, metric, known: known.join(', ') }), {
    field: 'metric',
  });
}

function curveOf(runId: string, points: readonly Point[], maxPoints: number): Curve {
  const values = Float64Array.from(points, ([, , , value]) => value ?? Number.NaN);
  const kept = downsample(values, maxPoints);
  const pick = (column: 0 | 1 | 2) => kept.map((index) => (points[index] as Point)[column]);
  return {
    runId,
    epochs: pick(0),
    steps: pick(1),
    seconds: pick(2),
    values: kept.map((index) => wordOrNumber(values[index] ?? Number.NaN)),
    totalPoints: points.length,
  };
}

/** JSON has no NaN and no infinity. */
function wordOrNumber(value: number): Curve['values'][number] {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  return value === -Infinity ? '-Infinity' : value;
}

const isKey = <T extends object>(table: T, name: string): name is Extract<keyof T, string> =>
  Object.hasOwn(table, name);
