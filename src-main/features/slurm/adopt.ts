import path from 'node:path';

import { stateUnderway } from '#core/slurm/task-state.ts';

import type { WriteDb } from '../../db/handles.ts';
import type { RunsService } from '../services.ts';
import type { SlurmCommands } from './commands.ts';
import { setJob, tasksOf, type TaskRow } from './store.ts';

/**
 * The jobs of tasks of a job folder that Slurm has and that are not over, found by their name: a program that ended before Slurm had
 * answered has told nobody else.
 */
export async function jobsUnderway(
  slurm: Pick<SlurmCommands, 'named'>,
  folder: string,
): Promise<ReadonlyMap<number, string>> {
  const jobs = new Map<number, string>();
  for (const [id, told] of await slurm.named(path.basename(folder))) {
    const [jobId = '', task] = id.split('_');
    if (stateUnderway(told) !== null) jobs.set(Number(task), jobId);
  }
  return jobs;
}

export type FailedTask = TaskRow & Readonly<{ runState: 'failed' | 'interrupted' }>;
export const hasFailed = (row: TaskRow): row is FailedTask =>
  row.runState === 'failed' || row.runState === 'interrupted';

/** Of these tasks those that are Slurm's now, each with its job; not those that another program was faster with. */
export function adopt(
  { db, runs }: Readonly<{ db: WriteDb; runs: Pick<RunsService, 'elsewhere'> }>,
  rows: readonly TaskRow[],
  jobs: ReadonlyMap<number, string>,
): string[] {
  return db
    .transaction(() =>
      rows.flatMap(({ runId, task, experimentId }) => {
        const jobId = jobs.get(task);
        const now = tasksOf(db, experimentId).find((row) => row.runId === runId);
        if (jobId === undefined || now === undefined || !hasFailed(now)) return [];
        runs.elsewhere.requeue([runId]);
        setJob(db, runId, jobId);
        runs.elsewhere.handOver([runId]);
        return [runId];
      }),
    )
    .immediate();
}
