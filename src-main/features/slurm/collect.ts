import { existsSync, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import path from 'node:path';

import { AppError, toFailure } from '#contract/failure.ts';
import type { CollectedTasks } from '#contract/slurm.ts';
import { sayReason, type Reason } from '#core/wording/reasons.ts';
import {
  endingOf,
  stateUnderway,
  taskIdOf,
  taskStateIn,
  type TaskState,
} from '#core/slurm/task-state.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import type { BundlesService, RunsService } from '../services.ts';
import type { SlurmCommands } from './commands.ts';
import { adopt, hasFailed, jobsUnderway } from './adopt.ts';
import { isGone, places, readStatus } from './job-folder.ts';
import { isTrainedHere, openTasks, setCollected, setTold, type TaskRow } from './store.ts';

export type CollectParts = Readonly<{
  db: WriteDb;
  runs: Pick<RunsService, 'elsewhere'>;
  bundles: Pick<BundlesService, 'importFrom'>;
  slurm: Pick<SlurmCommands, 'states' | 'named' | 'cancel'>;
}>;

type Problem = Omit<CollectedTasks['problems'][number], 'reason'> & Readonly<{ reason: Reason }>;
type Left = Readonly<{ row: TaskRow; problem: Problem | null }>;

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
  const left: Left[] = [];
  for (const [folder, own] of Map.groupBy(tasks, ({ folder }) => folder)) {
    const { names, fault } = bundlesIn(folder);
    for (const row of own) {
      await nextTurn();
      if (!names.has(path.basename(places.bundle(folder, row.task)))) {
        left.push({ row, problem: fault === null ? null : problemOf(row, fault) });
        continue;
      }
      const problem = await takeIn(parts, row, collected);
      if (problem !== null) left.push({ row, problem });
    }
  }
  const unanswered = await adoptUnanswered(parts, left);
  for (const { row, problem } of left) {
    if (problem !== null) problems.push(problem);
    else if (unanswered.has(row.runId)) problems.push(problemOf(row, asText(m.slurm_unanswered())));
  }
  // Some may be Slurm's only since just now.
  const rows = new Map(openTasks(db, experimentId).map((row) => [row.runId, row]));
  const asked = left.flatMap(({ row: { runId }, problem }) => {
    const row = rows.get(runId);
    return row?.isUnderway === 1 ? [{ row, problem }] : [];
  });
  const unwanted = asked.filter(({ row }) => row.request !== null);
  await slurm.cancel(unwanted.map(({ row }) => taskIdOf(row)));
  const told = await slurm.states(asked.map(({ row }) => taskIdOf(row)));
  let underway = 0;
  for (const { row, problem } of asked) {
    await nextTurn();
    const state = taskStateIn(told, row.jobId, row.task);
    if (await follow(parts, row, { problem, told: state, collected, problems })) underway += 1;
  }
  const worded = problems.map((of) => ({ ...of, reason: sayReason(of.reason) }));
  return { collected, problems: worded, underway };
}

/** The names of what tasks have left; where the folder cannot be read, why. */
function bundlesIn(folder: string): Readonly<{ names: ReadonlySet<string>; fault: Reason | null }> {
  try {
    return { names: new Set(readdirSync(path.dirname(places.bundle(folder, 1)))), fault: null };
  } catch (error) {
    const fault: Reason = isGone(error)
      ? { kind: 'slurmFolderGone', folder }
      : asText(m.slurm_folder_unreadable({ folder, reason: toFailure(error).message }));
    return { names: new Set(), fault };
  }
}

const problemOf = ({ runId, name }: TaskRow, reason: Reason): Problem => ({ runId, name, reason });
const asText = (text: string): Reason => ({ kind: 'text', text });

/** Those whose program ended before Slurm had answered are Slurm's where it has them after all; returns the ids of the others. */
async function adoptUnanswered(
  parts: CollectParts,
  left: readonly Left[],
): Promise<ReadonlySet<string>> {
  const rows = left.map(({ row }) => row).filter((row) => row.jobId === null && hasFailed(row));
  const others = new Set<string>();
  for (const [folder, own] of Map.groupBy(rows, (row) => row.folder)) {
    const jobs = await jobsUnderway(parts.slurm, folder);
    adopt(parts, own, jobs);
    for (const { runId, task } of own) if (!jobs.has(task)) others.add(runId);
  }
  return others;
}

/** Null once the run is here as its bundle has it; among those `collected` where that was done by this program. */
async function takeIn(
  { db, bundles }: CollectParts,
  row: TaskRow,
  collected: string[],
): Promise<Problem | null> {
  const { folder, task, runId } = row;
  try {
    const file = places.bundle(folder, task);
    const { skipped } = await bundles.importFrom(file, { ...quiet, onlyRun: runId });
    const [kept] = skipped;
    // One that is trained here meanwhile is asked about again.
    if (kept !== undefined && isTrainedHere(db, runId)) return problemOf(row, asText(kept.reason));
    if (setCollected(db, runId)) collected.push(runId);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return problemOf(row, asText(error.message));
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
    problems,
  }: Readonly<{
    problem: Problem | null;
    told: TaskState | null;
    collected: string[];
    problems: Problem[];
  }>,
): Promise<boolean> {
  const { db, runs, bundles } = parts;
  const { runId, folder, task } = row;
  if (told !== null) setTold(db, runId, told);
  const status = readStatus(folder, task);
  const last = status?.jobId === row.jobId ? status : null;
  const underway = told === null ? null : stateUnderway(told);
  if (underway !== null) {
    const progress = underway === 'running' ? (last?.progress ?? null) : null;
    // It goes on, and cannot leave what it has.
    if (underway === 'running' && last?.phase === 'training' && last.reason !== null)
      problems.push(problemOf(row, asText(last.reason)));
    runs.elsewhere.setState(runId, underway, progress);
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
