import { eachEpochFigure, epochFigures, snakeCase, type EpochFigure } from '#contract/metric.ts';
import type { Epoch, MarkedEpoch, Plan, Run, RunState, RunSummary } from '#contract/run.ts';
import { readStoredConfig, runConfigSchema, type RunConfig } from '#contract/run-config.ts';
import type { SlurmTask } from '#contract/slurm-task.ts';
import { AppError } from '#contract/failure.ts';
import { epochMetrics } from '#core/metrics/table.ts';
import { sayStoredReason } from '#core/wording/reasons.ts';
import { readSaying } from '#core/wording/sayings.ts';
import * as m from '#messages';

/** A condition on a row of `runs` that is queued or running: a task of a cluster trains it, and no process of this home. */
export const trainedElsewhere = `supervisor_pid IS NULL AND queue_position IS NULL
  AND run_key IN (SELECT run_key FROM slurm_tasks WHERE job_id IS NOT NULL)`;

/** The same of a run `r` with its task `t`. */
export const isTaskUnderway = `r.state IN ('queued', 'running') AND r.supervisor_pid IS NULL
  AND r.queue_position IS NULL AND t.job_id IS NOT NULL`;

/** One line of `summarySelect`. */
export type RunRow = Readonly<{
  run_key: number;
  run_id: string;
  name: string;
  /** JSON. */
  tags: string;
  note: string;
  is_favourite: 0 | 1;
  state: RunState;
  /** JSON */
  reason: string | null;
  dataset_id: string;
  dataset_name: string;
  content_hash: string;
  experiment_id: string | null;
  experiment_name: string | null;
  experiment_round: number;
  variant: 'A' | 'B' | null;
  config: string;
  parameters: number;
  plan: string | null;
  versions: string | null;
  colour_slot: number;
  best_epoch: number | null;
  weights_hash: string | null;
  best_weights_hash: string | null;
  last_train_accuracy: number | null;
  best_train_accuracy: number | null;
  progress: string | null;
  request: 'stop' | 'pause' | null;
  supervisor_pid: number | null;
  supervisor_started_at: string | null;
  trained_seconds: number;
  disk_bytes: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  deleted_at: string | null;
  memory_bytes: number | null;
  /** JSON */
  expected: string | null;
  queue_position: number | null;
  epoch_count: number;
  experiment_absent: number;
  /** JSON: the best value of each metric. */
  extremes: string;
  /** JSON of the epoch's row, null without one. */
  best: string | null;
  last: string | null;
  /** JSON, null where it was never sent to Slurm. */
  slurm: string | null;
}>;

/** What is stored of an epoch. */
export const epochFields = [
  'epoch',
  ...epochFigures,
  'trainSeconds',
  'evalSeconds',
  'trainSamplesPerSecond',
  'evalSamplesPerSecond',
] as const satisfies readonly (keyof Epoch)[];

const jsonOf = <T extends string>(fields: readonly T[], of: (field: T) => string): string =>
  `json_object(${fields.map((field) => `'${field}', ${of(field)}`).join(', ')})`;

const epochJson = (alias: string): string =>
  jsonOf(epochFields, (field) => `${alias}.${snakeCase(field)}`);

const extremeOf = (figure: EpochFigure): string =>
  `${epochMetrics[figure].goal === 'lower' ? 'MIN' : 'MAX'}(x.${snakeCase(figure)})`;

