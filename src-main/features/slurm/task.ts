import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { AppError, toFailure } from '#contract/failure.ts';
import type { RunState } from '#contract/run.ts';
import * as m from '#messages';

import { runFolder } from '../runs/store/places.ts';
import { readPosition } from '../runs/results/weights-reader.ts';
import type { RunLine } from '../services.ts';
import { writeFileWhole } from '../files/write-file.ts';
import { createSlurmCommands, type SlurmCommands } from './commands.ts';
import {
  bytesOf,
  isGone,
  places,
  readJob,
  type Job,
  type JobRun,
  type Status,
} from './job-folder.ts';
import { openTaskHome, type TaskHome } from './task-home.ts';

export type TaskRequest = Readonly<{
  /** A job folder on the shared file system. */
  folder: string;
  task: number;
  trainerEntry: string;
  /** Told to end: the run leaves a checkpoint and goes back into the queue. */
  signal: AbortSignal;
  /** What it does, a line at a time. */
  say: (line: string) => void;
  onLine: (line: RunLine) => void;
}>;

/** What Slurm says to a task. */
type Surroundings = Readonly<{ jobId: string; restarts: number; cores: number; scratch: string }>;

/**
 * Trains one run of a job folder in a home of its own on this node, from where it stands there. What becomes of it is left in the
 * folder; nothing is left on the node. Returns the state in which the run has ended, `paused` where it goes on later.
 */
export async function runTask(request: TaskRequest): Promise<RunState> {
  const { folder, task } = request;
  const around = surroundings();
  const tell = createTeller(request, around);
  let scratch: string | undefined;
  try {
    const job = readJob(folder);
    const run = job.runs.find((candidate) => candidate.task === task);
    if (run === undefined) {
      throw new AppError('invalid', m.slurm_no_task({ folder, task, count: job.runs.length }));
    }
    scratch = mkdtempSync(path.join(around.scratch, 'twofold-task-'));
    return await trainTask({ ...request, job, run, around, scratch, tell });
  } catch (error) {
    tell('failed', toFailure(error).message);
    throw error;
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

type Position = Readonly<{ epoch: number; step: number }>;
type Tell = (
  phase: Status['phase'],
  reason: string | null,
  position?: Position,
  progress?: Status['progress'],
) => void;
type Task = TaskRequest &
  Readonly<{ job: Job; run: JobRun; around: Surroundings; scratch: string; tell: Tell }>;

async function trainTask(context: Task): Promise<RunState> {
  const { folder, task, job, run, around, scratch, tell, say } = context;
  const { runId } = run;
  const dataFile = path.join(scratch, 'reviews.ids');
  await copyChecked(places.data(folder, job.dataHash), dataFile, job.dataHash);
  const home = openTaskHome({
    ...{ home: scratch, dataFile, trainerEntry: context.trainerEntry },
    ...{ cores: around.cores, checkpointSeconds: job.checkpointSeconds },
  });
  try {
    await takeUp(home, context);
    const { cores } = around;
    say(m.slurm_task_begins({ task, name: run.name, runId, cores, home: scratch }));
    const began = positionIn(scratch, runId);
    tell('training', null, began);
    const state = await follow(home, context);
    const reached = positionIn(scratch, runId);
    if (state !== 'paused') {
      const whole = { runIds: [runId], path: places.bundle(folder, task), withData: false };
      await leave(context, () => home.bundles.exportTo({ ...whole, isForced: true }, quiet));
      for (const before of [places.checkpoint, places.ended])
        rmSync(before(folder, task), { force: true });
      tell('ended', home.runs.summary(runId).reason, reached);
      return state;
    }
    await leave(context, () =>
      home.bundles.exportMoment({ runId, path: places.checkpoint(folder, task) }, quiet),
    );
    if (around.restarts > 0 && reached.step === began.step) {
      throw new AppError('unavailable', m.slurm_no_progress());
    }
    const left = m.slurm_left({ step: reached.step });
    tell('left', left, reached);
    say(left);
    return state;
  } finally {
    await home.close();
  }
}

/** The run as far as it has come: what it ended with before, its checkpoint, or as it was submitted. */
async function takeUp(home: TaskHome, { folder, task, job, run, say }: Task): Promise<void> {
  const { runId } = run;
  let isHere = false;
  const bundles = [places.bundle, places.ended, places.checkpoint, places.start];
  for (const file of bundles.map((of) => of(folder, task))) {
    if (!existsSync(file)) continue;
    try {
      await home.bundles.importFrom(file, { ...quiet, onlyRun: runId });
      isHere = true;
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'badInput')) throw error;
      say(m.slurm_bundle_skipped({ file, reason: error.message }));
    }
  }
  if (!isHere) throw new AppError('badInput', m.slurm_nothing_to_start({ folder, task }));
  const { config, datasetHash, name } = home.runs.summary(runId);
  if (!isDeepStrictEqual(config, run.config) || datasetHash !== job.dataset.contentHash) {
    throw new AppError('badInput', m.slurm_settings_changed({ name }));
  }
}

