import type { RunProgress } from '#contract/run.ts';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';
import { trainedElsewhere } from '../store/rows.ts';
import { endsUntrained, reasonColumn, trainsAgain, type Ending } from '../store/store.ts';

const underway = `state IN ('queued', 'running') AND ${trainedElsewhere}`;

export function isElsewhere(db: ReadDb, runId: string): boolean {
  return db.prepare(`SELECT 1 FROM runs WHERE run_id = ? AND ${underway}`).get(runId) !== undefined;
}

/** From this process, which queued it, to whoever trains it. */
export function handOver(db: WriteDb, runId: string): void {
  db.prepare(
    `UPDATE runs SET supervisor_pid = NULL, supervisor_started_at = NULL WHERE run_id = ? AND state = 'queued'`,
  ).run(runId);
}

/** Whether it waits or trains there, and how far it is; false where that is known already. */
export function setElsewhere(
  db: WriteDb,
  runId: string,
  { state, progress }: Readonly<{ state: 'queued' | 'running'; progress: RunProgress | null }>,
  now: string,
): boolean {
  const begins = state === 'running' ? `, ${trainsAgain}` : '';
  return (
    db
      .prepare(
        `UPDATE runs SET state = @state, progress = @progress ${begins},
           started_at = CASE WHEN @state = 'running' THEN COALESCE(started_at, @now) ELSE started_at END
         WHERE run_id = @runId AND (state <> @state OR progress IS NOT @progress) AND ${underway}`,
      )
      .run({ runId, state, progress: progress === null ? null : JSON.stringify(progress), now })
      .changes === 1
  );
}

/** The end of a run that has left no bundle, or only one that says it still trained; false where something else became of it. */
export function endElsewhere(
  db: WriteDb,
  runId: string,
  { state, reason }: Pick<Ending, 'state' | 'reason'>,
  now: string,
): boolean {
  return (
    db
      .prepare(
        `UPDATE runs SET ${endsUntrained}, request = NULL, progress = NULL
         WHERE run_id = @runId AND state IN ('queued', 'running', 'interrupted') AND ${trainedElsewhere}`,
      )
      .run({ runId, state, reason: reasonColumn(reason), now }).changes === 1
  );
}
