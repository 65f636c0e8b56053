import { arrayOf } from '#core/slurm/batch-script.ts';
import { taskIdOf } from '#core/slurm/task-state.ts';

import type { WriteDb } from '../../db/handles.ts';
import type { RunsService } from '../services.ts';
import { jobsUnderway } from './adopt.ts';
import type { SlurmCommands } from './commands.ts';
import { setJob } from './store.ts';

/**
 * Hands tasks of a job folder to Slurm as one array and returns the job's id. Where that fails, Slurm has none of them: it may have taken
 * them, and not have answered in time.
 */
export async function submitTasks(
  slurm: Pick<SlurmCommands, 'submit' | 'named' | 'cancel'>,
  folder: string,
  tasks: readonly number[],
  limit: number | undefined,
): Promise<string> {
  try {
    return await slurm.submit(folder, arrayOf(tasks, limit));
  } catch (error) {
    const known = await jobsUnderway(slurm, folder).catch(() => new Map<number, string>());
    const taken = tasks.flatMap((task) => {
      const jobId = known.get(task);
      return jobId === undefined ? [] : [taskIdOf({ jobId, task })];
    });
    await slurm.cancel(taken).catch(() => undefined);
    throw error;
  }
}

/** Runs of this process are Slurm's from now on. */
export function handOver(
  { db, runs }: Readonly<{ db: WriteDb; runs: Pick<RunsService, 'elsewhere'> }>,
  runIds: readonly string[],
  jobId: string,
): void {
  db.transaction(() => {
    for (const runId of runIds) setJob(db, runId, jobId);
    runs.elsewhere.handOver(runIds);
  }).immediate();
}