export const summarySelect = `
  SELECT r.*, d.name AS dataset_name, d.content_hash,
    (SELECT x.name FROM experiments x WHERE x.experiment_id = r.experiment_id AND x.is_named = 1) AS experiment_name,
    (SELECT COUNT(*) FROM planned_runs p WHERE p.experiment_id = r.experiment_id
       AND NOT EXISTS (SELECT 1 FROM runs h WHERE h.run_id = p.run_id)) AS experiment_absent,
    (SELECT COUNT(*) FROM epochs e WHERE e.run_key = r.run_key) AS epoch_count,
    (SELECT ${jsonOf(epochFigures, extremeOf)} FROM epochs x WHERE x.run_key = r.run_key) AS extremes,
    (SELECT MAX(memory_bytes) FROM epochs p WHERE p.run_key = r.run_key) AS memory_bytes,
    (SELECT ${epochJson('b')} FROM epochs b WHERE b.run_key = r.run_key AND b.epoch = r.best_epoch) AS best,
    (SELECT ${epochJson('l')} FROM epochs l WHERE l.run_key = r.run_key ORDER BY l.epoch DESC LIMIT 1) AS last,
    (SELECT json_object('jobId', t.job_id, 'task', t.task, 'folder', t.folder, 'state', t.state, 'reason', t.reason,
       'isUnderway', json(iif(${isTaskUnderway}, 'true', 'false')))
       FROM slurm_tasks t WHERE t.run_key = r.run_key) AS slurm
  FROM runs r JOIN datasets d USING (dataset_id)`;

export type EpochRow = Readonly<Omit<Epoch, EpochFigure> & Record<EpochFigure, number | null>>;

/** SQLite has no NaN: it is stored as NULL. */
export const toEpoch = (row: EpochRow): Epoch => ({
  ...row,
  ...eachEpochFigure((figure) => row[figure] ?? Number.NaN),
});

export function toSummary(row: RunRow): RunSummary {
  const { epochs: _, ...rest } = toRun(row, []);
  return {
    ...rest,
    epochCount: row.epoch_count,
    extremes: JSON.parse(row.extremes) as RunSummary['extremes'],
  };
}

export function toRun(row: RunRow, epochs: Epoch[]): Run {
  const plan = parse(row.plan) as Plan | null;
  return {
    runId: row.run_id,
    name: row.name,
    tags: JSON.parse(row.tags) as string[],
    note: row.note,
    isFavourite: row.is_favourite === 1,
    state: row.state,
    reason: row.reason === null ? null : sayStoredReason(row.reason),
    reasonKind: row.reason === null ? null : (readSaying(row.reason)?.kind ?? 'text'),
    dataset: row.dataset_id,
    datasetName: row.dataset_name,
    datasetHash: row.content_hash,
    variant: row.variant,
    config: readStoredConfig(row.config),
    parameters: row.parameters,
    plan,
    backend: plan?.backend ?? null,
    versions: parse(row.versions) as Run['versions'],
    experimentId: row.experiment_id,
    experimentName: row.experiment_name,
    experimentRound: row.experiment_round,
    experimentAbsent: row.experiment_absent,
    colourSlot: row.colour_slot,
    epochs,
    best: marked(row.best, row.best_train_accuracy),
    last: marked(row.last, row.last_train_accuracy),
    weightsHash: row.weights_hash,
    bestWeightsHash: row.best_weights_hash,
    progress: parse(row.progress) as Run['progress'],
    request: row.request,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    trainedSeconds: row.trained_seconds,
    diskBytes: row.disk_bytes,
    memoryBytes: row.memory_bytes,
    expected: parse(row.expected) as Run['expected'],
    deletedAt: row.deleted_at,
    ...(row.slurm === null ? {} : { slurm: JSON.parse(row.slurm) as SlurmTask }),
  };
}

function marked(json: string | null, trainAccuracy: number | null): MarkedEpoch | null {
  const row = parse(json) as EpochRow | null;
  return row === null ? null : { ...toEpoch(row), trainAccuracy };
}

/** Whether stored settings are whole: a file that somebody changed may miss some. */
export const isSound = (config: RunConfig): boolean => runConfigSchema.safeParse(config).success;

export function assertSound(row: RunRow): void {
  if (isSound(readStoredConfig(row.config))) return;
  throw new AppError('storage', m.runs_settings_damaged({ name: row.name }));
}

const parse = (json: string | null): unknown => (json === null ? null : JSON.parse(json));
