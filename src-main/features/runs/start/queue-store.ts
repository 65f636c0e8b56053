import type { RunState } from '#contract/run.ts';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';
import { isProcessAlive, type ProcessIdentity } from '../train/process-identity.ts';
import {
  endsUntrained,
  lastPosition,
  queuedAgain,
  reasonColumn,
  trainsAgain,
  type Ending,
} from '../store/store.ts';

/** Queued runs without a supervisor wait for whoever serves the queue. */
const waits = `state = 'queued' AND supervisor_pid IS NULL AND queue_position IS NOT NULL`;
/** By a process on this machine. */
const trains = `state = 'running' AND supervisor_pid IS NOT NULL`;
const order = 'ORDER BY queue_position, run_key';

export type QueueState = Readonly<{ isPaused: boolean; server: ProcessIdentity | null }>;

export function queueState(db: ReadDb): QueueState {
  const row = db.prepare('SELECT * FROM queue').get() as {
    is_paused: number;
    server_pid: number | null;
    server_started_at: string | null;
  };
  const { server_pid: pid, server_started_at: startedAt } = row;
  return {
    isPaused: row.is_paused === 1,
    server: pid === null ? null : { pid, startedAt: startedAt ?? '' },
  };
}

export function setPaused(db: WriteDb, isPaused: boolean): void {
  db.prepare('UPDATE queue SET is_paused = ?').run(isPaused ? 1 : 0);
}

/** In the order in which they start; those first that were paused with the last process that served the queue. */
export function waitingRuns(db: ReadDb): string[] {
  return db
    .prepare(
      `SELECT run_id FROM runs WHERE deleted_at IS NULL AND queue_position IS NOT NULL
         AND (${waits} OR state = 'paused') ${order}`,
    )
    .pluck()
    .all() as string[];
}

export function runningRuns(db: ReadDb): string[] {
  return db
    .prepare(`SELECT run_id FROM runs WHERE ${trains} ORDER BY started_at, run_key`)
    .pluck()
    .all() as string[];
}

export type QueuedRow = Readonly<{
  runId: string;
  name: string;
  state: RunState;
  variant: 'A' | 'B' | null;
  experimentId: string | null;
  datasetId: string;
  /** JSON */
  config: string;
  /** JSON */
  expected: string | null;
  bestEpoch: number | null;
  epochCount: number;
  /** Of the last epoch that was trained on this machine. */
  epochSeconds: number | null;
}>;

/** Runs that train, then those that wait, in their order. */
export function queuedRows(db: ReadDb): QueuedRow[] {
  return db
    .prepare(
      `SELECT run_id AS runId, name, state, variant, experiment_id AS experimentId,
         dataset_id AS datasetId, config, expected,
         best_epoch AS bestEpoch,
         (SELECT COUNT(*) FROM epochs e WHERE e.run_key = r.run_key) AS epochCount,
         (SELECT train_seconds + eval_seconds FROM epochs l WHERE l.run_key = r.run_key AND l.epoch > r.epochs_elsewhere
          ORDER BY epoch DESC LIMIT 1) AS epochSeconds
       FROM runs r
       WHERE deleted_at IS NULL AND (${trains}
         OR queue_position IS NOT NULL AND (${waits} OR state = 'paused'))
       ORDER BY state <> 'running', queue_position, run_key`,
    )
    .all() as QueuedRow[];
}

export function nextWaiting(db: ReadDb): string | null {
  const runId = db.prepare(`SELECT run_id FROM runs WHERE ${waits} ${order} LIMIT 1`).pluck().get();
  return typeof runId === 'string' ? runId : null;
}

/**
 * Makes this process the one that serves the queue; false while another one that lives does. What was paused as the last one ended
 * is queued again.
 */
export function takeQueue(db: WriteDb, me: ProcessIdentity): boolean {
  const { server } = queueState(db);
  if (isSame(server, me)) return true;
  if (server !== null && isProcessAlive(server)) return false;
  return db
    .transaction(() => {
      const taken = db
        .prepare(
          `UPDATE queue SET server_pid = ?, server_started_at = ?
           WHERE server_pid IS ? AND server_started_at IS ?`,
        )
        .run(me.pid, me.startedAt, server?.pid ?? null, server?.startedAt ?? null);
      if (taken.changes === 0) return false;
      db.prepare(
        `UPDATE runs SET ${queuedAgain}
         WHERE state = 'paused' AND queue_position IS NOT NULL AND deleted_at IS NULL`,
      ).run();
      return true;
    })
    .immediate();
}