/** Trains it to its end, or until it is told to end, and leaves checkpoints meanwhile. */
async function follow(
  home: TaskHome,
  { folder, task, job, run, scratch, signal, tell, say, onLine }: Task,
): Promise<RunState> {
  const { runId } = run;
  const { runs, bundles } = home;
  const pause = (): void => {
    runs.pause({ runId });
  };
  let saved = positionIn(scratch, runId);
  const saving: { now: Promise<void> | null } = { now: null };
  const save = async (): Promise<void> => {
    const reached = positionIn(scratch, runId);
    if (reached.step === saved.step) return;
    try {
      await bundles.exportMoment({ runId, path: places.checkpoint(folder, task) }, quiet);
      saved = reached;
      tell('training', null, reached, runs.summary(runId).progress);
      say(m.slurm_task_checkpoint(reached));
    } catch (error) {
      // The shared file system is away or full just now: tried again next time.
      const reason = m.slurm_task_checkpoint_failed({ reason: toFailure(error).message });
      tell('training', reason, reached);
      say(reason);
      // Nobody will ever see what it trains.
      if (isFolderGone(folder)) pause();
    }
  };
  const timer = setInterval(() => {
    saving.now ??= save().finally(() => (saving.now = null));
  }, job.checkpointSeconds * 1000);
  try {
    runs.resume({ runId });
    if (signal.aborted) pause();
    else signal.addEventListener('abort', pause, { once: true });
    const { state } = await runs.follow(runId, onLine);
    // The node is being cleared: it does not matter who was faster.
    return state === 'interrupted' && signal.aborted ? 'paused' : state;
  } finally {
    signal.removeEventListener('abort', pause);
    clearInterval(timer);
    await saving.now;
  }
}

const triesToLeave = 10;

/**
 * What was trained is lost with this task: where the shared file system takes nothing now (it is full), this waits for it a while, but
 * not once the task is told to end.
 */
async function leave(
  { folder, job, signal, tell, say }: Task,
  write: () => Promise<unknown>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (isFolderGone(folder)) throw new AppError('storage', m.slurm_folder_gone({ folder }));
      const { kind, message } = toFailure(error);
      const reason = m.slurm_not_left({ folder, reason: message });
      if (tries === triesToLeave || signal.aborted) throw new AppError(kind, reason);
      tell('training', reason);
      say(reason);
    }
    await delay(job.checkpointSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

function isFolderGone(folder: string): boolean {
  try {
    statSync(folder);
    return false;
  } catch (error) {
    return isGone(error);
  }
}

/**
 * Puts the task back into Slurm's queue, as the end of its time limit and preemption do not do everywhere. One that was cancelled
 * stays so: Slurm says that it does not run any more.
 */
export async function requeueTask(
  say: (line: string) => void,
  slurm: Pick<SlurmCommands, 'states' | 'requeue'> = createSlurmCommands(),
): Promise<void> {
  const { SLURM_ARRAY_JOB_ID: jobId = '', SLURM_ARRAY_TASK_ID: task = '' } = process.env;
  try {
    const id = `${jobId}_${task}`;
    if ((await slurm.states([id])).get(id)?.state !== 'RUNNING') return;
    await slurm.requeue(id);
    say(m.slurm_requeued());
  } catch (error) {
    say(m.slurm_not_requeued({ reason: toFailure(error).message }));
  }
}

function surroundings(): Surroundings {
  const {
    SLURM_ARRAY_JOB_ID: jobId = '',
    SLURM_RESTART_COUNT: restarts = '0',
    SLURM_CPUS_PER_TASK: cpus = '',
    SLURM_TMPDIR: scratch = tmpdir(),
  } = process.env;
  const cores = Number.parseInt(cpus, 10);
  return {
    jobId,
    restarts: Number(restarts),
    cores: cores > 0 ? cores : availableParallelism(),
    scratch,
  };
}

/** What the task says last stays in the folder; that it cannot be written there ends nothing. */
function createTeller({ folder, task, say }: TaskRequest, { jobId, cores }: Surroundings): Tell {
  let last: Position = { epoch: 0, step: 0 };
  return (phase, reason, position = last, progress = null) => {
    last = position;
    const status: Status = {
      ...{ task, jobId, phase, reason, ...position, progress },
      ...{ node: hostname(), pid: process.pid, cores, at: new Date().toISOString() },
    };
    try {
      writeStatus(places.status(folder, task), bytesOf(status));
    } catch (error) {
      say(m.slurm_task_checkpoint_failed({ reason: toFailure(error).message }));
    }
  };
}

/** A disk that is full takes no new file, but other words in place of those that are there. */
function writeStatus(file: string, bytes: Buffer): void {
  try {
    writeFileWhole(file, [bytes], true);
  } catch (error) {
    if (!existsSync(file)) throw error;
    const fd = openSync(file, 'r+');
    try {
      writeSync(fd, bytes, 0, bytes.length, 0);
      ftruncateSync(fd, bytes.length);
    } finally {
      closeSync(fd);
    }
  }
}

async function copyChecked(from: string, to: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const isWhole = existsSync(from);
  if (isWhole) await pipeline(createReadStream(from), through, createWriteStream(to));
  if (!isWhole || hash.digest('hex') !== sha256) {
    throw new AppError('badInput', m.slurm_data_changed({ file: from }));
  }
}

const positionIn = (home: string, runId: string): Position =>
  readPosition(runFolder(home, runId)) ?? { epoch: 0, step: 0 };

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
