import { existsSync, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import path from 'node:path';

import { AppError, toFailure } from '#contract/failure.ts';
import type { CollectedTasks } from '#contract/slurm.ts';
import { endingOf, stateUnderway, taskStateIn, type TaskState } from '#core/slurm/task-state.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import type { BundlesService, RunsService } from '../services.ts';
import type { SlurmCommands } from './commands.ts';
import { places, readStatus } from './job-folder.ts';
import { isTrainedHere, openTasks, setCollected, setTold, type TaskRow } from './store.ts';

export type CollectParts = Readonly<{
  db: WriteDb;
  runs: Pick<RunsService, 'elsewhere'>;
  bundles: Pick<BundlesService, 'importFrom'>;
  slurm: Pick<SlurmCommands, 'states' | 'cancel'>;
}>;

type Problem = CollectedTasks['problems'][number];

/**
 * Takes in the bundles of tasks that are over, cancels those that were asked to stop or pause, and asks Slurm about the others. Any
 * number of times, by any number of programs: what is in is not looked at again.
 */
export async function collectTasks(
  parts: CollectParts,
  experimentId?: string,
): Promise<CollectedTasks> {
  const { db, slurm } = parts;
  const tasks = openTasks(db, experimentId);
  const collected: string[] = [];
  const problems: Problem[] = [];
  const left: [TaskRow, Problem | null][] = [];
  for (const [folder, own] of Map.groupBy(tasks, ({ folder }) => folder)) {
    let names: ReadonlySet<string>;
    try {
      names = new Set(readdirSync(path.dirname(places.bundle(folder, 1))));
    } catch (error) {
      const reason = m.slurm_folder_gone({ folder, reason: toFailure(error).message });
      problems.push(...own.map(({ runId, name }) => ({ runId, name, reason })));
      continue;
    }
    for (const task of own) {
      await nextTurn();
      const isThere = names.has(path.basename(places.bundle(folder, task.task)));
      const problem = isThere ? await takeIn(parts, task, collected) : null;
      if (!isThere || problem !== null) left.push([task, problem]);
    }
  }
  const asked = left.filter(([{ isUnderway }]) => isUnderway === 1);
  const unwanted = asked.filter(([{ request }]) => request !== null);
  await slurm.cancel(unwanted.map(([{ jobId, task }]) => `${jobId ?? ''}_${task}`));
  const told = await slurm.states(asked.map(([{ jobId }]) => jobId ?? ''));
  let underway = 0;
  for (const [task, problem] of left) {
    if (problem !== null) problems.push(problem);
    if (task.isUnderway === 0) continue;
    await nextTurn();
    const state = taskStateIn(told, task.jobId, task.task);
    if (await follow(parts, task, { problem, told: state, collected })) underway += 1;
  }
  return { collected, problems, underway };
}

/** Null once the run is here as its bundle has it; among those `collected` where that was done by this program. */
async function takeIn(
  { db, bundles }: CollectParts,
  { folder, task, runId, name }: TaskRow,
  collected: string[],
): Promise<Problem | null> {
  try {
    const file = places.bundle(folder, task);
    const { skipped } = await bundles.importFrom(file, { ...quiet, onlyRun: runId });
    const [kept] = skipped;
    // One that is trained here meanwhile is asked about again.
    if (kept !== undefined && isTrainedHere(db, runId)) return kept;
    if (setCollected(db, runId)) collected.push(runId);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { runId, name, reason: error.message };
  }
}

/** A task without a bundle that can be taken in, as Slurm tells it. Whether it goes on. */
async function follow(
  parts: CollectParts,
  row: TaskRow,
  {
    problem,
    told,
    collected,
  }: Readonly<{ problem: Problem | null; told: TaskState | null; collected: string[] }>,
): Promise<boolean> {
  const { db, runs, bundles } = parts;
  const { runId, folder, task } = row;
  if (told !== null) setTold(db, runId, told);
  const underway = told === null ? null : stateUnderway(told);
  if (underway !== null) {
    runs.elsewhere.setState(runId, underway);
    return true;
  }
  // It may have come between the look into the folder and the question.
  const bundle = places.bundle(folder, task);
  if (problem === null && existsSync(bundle)) {
    if ((await takeIn(parts, row, collected)) === null) return false;
  }
  const checkpoint = places.checkpoint(folder, task);
  if (existsSync(checkpoint)) {
    try {
      await bundles.importFrom(checkpoint, { ...quiet, onlyRun: runId });
    } catch (error) {
      // How far it came is not known then; how it ended is.
      if (!(error instanceof AppError)) throw error;
    }
  }
  const status = readStatus(folder, task);
  const last = status?.jobId === row.jobId ? status : null;
  const ending =
    problem === null
      ? endingOf(told, last, { log: places.log(folder, task), bundle })
      : { state: 'failed' as const, reason: problem.reason };
  const wanted = { stop: 'stopped', pause: 'paused' } as const;
  runs.elsewhere.end(
    runId,
    row.request === null ? ending : { state: wanted[row.request], reason: null },
  );
  return false;
}

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
