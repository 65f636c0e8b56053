import { existsSync, renameSync } from 'node:fs';

import { AppError } from '#contract/failure.ts';
import { arrayOf } from '#core/slurm/batch-script.ts';
import { stateUnderway, taskStateIn, type TaskState } from '#core/slurm/task-state.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import type { RunsService } from '../services.ts';
import type { SlurmCommands } from './commands.ts';
import { places, readJob } from './job-folder.ts';
import { setJob, tasksOf, type TaskRow } from './store.ts';

const failed: readonly TaskRow['runState'][] = ['failed', 'interrupted'];

/** Hands the failed runs of an experiment to Slurm again, each to go on from where it stands in its job folder. Returns their ids. */
export async function retryFailed(
  parts: Readonly<{
    db: WriteDb;
    runs: Pick<RunsService, 'elsewhere'>;
    slurm: Pick<SlurmCommands, 'find' | 'states' | 'submit'>;
  }>,
  experiment: Readonly<{ experimentId: string; name: string }>,
): Promise<string[]> {
  const { db, runs, slurm } = parts;
  const tasks = tasksOf(db, experiment.experimentId);
  const { name } = experiment;
  if (tasks.length === 0) throw new AppError('notFound', m.slurm_none_of({ name }));
  const again = tasks.filter(({ runState }) => failed.includes(runState));
  if (again.length === 0) throw new AppError('notFound', m.slurm_none_failed({ name }));
  for (const [folder, own] of Map.groupBy(again, ({ folder: of }) => of)) {
    const job = readJob(folder);
    // Slurm may have some of them: a program that ended before Slurm had answered does not know that.
    const known = await slurm.find(job.name);
    const told: ReadonlyMap<string, TaskState> =
      known === null ? new Map() : await slurm.states([known]);
    const stateOf = ({ task }: TaskRow) => taskStateIn(told, known, task);
    const has = (row: TaskRow): boolean => {
      const state = stateOf(row);
      return state !== null && stateUnderway(state) !== null;
    };
    handTo(own.filter(has), known ?? '');
    const left = own.filter((row) => !has(row));
    if (left.length === 0) continue;
    for (const { task } of left) goOnFromBundle(folder, task);
    const array = arrayOf(
      left.map(({ task }) => task),
      job.arrayLimit ?? undefined,
    );
    handTo(left, await slurm.submit(folder, array));
  }
  return again.map(({ runId }) => runId);

  function handTo(rows: readonly TaskRow[], jobId: string): void {
    const runIds = rows.map(({ runId }) => runId);
    db.transaction(() => {
      runs.elsewhere.requeue(runIds);
      for (const runId of runIds) setJob(db, runId, jobId);
      runs.elsewhere.handOver(runIds);
    }).immediate();
  }
}

/** How it ended is a checkpoint now, and no end that could be taken in once more. */
function goOnFromBundle(folder: string, task: number): void {
  const bundle = places.bundle(folder, task);
  if (existsSync(bundle)) renameSync(bundle, places.checkpoint(folder, task));
}
