import { readStoredConfig } from '#contract/run-config.ts';

import { insertRow } from '../../db/columns.ts';
import type { ReadDb, WriteDb } from '../../db/handles.ts';
import { isElsewhere } from '../runs/train/elsewhere-store.ts';
import { isSound } from '../runs/store/rows.ts';
import { snapshotId } from '../runs/start/ids.ts';
import type { ExperimentRecord, PlannedRunRecord } from './manifest.ts';
import type { LocalRun } from './merge.ts';
import {
  epochColumnsSchema,
  logColumnsSchema,
  predictionColumnsSchema,
  runColumnsSchema,
  snapshotColumnsSchema,
  stepBlockColumnsSchema,
  type RunRecord,
} from './record.ts';

/** Whole runs as rows of all their tables. */

const columnsOf = (schema: Readonly<{ shape: object }>): string =>
  Object.keys(schema.shape).join(', ');

const parts = {
  epochs: { columns: columnsOf(epochColumnsSchema), order: 'epoch' },
  step_blocks: { columns: columnsOf(stepBlockColumnsSchema), order: 'first_step' },
  predictions: { columns: columnsOf(predictionColumnsSchema), order: 'epoch, split' },
  snapshots: { columns: columnsOf(snapshotColumnsSchema), order: 'epoch, branch' },
  log_lines: { columns: columnsOf(logColumnsSchema), order: 'seq' },
} as const;
type Part = keyof typeof parts;

export function readRecord(db: ReadDb, runId: string): RunRecord {
  const run = db
    .prepare(`SELECT ${columnsOf(runColumnsSchema)} FROM runs WHERE run_id = ?`)
    .get(runId) as RunRecord['run'];
  const rowsOf = <P extends Part>(part: P): RunRecord[P] =>
    db
      .prepare(
        `SELECT ${parts[part].columns} FROM ${part}
         WHERE run_key = (SELECT run_key FROM runs WHERE run_id = ?) ORDER BY ${parts[part].order}`,
      )
      .all(runId) as RunRecord[P];
  return {
    run,
    epochs: rowsOf('epochs'),
    step_blocks: rowsOf('step_blocks'),
    predictions: rowsOf('predictions'),
    snapshots: rowsOf('snapshots'),
    log_lines: rowsOf('log_lines'),
    baseline: null,
  };
}

/** Of a run that is not there; returns its key. Its experiment and its dataset are there already, and so are its blobs. */
export function insertRecord(db: WriteDb, datasetId: string, record: RunRecord): number {
  const { run } = record;
  insert(db, 'runs', { ...run, dataset_id: datasetId });
  const runKey = keyOf(db, run.run_id) ?? 0;
  insertParts(db, runKey, datasetId, record);
  return runKey;
}

/** All that training gave is the record's; what people wrote about the run here stays. */
export function replaceResults(
  db: WriteDb,
  runKey: number,
  datasetId: string,
  record: RunRecord,
): void {
  const {
    run_id: runId,
    name: _,
    tags: __,
    note: ___,
    is_favourite: ____,
    ...results
  } = record.run;
  const names = Object.keys(results);
  db.prepare(
    `UPDATE runs SET ${names.map((name) => `${name} = @${name}`).join(', ')}, progress = NULL, request = NULL, queue_position = NULL
     WHERE run_id = @runId`,
  ).run({ ...results, runId });
  for (const part of Object.keys(parts))
    db.prepare(`DELETE FROM ${part} WHERE run_key = ?`).run(runKey);
  insertParts(db, runKey, datasetId, record);
}

/** What is here of a run of that id; null where there is none. */
export function findLocal(db: ReadDb, runId: string): LocalRun | null {
  const facts = db
    .prepare(
      `SELECT content_hash AS datasetHash, runs.deleted_at AS deletedAt
       FROM runs JOIN datasets USING (dataset_id) WHERE run_id = ?`,
    )
    .get(runId) as { datasetHash: string; deletedAt: string | null } | undefined;
  if (facts === undefined) return null;
  const { datasetHash, deletedAt } = facts;
  return {
    record: readRecord(db, runId),
    datasetHash,
    isInTrash: deletedAt !== null,
    isElsewhere: isElsewhere(db, runId),
  };
}

/** All its epochs are from elsewhere: those that this home goes on with are not. */
export function setElsewhere(db: WriteDb, runKey: number): void {
  db.prepare(
    `UPDATE runs SET epochs_elsewhere = (SELECT COALESCE(MAX(epoch), 0) FROM epochs e WHERE e.run_key = runs.run_key)
     WHERE run_key = ?`,
  ).run(runKey);
}