/** `isIdle`: only where nothing is left to start, so that a run that was queued meanwhile is not left behind. */
export function leaveQueue(
  db: WriteDb,
  me: ProcessIdentity,
  { isIdle }: { isIdle: boolean },
): boolean {
  const condition = isIdle
    ? `AND (is_paused = 1 OR NOT EXISTS (SELECT 1 FROM runs WHERE ${waits}))`
    : '';
  return (
    db
      .prepare(
        `UPDATE queue SET server_pid = NULL, server_started_at = NULL
         WHERE server_pid = ? AND server_started_at = ? ${condition}`,
      )
      .run(me.pid, me.startedAt).changes === 1
  );
}

/** From waiting to running, by the process that serves the queue while it is not paused. */
export function claimWaiting(
  db: WriteDb,
  runId: string,
  me: ProcessIdentity,
  now: string,
): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET state = 'running', started_at = COALESCE(started_at, @now), queue_position = NULL,
           supervisor_pid = @pid, supervisor_started_at = @startedAt, ${trainsAgain}
         WHERE run_id = @runId AND ${waits} AND EXISTS
           (SELECT 1 FROM queue WHERE is_paused = 0 AND server_pid = @pid AND server_started_at = @startedAt)`,
      )
      .run({ runId, now, pid: me.pid, startedAt: me.startedAt }).changes === 1
  );
}

/** A waiting run ends without having trained, as it had ended before it was queued; false where it does not wait. */
export function takeOut(
  db: WriteDb,
  runId: string,
  { state, reason }: Pick<Ending, 'state' | 'reason'>,
  now: string,
): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET ${endsUntrained}, request = NULL, queue_position = NULL
         WHERE run_id = @runId AND ${waits}`,
      )
      .run({ state, reason: reasonColumn(reason), now, runId }).changes === 1
  );
}

/** A paused run that would have gone on with the queue stays paused. */
export function forgetPosition(db: WriteDb, runId: string): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET queue_position = NULL WHERE run_id = ? AND state = 'paused' AND queue_position IS NOT NULL`,
      )
      .run(runId).changes === 1
  );
}

/** Paused as its process ends: it goes on first when the queue is served again. */
export function putFirst(db: WriteDb, runId: string): void {
  db.prepare(
    `UPDATE runs SET queue_position =
       (SELECT COALESCE(MIN(queue_position), 1) - 1 FROM runs WHERE queue_position IS NOT NULL)
     WHERE run_id = ?`,
  ).run(runId);
}

/** Moves a run that waits to an index among those that wait; false where it does not. */
export function moveWaiting(db: WriteDb, runId: string, index: number): boolean {
  return db
    .transaction(() => {
      const others = waitingRuns(db);
      const from = others.indexOf(runId);
      if (from < 0) return false;
      others.splice(from, 1);
      others.splice(index, 0, runId);
      const set = db.prepare('UPDATE runs SET queue_position = ? WHERE run_id = ?');
      others.forEach((id, position) => set.run(position + 1, id));
      return true;
    })
    .immediate();
}

const isSame = (a: ProcessIdentity | null, b: ProcessIdentity): boolean =>
  a?.pid === b.pid && a.startedAt === b.startedAt;

/** From the queue to this process; false where it does not wait there. */
export function takeWaiting(db: WriteDb, runId: string, owner: ProcessIdentity): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET queue_position = NULL, supervisor_pid = ?, supervisor_started_at = ?
         WHERE run_id = ? AND ${waits} AND deleted_at IS NULL`,
      )
      .run(owner.pid, owner.startedAt, runId).changes === 1
  );
}

/** The way back, to the end of the queue. */
export function waitAgain(db: WriteDb, runId: string, owner: ProcessIdentity): void {
  db.prepare(
    `UPDATE runs SET queue_position = ${lastPosition}, supervisor_pid = NULL, supervisor_started_at = NULL
     WHERE run_id = ? AND state = 'queued' AND supervisor_pid = ? AND supervisor_started_at = ?`,
  ).run(runId, owner.pid, owner.startedAt);
}
