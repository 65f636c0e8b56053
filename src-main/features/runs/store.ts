import type { Epoch, Expected, Plan, Run, RunState, RunSummary } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { AppError } from '#contract/failure.ts';
import type { ParsedInput } from '#contract/index.ts';
import type { Reason } from '#core/reasons.ts';
import * as m from '#messages';

import { selected } from '../../db/columns.ts';
import type { ReadDb, WriteDb } from '../../db/handles.ts';
import { prepared } from '../../db/prepared.ts';
import type { ProcessIdentity } from './process-identity.ts';
import {
  epochFields,
  summarySelect,
  toEpoch,
  toRun,
  toSummary,
  trainedElsewhere,
  type EpochRow,
  type RunRow,
} from './rows.ts';

/** Newest first. */
export function listRuns(
  db: ReadDb,
  { isTrash = false, runIds, limit, before }: ParsedInput<'runs.list'> = {},
): RunSummary[] {
  const isPage = runIds === undefined || before !== undefined;
  const conditions = [
    `r.deleted_at IS ${isTrash ? 'NOT NULL' : 'NULL'}`,
    ...(runIds === undefined ? [] : ['r.run_id IN (SELECT value FROM json_each(@runIds))']),
    ...(isPage ? ['r.run_key < @beforeKey'] : []),
  ];
  const rows = prepared(
    db,
    `${summarySelect} WHERE ${conditions.join(' AND ')} ORDER BY r.run_key DESC LIMIT @limit`,
  ).all({
    runIds: JSON.stringify(runIds ?? []),
    beforeKey: before === undefined ? Number.MAX_SAFE_INTEGER : keyOf(db, before),
    limit: limit ?? -1,
  }) as RunRow[];
  return rows.map(toSummary);
}

/** Throws where there is none, in the trash or not. */
function keyOf(db: ReadDb, runId: string): number {
  const key = prepared(db, 'SELECT run_key FROM runs WHERE run_id = ?').pluck().get(runId);
  if (typeof key !== 'number') throw new AppError('notFound', m.runs_unknown({ runId }));
  return key;
}

export function findRow(db: ReadDb, runId: string): RunRow {
  const row = prepared(db, `${summarySelect} WHERE r.run_id = ?`).get(runId) as RunRow | undefined;
  if (row === undefined) throw new AppError('notFound', m.runs_unknown({ runId }));
  return row;
}

export const getSummary = (db: ReadDb, runId: string): RunSummary => toSummary(findRow(db, runId));

export function getRun(db: ReadDb, runId: string): Run {
  const row = findRow(db, runId);
  return toRun(row, listEpochs(db, row.run_key));
}

export function listEpochs(db: ReadDb, runKey: number): Epoch[] {
  const sql = `SELECT ${selected(epochFields)} FROM epochs WHERE run_key = ? ORDER BY epoch`;
  return (prepared(db, sql).all(runKey) as EpochRow[]).map(toEpoch);
}

/** Those that may be meant by a name, an id or the beginning of one (features/resolve.ts). */
export function namedRuns(
  db: ReadDb,
  nameOrId: string,
  isTrash: boolean,
): { id: string; name: string }[] {
  const wanted = nameOrId.trim();
  return prepared(
    db,
    `SELECT run_id AS id, name FROM runs
     WHERE (name = @wanted OR run_id >= @wanted AND run_id <= @wanted || char(0x10ffff))
       AND deleted_at IS ${isTrash ? 'NOT NULL' : 'NULL'}
     ORDER BY run_key DESC`,
  ).all({ wanted }) as { id: string; name: string }[];
}

/** Of those that are not in the trash. */
export const runNames = (db: ReadDb): ReadonlySet<string> =>
  new Set(db.prepare('SELECT name FROM runs WHERE deleted_at IS NULL').pluck().all() as string[]);

export type NewRun = Readonly<{
  runId: string;
  name: string;
  datasetId: string;
  experimentId: string | null;
  experimentRound?: number;
  config: RunConfig;
  parameters: number;
  expected: Expected | null;
  colourSlot: number;
}>;

