import { existsSync, renameSync } from 'node:fs';

import { AppError } from '#contract/failure.ts';
import { readReason } from '#core/wording/reasons.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import type { RunsService } from '../services.ts';
import { adopt, hasFailed, jobsUnderway, type FailedTask } from './adopt.ts';
import type { SlurmCommands } from './commands.ts';
import { handOver, submitTasks } from './hand-over.ts';
import { places, readJob } from './job-folder.ts';
import { setAsked, setTask, tasksOf } from './store.ts';

/** Hands the failed runs of an experiment to Slurm again, each to go on from where it stands in its job folder. Returns their ids. */
export async function retryFailed(
  parts: Readonly<{
    db: WriteDb;
    runs: Pick<RunsService, 'elsewhere'>;
    slurm: Pick<SlurmCommands, 'named' | 'submit' | 'cancel'>;
  }>,
  experiment: Readonly<{ experimentId: string; name: string }>,
): Promise<string[]> {
  const { db, runs, slurm } = parts;
  const tasks = tasksOf(db, experiment.experimentId);
  const { name } = experiment;
  if (tasks.length === 0) throw new AppError('notFound', m.slurm_none_of({ name }));
  const again = tasks.filter(hasFailed);
  if (again.length === 0) throw new AppError('notFound', m.slurm_none_failed({ name }));
  for (const [folder, own] of Map.groupBy(again, ({ folder: of }) => of)) {
    const { arrayLimit } = readJob(folder);
    const adopted = adopt(parts, own, await jobsUnderway(slurm, folder));
    const left = own.filter(({ runId }) => !adopted.includes(runId));
    if (left.length > 0) await submitAgain(folder, left, arrayLimit ?? undefined);
  }
  return again.map(({ runId }) => runId);

  /** The runs are this process's until Slurm has them, so that another program hands none of them over as well. */
  async function submitAgain(
    folder: string,
    rows: readonly FailedTask[],
    limit: number | undefined,
  ): Promise<void> {
    const runIds = rows.map(({ runId }) => runId);
    db.transaction(() => {
      runs.elsewhere.requeue(runIds);
      for (const runId of runIds) setAsked(db, runId);
    }).immediate();
    try {
      for (const { task } of rows) goOnFromBundle(folder, task);
      const tasks = rows.map(({ task }) => task);
      handOver(parts, runIds, await submitTasks(slurm, folder, tasks, limit));
    } catch (error) {
      db.transaction(() => {
        for (const row of rows) {
          const { runId, runState: state, runReason } = row;
          const reason = runReason === null ? null : readReason(runReason);
          runs.elsewhere.giveBack(runId, { state, reason });
          setTask(db, runId, row);
        }
      }).immediate();
      throw error;
    }
  }
}

/** How it ended is where it goes on from, and no end that could be taken in once more. */
function goOnFromBundle(folder: string, task: number): void {
  const bundle = places.bundle(folder, task);
  if (existsSync(bundle)) renameSync(bundle, places.ended(folder, task));
}