export function setDiskBytes(db: WriteDb, runKey: number, bytes: number): void {
  db.prepare('UPDATE runs SET disk_bytes = ? WHERE run_key = ?').run(bytes, runKey);
}

export function keyOf(db: ReadDb, runId: string): number | null {
  const key = db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck().get(runId);
  return typeof key === 'number' ? key : null;
}

/** One that is there stays as it is. */
export function insertExperimentRecord(db: WriteDb, experiment: ExperimentRecord): void {
  const { plan, ...row } = experiment;
  const isKnown = plan === undefined ? 0 : 1;
  insert(
    db,
    'experiments',
    { ...row, is_plan_known: isKnown },
    'ON CONFLICT (experiment_id) DO NOTHING',
  );
}

/** What a bundle says of the plan of an experiment that is here. Of a run that is known, the newest state counts. */
export function keepPlan(db: WriteDb, { experiment_id, plan }: ExperimentRecord): void {
  const isHere = db.prepare('SELECT 1 FROM experiments WHERE experiment_id = ?').get(experiment_id);
  if (plan === undefined || isHere === undefined) return;
  db.prepare('UPDATE experiments SET is_plan_known = 1 WHERE experiment_id = ?').run(experiment_id);
  for (const run of plan)
    insert(
      db,
      'planned_runs',
      { ...run, experiment_id },
      `ON CONFLICT (run_id) DO UPDATE
         SET name = excluded.name, state = excluded.state, is_in_trash = excluded.is_in_trash, noted_at = excluded.noted_at
       WHERE experiment_id = excluded.experiment_id AND noted_at < excluded.noted_at`,
    );
}

/** With their plans where these are known and `now` is given. */
export function readExperiments(
  db: ReadDb,
  experimentIds: readonly string[],
  now: string | null,
): ExperimentRecord[] {
  const rows = db
    .prepare(
      `SELECT experiment_id, name, created_at, looks, margin_points, is_named, is_plan_known FROM experiments
       WHERE experiment_id IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
    )
    .all(JSON.stringify(experimentIds)) as (ExperimentRecord & { is_plan_known: 0 | 1 })[];
  return rows.map(({ is_plan_known, ...row }) =>
    is_plan_known === 0 || now === null
      ? row
      : { ...row, plan: readPlan(db, row.experiment_id, now) },
  );
}

/** All runs of it, here or not; without those that were added and have no epoch: nobody has looked at them. */
function readPlan(db: ReadDb, experimentId: string, now: string): PlannedRunRecord[] {
  const rows = db
    .prepare(
      `SELECT run_id, name, state, experiment_round, config, created_at, is_in_trash, noted_at FROM (
         SELECT run_id, name, state, experiment_round, config, created_at, deleted_at IS NOT NULL AS is_in_trash,
           @now AS noted_at, run_key AS position
         FROM runs r WHERE experiment_id = @experimentId
           AND (experiment_round = 0 OR EXISTS (SELECT 1 FROM epochs e WHERE e.run_key = r.run_key))
         UNION ALL
         SELECT run_id, name, state, experiment_round, config, created_at, is_in_trash, noted_at, p.rowid
         FROM planned_runs p WHERE experiment_id = @experimentId
           AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = p.run_id))
       ORDER BY created_at, position`,
    )
    .all({ experimentId, now }) as PlannedRunRecord[];
  return rows.filter(({ config }) => isSound(readStoredConfig(config)));
}

/** In the order in which they came to be, which is theirs in the lists too. */
export function inOrder(db: ReadDb, runIds: readonly string[]): string[] {
  return db
    .prepare(
      'SELECT run_id FROM runs WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_key',
    )
    .pluck()
    .all(JSON.stringify(runIds)) as string[];
}

function insertParts(db: WriteDb, runKey: number, datasetId: string, record: RunRecord): void {
  const { run_id: runId } = record.run;
  const own = (row: object): object => ({ ...row, run_key: runKey });
  for (const row of record.epochs) insert(db, 'epochs', own(row));
  for (const row of record.step_blocks) insert(db, 'step_blocks', own(row));
  for (const row of record.predictions) insert(db, 'predictions', own(row));
  for (const row of record.snapshots) {
    insert(db, 'snapshots', own({ ...row, snapshot_id: snapshotId(runId, row.epoch, row.branch) }));
  }
  for (const row of record.log_lines) insert(db, 'log_lines', own(row));
}

function insert(db: WriteDb, table: string, row: object, conflict = ''): void {
  insertRow(db, `INSERT INTO ${table}`, row, conflict);
}