export type NewExperiment = Readonly<{
  experimentId: string;
  name: string;
  /** A person gave the name. */
  isNamed: boolean;
  looks: number;
  marginPoints: number;
}>;

export function insertExperiment(db: WriteDb, experiment: NewExperiment, now: string): void {
  const { experimentId, name, isNamed, looks, marginPoints } = experiment;
  db.prepare(
    `INSERT INTO experiments (experiment_id, name, is_named, looks, margin_points, created_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(experimentId, name, isNamed ? 1 : 0, looks, marginPoints, now);
}

export function experimentNames(db: ReadDb): ReadonlySet<string> {
  return new Set(db.prepare('SELECT name FROM experiments').pluck().all() as string[]);
}

/** Queued for its owner, or without one at the end of the home's queue. */
export function insertRun(
  db: WriteDb,
  run: NewRun,
  owner: ProcessIdentity | null,
  now: string,
): void {
  db.prepare(
    `INSERT INTO runs (run_id, name, state, dataset_id, experiment_id, experiment_round, variant, config, parameters, expected,
       colour_slot, supervisor_pid, supervisor_started_at, created_at, queue_position)
     VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${owner === null ? lastPosition : 'NULL'})`,
  ).run(
    run.runId,
    run.name,
    run.datasetId,
    run.experimentId,
    run.experimentRound ?? 0,
    run.config.variant,
    JSON.stringify(run.config),
    run.parameters,
    run.expected === null ? null : JSON.stringify(run.expected),
    run.colourSlot,
    owner?.pid ?? null,
    owner?.startedAt ?? null,
    now,
  );
}

export const lastPosition =
  '(SELECT COALESCE(MAX(queue_position), 0) + 1 FROM runs WHERE queue_position IS NOT NULL)';

/** The slot of the newest run on that side of the palette, null where there is none yet. */
export function newestSlot(db: ReadDb, low: number, high: number): number | null {
  const slot = db
    .prepare(
      'SELECT colour_slot FROM runs WHERE colour_slot BETWEEN ? AND ? ORDER BY run_key DESC LIMIT 1',
    )
    .pluck()
    .get(low, high);
  return typeof slot === 'number' ? slot : null;
}

/** From an ended run to a queued one. How it had ended is kept until it trains: who takes it out of the queue gets that back. */
export const queuedAgain = `state = 'queued', reason = NULL, ended_at = NULL,
  ended_as = json_object('state', state, 'reason', reason, 'endedAt', ended_at)`;

/** What a run had at its last end, and has no longer as it begins to train. */
export const trainsAgain = `ended_as = NULL, weights_hash = NULL, best_weights_hash = NULL, last_train_accuracy = NULL,
  best_train_accuracy = NULL`;

/** An end without having trained since it was queued: as it had ended before, unless it fails. Takes `@state`, `@reason`, `@now`. */
export const endsUntrained = `
  state = CASE WHEN ended_as IS NULL OR @state = 'failed' THEN @state ELSE ended_as ->> 'state' END,
  reason = CASE WHEN ended_as IS NULL OR @state = 'failed' THEN @reason ELSE ended_as ->> 'reason' END,
  ended_at = CASE WHEN ended_as IS NULL OR @state = 'failed' THEN @now ELSE ended_as ->> 'endedAt' END,
  ended_as = NULL`;

/** As `insertRun`, for a run that has ended; false where somebody else was faster, or it is in the trash. */
export function requeue(db: WriteDb, runId: string, owner: ProcessIdentity | null): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET ${queuedAgain}, request = NULL, progress = NULL,
           supervisor_pid = ?, supervisor_started_at = ?,
           queue_position = ${owner === null ? lastPosition : 'NULL'}
         WHERE run_id = ? AND deleted_at IS NULL AND state IN ('paused', 'stopped', 'diverged', 'failed', 'interrupted')`,
      )
      .run(owner?.pid ?? null, owner?.startedAt ?? null, runId).changes === 1
  );
}

