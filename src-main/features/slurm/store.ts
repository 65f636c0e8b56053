import type { RunState } from '#contract/run.ts';
import type { SlurmTask } from '#contract/slurm-task.ts';

import type { ReadDb, WriteDb } from '../../db/handles.ts';
import { isTaskUnderway } from '../runs/store/rows.ts';

export type TaskRow = Omit<SlurmTask, 'isUnderway'> &
  Readonly<{
    runId: string;
    name: string;
    experimentId: string;
    runState: RunState;
    /** JSON */
    runReason: string | null;
    request: 'stop' | 'pause' | null;
    /** No process of this home trains it, and Slurm has it. */
    isUnderway: 0 | 1;
    isCollected: 0 | 1;
  }>;

const select = `SELECT r.run_id AS runId, r.name, r.experiment_id AS experimentId, r.state AS runState, r.reason AS runReason, r.request,
    t.job_id AS jobId, t.task, t.folder, t.state, t.reason, t.is_collected AS isCollected,
    ${isTaskUnderway} AS isUnderway
  FROM slurm_tasks t JOIN runs r USING (run_key) WHERE r.deleted_at IS NULL`;

/** Of an experiment, or of all: those whose bundle has not been taken in. */
export function openTasks(db: ReadDb, experimentId?: string): TaskRow[] {
  return db
    .prepare(
      `${select} AND t.is_collected = 0 AND (@experimentId IS NULL OR r.experiment_id = @experimentId) ORDER BY t.folder, t.task`,
    )
    .all({ experimentId: experimentId ?? null }) as TaskRow[];
}

export function tasksOf(db: ReadDb, experimentId: string): TaskRow[] {
  return db
    .prepare(`${select} AND r.experiment_id = ? ORDER BY t.folder, t.task`)
    .all(experimentId) as TaskRow[];
}

export function insertTask(
  db: WriteDb,
  { runId, folder, task }: Readonly<{ runId: string; folder: string; task: number }>,
): void {
  db.prepare(
    `INSERT OR REPLACE INTO slurm_tasks (run_key, folder, task) SELECT run_key, ?, ? FROM runs WHERE run_id = ?`,
  ).run(folder, task, runId);
}

/** As if it had never been sent. */
export function removeTask(db: WriteDb, runId: string): void {
  db.prepare(`DELETE FROM slurm_tasks WHERE ${ofRun}`).run(runId);
}

type TaskFacts = Pick<TaskRow, 'jobId' | 'state' | 'reason' | 'isCollected'>;

export function setTask(db: WriteDb, runId: string, facts: TaskFacts): void {
  db.prepare(
    `UPDATE slurm_tasks SET job_id = @jobId, state = @state, reason = @reason, is_collected = @isCollected
     WHERE ${ofRun.replace('?', '@runId')}`,
  ).run({
    ...{ runId, jobId: facts.jobId, state: facts.state },
    ...{ reason: facts.reason, isCollected: facts.isCollected },
  });
}

/** Slurm has it (again). */
export function setJob(db: WriteDb, runId: string, jobId: string): void {
  setTask(db, runId, { jobId, state: 'PENDING', reason: null, isCollected: 0 });
}

/** Slurm is being asked to take it: until it has answered, nobody knows its job. */
export function setAsked(db: WriteDb, runId: string): void {
  setTask(db, runId, { jobId: null, state: null, reason: null, isCollected: 0 });
}

/** False where that is known already. */
export function setTold(
  db: WriteDb,
  runId: string,
  { state, reason }: Readonly<{ state: string; reason: string | null }>,
): boolean {
  return (
    db
      .prepare(
        `UPDATE slurm_tasks SET state = @state, reason = @reason
         WHERE ${ofRun.replace('?', '@runId')} AND (state IS NOT @state OR reason IS NOT @reason)`,
      )
      .run({ runId, state, reason }).changes === 1
  );
}

/** False where another program was faster. */
export function setCollected(db: WriteDb, runId: string): boolean {
  return (
    db
      .prepare(
        `UPDATE slurm_tasks SET is_collected = 1, state = NULL, reason = NULL
         WHERE ${ofRun} AND is_collected = 0`,
      )
      .run(runId).changes === 1
  );
}

/** Queued or running, and not on a cluster. */
export function isTrainedHere(db: ReadDb, runId: string): boolean {
  const row = db.prepare(`${select} AND r.run_id = ?`).get(runId) as TaskRow | undefined;
  return (
    row !== undefined &&
    (row.runState === 'queued' || row.runState === 'running') &&
    row.isUnderway === 0
  );
}

const ofRun = 'run_key = (SELECT run_key FROM runs WHERE run_id = ?)';