/** From queued to running, by its owner. */
export function claimRun(db: WriteDb, runId: string, owner: ProcessIdentity, now: string): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET state = 'running', started_at = COALESCE(started_at, ?), ${trainsAgain}
         WHERE run_id = ? AND state = 'queued' AND deleted_at IS NULL
           AND supervisor_pid = ? AND supervisor_started_at = ?`,
      )
      .run(now, runId, owner.pid, owner.startedAt).changes === 1
  );
}

export function setStarted(
  db: WriteDb,
  runId: string,
  plan: Plan,
  parameters: number,
  versions: object,
): void {
  db.prepare('UPDATE runs SET plan = ?, parameters = ?, versions = ? WHERE run_id = ?').run(
    JSON.stringify(plan),
    parameters,
    JSON.stringify(versions),
    runId,
  );
}

/** A stop is stronger than a pause. False where the run has ended already. */
export function setRequest(db: WriteDb, runId: string, request: 'stop' | 'pause'): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET request = CASE WHEN request = 'stop' THEN 'stop' ELSE ? END
         WHERE run_id = ? AND state IN ('queued', 'running')`,
      )
      .run(request, runId).changes === 1
  );
}

export function requestsOf(
  db: ReadDb,
  owner: ProcessIdentity,
): { runId: string; request: 'stop' | 'pause' }[] {
  return db
    .prepare(
      `SELECT run_id AS runId, request FROM runs WHERE state IN ('queued', 'running') AND deleted_at IS NULL
         AND request IS NOT NULL AND supervisor_pid = ? AND supervisor_started_at = ?`,
    )
    .all(owner.pid, owner.startedAt) as { runId: string; request: 'stop' | 'pause' }[];
}

export type Ending = Readonly<{
  state: Exclude<RunState, 'queued' | 'running'>;
  reason: Reason | null;
  weightsHash?: string | null;
  bestWeightsHash?: string | null;
  bestTrainAccuracy?: number | null;
  lastTrainAccuracy?: number | null;
  diskBytes?: number;
}>;

export const reasonColumn = (reason: Reason | null): string | null =>
  reason === null ? null : JSON.stringify(reason);

/** Ends a queued or running run of this owner; false where it is not theirs any more. */
export function endRun(
  db: WriteDb,
  runId: string,
  owner: ProcessIdentity,
  ending: Ending,
  now: string,
): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET ${endsUntrained}, request = NULL,
           weights_hash = COALESCE(@weightsHash, weights_hash),
           best_weights_hash = COALESCE(@bestWeightsHash, best_weights_hash),
           best_train_accuracy = COALESCE(@bestTrainAccuracy, best_train_accuracy),
           last_train_accuracy = COALESCE(@lastTrainAccuracy, last_train_accuracy),
           disk_bytes = COALESCE(@diskBytes, disk_bytes),
           progress = NULL, supervisor_pid = NULL, supervisor_started_at = NULL
         WHERE run_id = @runId AND state IN ('queued', 'running')
           AND supervisor_pid = @pid AND supervisor_started_at = @startedAt`,
      )
      .run({
        runId,
        now,
        pid: owner.pid,
        startedAt: owner.startedAt,
        state: ending.state,
        reason: reasonColumn(ending.reason),
        weightsHash: ending.weightsHash ?? null,
        bestWeightsHash: ending.bestWeightsHash ?? null,
        bestTrainAccuracy: finite(ending.bestTrainAccuracy),
        lastTrainAccuracy: finite(ending.lastTrainAccuracy),
        diskBytes: ending.diskBytes ?? null,
      }).changes === 1
  );
}

/** Runs that say they are running or queued by a process, with who is said to train them; not those of the home's queue or of a cluster. */
export function claimedRuns(
  db: ReadDb,
): { runId: string; runKey: number; owner: ProcessIdentity | null }[] {
  const rows = db
    .prepare(
      `SELECT run_id, run_key, supervisor_pid, supervisor_started_at FROM runs
       WHERE state IN ('queued', 'running') AND queue_position IS NULL AND NOT (${trainedElsewhere})`,
    )
    .all() as Pick<RunRow, 'run_id' | 'run_key' | 'supervisor_pid' | 'supervisor_started_at'>[];
  return rows.map((row) => ({
    runId: row.run_id,
    runKey: row.run_key,
    owner:
      row.supervisor_pid === null
        ? null
        : { pid: row.supervisor_pid, startedAt: row.supervisor_started_at ?? '' },
  }));
}

/** Only if the owner is still the one that was found gone. */
export function interruptRun(
  db: WriteDb,
  runId: string,
  owner: ProcessIdentity | null,
  reason: Reason,
  now: string,
): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET ${endsUntrained}, request = NULL, progress = NULL,
           supervisor_pid = NULL, supervisor_started_at = NULL
         WHERE run_id = @runId AND state IN ('queued', 'running')
           AND supervisor_pid IS @pid AND supervisor_started_at IS @startedAt`,
      )
      .run({
        state: 'interrupted',
        reason: reasonColumn(reason),
        now,
        runId,
        pid: owner?.pid ?? null,
        startedAt: owner?.startedAt ?? null,
      }).changes === 1
  );
}

export function renameRun(db: WriteDb, runId: string, name: string): void {
  db.prepare('UPDATE runs SET name = ? WHERE run_id = ?').run(name, runId);
}

export function setTags(db: WriteDb, runId: string, tags: readonly string[]): void {
  db.prepare('UPDATE runs SET tags = ? WHERE run_id = ?').run(JSON.stringify(tags), runId);
}

export function setNote(db: WriteDb, runId: string, note: string): void {
  db.prepare('UPDATE runs SET note = ? WHERE run_id = ?').run(note, runId);
}

export function setFavourite(db: WriteDb, runId: string, isFavourite: boolean): void {
  db.prepare('UPDATE runs SET is_favourite = ? WHERE run_id = ?').run(Number(isFavourite), runId);
}

export function setDiskBytes(db: WriteDb, runKey: number, bytes: number): void {
  db.prepare('UPDATE runs SET disk_bytes = ? WHERE run_key = ?').run(bytes, runKey);
}

export function setDeleted(db: WriteDb, runId: string, deletedAt: string | null): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET deleted_at = ?, queue_position = NULL
         WHERE run_id = ? AND state NOT IN ('queued', 'running')
           AND (deleted_at IS NULL) <> (? IS NULL)`,
      )
      .run(deletedAt, runId, deletedAt).changes === 1
  );
}

export function deletedBefore(db: ReadDb, before: string): { runId: string; runKey: number }[] {
  return db
    .prepare('SELECT run_id AS runId, run_key AS runKey FROM runs WHERE deleted_at < ?')
    .all(before) as { runId: string; runKey: number }[];
}

/** False where it was restored meanwhile. */
export const purgeRun = (db: WriteDb, runKey: number, before: string): boolean =>
  db.prepare('DELETE FROM runs WHERE run_key = ? AND deleted_at < ?').run(runKey, before)
    .changes === 1;

/** A run that its owner queued and that never was any other's, with its experiment where that has no other run. */
export function discardRun(db: WriteDb, runId: string, owner: ProcessIdentity): void {
  const experiment = db
    .prepare(
      `DELETE FROM runs WHERE run_id = ? AND state = 'queued' AND supervisor_pid = ? AND supervisor_started_at = ?
       RETURNING experiment_id`,
    )
    .pluck()
    .get(runId, owner.pid, owner.startedAt);
  db.prepare(
    `DELETE FROM experiments WHERE experiment_id = @id AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment_id = @id)`,
  ).run({ id: experiment ?? null });
}

export function lastEpochOf(db: ReadDb, runKey: number): number {
  return Number(
    db.prepare('SELECT COALESCE(MAX(epoch), 0) FROM epochs WHERE run_key = ?').pluck().get(runKey),
  );
}

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;
