import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';

import type { Emit } from '#contract/index.ts';
import type { Run, RunSummary } from '#contract/run.ts';
import type { ChildJob, FromChild, TrainJob } from '#contract/trainer.ts';
import { reasonOf, sayReason, type Reason } from '#core/wording/reasons.ts';

import type { Databases } from '../../../db/open.ts';
import { engineVersion } from '../../../core/model/engine-version.ts';
import type { TrainerHost } from '../../../processes/host.ts';
import {
  createSupervisor,
  type AskOptions,
  type SupervisorClient,
} from '../../../processes/training-supervisor.ts';
import type { Timing } from '../../../processes/training.ts';
import type { AssertHomeHere } from '../../home-here.ts';
import type { DatasetsPort, RunLine } from '../../services.ts';
import { diskBytesOf } from '../store/disk-use.ts';
import { assertSameEngine } from './engine.ts';
import { endingOf, storageReason, type AnyOutcome } from './endings.ts';
import { createLogFile } from './log-file.ts';
import { logFile, runFolder, startWeightsFile } from '../store/places.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { dropAfter, endOfRecord } from '../results/results-store.ts';
import {
  claimRun,
  endRun,
  findRow,
  getSummary,
  lastEpochOf,
  requestsOf,
  setRequest,
  setStarted,
  type Ending,
} from '../store/store.ts';
import { putFirst, takeOut } from '../start/queue-store.ts';
import { createScheduler } from '../start/scheduler.ts';
import { settleCheckpoint, settleQuietly } from './settle.ts';
import { readEmbeddingTables, readPosition } from '../results/weights-reader.ts';

export type TrainerOptions = Readonly<{
  databases: Databases;
  home: string;
  assertHomeHere?: AssertHomeHere;
  host: TrainerHost;
  trainerEntry: string;
  owner: ProcessIdentity;
  datasets: DatasetsPort;
  emit: Emit;
  now: () => Date;
  twofoldVersion: string;
  nodeVersion: string;
  /** Serves the home's queue, or trains only what it is given. */
  queue: 'home' | 'process';
  /** Whether a run of the home's queue may start beside those that train. */
  admits: (runId: string) => boolean;
  timing?: Partial<Timing>;
  /** Between checkpoints within an epoch; the child's own choice where it is left out. */
  checkpointSeconds?: number;
  /** Cores that new runs are planned for; those of the machine where it is left out. */
  coreCount?: number;
  /** After an epoch's rows are stored. */
  onEpochDone: () => void;
}>;

export type Trainer = Readonly<{
  /** A run of this process alone. */
  enqueue: (runId: string) => void;
  /** Looks whether a run of the home's queue can start. */
  wake: () => void;
  /** As of `Scheduler`. */
  work: () => Promise<void>;
  request: (runId: string, request: 'stop' | 'pause') => void;
  /** For a run of this process that was asked to stop: its end leaves out what can be left out. */
  hurry: (runId: string) => void;
  /** Runs that this process trains, and those that it is going to train. */
  active: () => string[];
  isTraining: (runId: string) => boolean;
  /** Lines of a run that this process trains; returns the unsubscriber. */
  listen: (runId: string, onLine: (line: RunLine) => void) => () => void;
  /** The end of a run whose row could not be written (a full disk), while that is so. */
  unstored: (runId: string) => Ending | null;
  ask: <T extends FromChild['type']>(
    job: ChildJob,
    answer: T,
    options?: AskOptions,
  ) => Promise<Extract<FromChild, { type: T }>>;
  close: (active: 'pause' | 'stop') => Promise<void>;
}>;

/** Trains runs of this process and of the home's queue, and keeps their rows up to date. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { databases, home, owner, emit, now } = options;
  const db = databases.main;
  const recorders = new Map<string, Recorder>();
  const listeners = new Map<string, Set<(line: RunLine) => void>>();
  /** Why a run's results cannot be stored any more. */
  const storageFailures = new Map<string, Reason>();
  const unstored = new Map<string, Ending>();
  const logs = new Map<string, ReturnType<typeof createLogFile>>();
  /** Of which engine a run is that trains; nothing where it goes on from a run of which that is not known. */
  const engines = new Map<string, Readonly<{ engine?: number }>>();
  let ticks = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** Runs of the home's queue that are trained here. */
  const fromQueue = new Set<string>();
  /** Those of them that are paused only because this process ends: they go on when the queue is served again. */
  const returning = new Set<string>();

  const client: SupervisorClient = {
    prepare,
    onSpawn(runId, pid) {
      if (pid !== undefined) options.host.keepAwakeWhile?.(pid);
      recorders.get(runId)?.log('info', { kind: 'started', pid: pid ?? null });
    },
    onMessage: receive,
    onOutput(runId, text) {
      logs.get(runId)?.write(text);
    },
    onSilence(runId, silentMs) {
      const recorder = recorders.get(runId);
      if (recorder === undefined) return;
      if (silentMs === null) {
        recorder.setSilent(null);
        recorder.log('info', { kind: 'responds' });
      } else {
        recorder.setSilent(new Date(now().getTime() - silentMs).toISOString());
        const seconds = Math.round(silentMs / 1000);
        recorder.log('warning', { kind: 'silent', seconds });
      }
      flush(runId);
    },
    onOutcome: finish,
  };
  const supervisor = createSupervisor({
    host: options.host,
    entry: options.trainerEntry,
    client,
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  });
  const scheduler = createScheduler({
    db,
    owner,
    isServing: options.queue === 'home',
    now,
    admits: options.admits,
    claim,
    train(runId, from) {
      if (from === 'queue') fromQueue.add(runId);
      supervisor.train(runId);
      wake();
      emit('runs.changed', { runId });
    },
    training: supervisor.current,
    onQueueChange: () => {
      emit('queue.changed', {});
    },
  });

  function claim(runId: string): 'taken' | 'wait' | 'gone' {
    try {
      options.assertHomeHere?.();
      return claimRun(db, runId, owner, now().toISOString()) ? 'taken' : 'gone';
    } catch (error) {
      const reason = storageReason(error);
      if (reason === null) return 'wait';
      end(runId, { state: 'failed', reason });
      return 'gone';
    }
  }

  async function prepare(runId: string): Promise<TrainJob> {
    const row = findRow(db, runId);
    const dataset = options.datasets.get({ datasetId: row.dataset_id });
    const folder = runFolder(home, runId);
    mkdirSync(folder, { recursive: true });
    const dataPath = await options.datasets.encodedPath(dataset.datasetId);
    const storedEpoch = lastEpochOf(db, row.run_key);
    settleCheckpoint(folder, storedEpoch);
    const position = readPosition(folder);
    const { name, versions } = getSummary(db, runId);
    if (position !== null) assertSameEngine({ name, versions });
    const engine = position === null ? engineVersion : versions?.engine;
    engines.set(runId, engine === undefined ? {} : { engine });
    dropAfter(db, row.run_key, position?.epoch ?? -1, position?.step ?? 0);
    removeLeftovers(folder, position?.epoch ?? null);
    logs.set(runId, createLogFile(logFile(home, runId)));
    const from = endOfRecord(db, row.run_key);
    const recorder = createRecorder({
      databases,
      runId,
      runKey: row.run_key,
      from,
      now,
      readTables: readEmbeddingTables,
      diskBytes: () => diskBytesOf(db, home, runId, row.run_key),
      onEpochDone(epoch, figures) {
        supervisor.stored(runId, epoch);
        if (figures !== null) say(runId, { event: 'epoch', ...figures });
        options.onEpochDone();
      },
    });
    recorders.set(runId, recorder);
    if (position !== null)
      recorder.log('info', { kind: 'goesOn', epoch: position.epoch, step: position.step });
    if (storedEpoch > (position?.epoch ?? 0))
      recorder.log('warning', { kind: 'epochsAgain', epoch: position?.epoch ?? 0, storedEpoch });
    if (position !== null && from.step < position.step)
      recorder.log('warning', { kind: 'stepsMissing', from: from.step + 1, to: position.step });
    const { config, plan } = getSummary(db, runId);
    return {
      kind: 'train',
      runId,
      config,
      plan,
      dataPath,
      datasetHash: dataset.contentHash,
      runFolder: folder,
      isResume: position !== null,
      ...(config.startFrom === 'none' ? {} : { startPath: startWeightsFile(home, runId) }),
      ...(options.checkpointSeconds === undefined
        ? {}
        : { checkpointSeconds: options.checkpointSeconds }),
      ...(options.coreCount === undefined ? {} : { coreCount: options.coreCount }),
    };
  }

  function receive(runId: string, message: FromChild): void {
    const recorder = recorders.get(runId);
    if (recorder === undefined || storageFailures.has(runId)) return;
    guard(runId, () => {
      if (message.type === 'started') {
        const { plan, parameters, tensorflow, tfjs } = message;
        const versions = {
          twofold: options.twofoldVersion,
          tensorflow,
          tfjs,
          node: options.nodeVersion,
          machine: machineName(),
          ...engines.get(runId),
        };
        setStarted(db, runId, plan, parameters, versions);
        emit('runs.changed', { runId });
        say(runId, { event: 'started', runId, parameters, backend: plan.backend });
        return;
      }
      recorder.receive(message);
      if (message.type === 'news' && message.progress !== null) {
        const { step, epoch, loss, samplesPerSecond, secondsLeft, phase } = message.progress;
        say(runId, { event: 'progress', step, epoch, loss, samplesPerSecond, secondsLeft, phase });
      }
      if (message.type === 'epoch') flush(runId);
    });
  }

  function flush(runId: string): void {
    const recorder = recorders.get(runId);
    if (recorder === undefined || storageFailures.has(runId)) return;
    guard(runId, () => {
      const { hasSteps, hasChanged } = recorder.flush();
      if (hasSteps) emit('metrics.appended', { runId });
      if (hasChanged) emit('runs.changed', { runId });
    });
  }

  /** A run whose results cannot be stored is ended; everything else goes on. */
  function guard(runId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const reason = storageReason(error);
      if (reason === null) return; // busy: tried again with the next flush
      storageFailures.set(runId, reason);
      supervisor.end(runId);
    }
  }

  function finish(runId: string, outcome: AnyOutcome): void {
    flush(runId);
    const row = findRow(db, runId);
    const failure = storageFailures.get(runId) ?? homeFailure();
    const lastEpoch = lastEpochOf(db, row.run_key);
    const ending = endingOf(outcome, lastEpoch);
    settleQuietly(runFolder(home, runId), lastEpoch);
    recorders.delete(runId);
    logs.delete(runId);
    engines.delete(runId);
    storageFailures.delete(runId);
    end(runId, {
      ...(failure === null ? ending : { state: 'failed', reason: failure }),
      diskBytes: diskBytesOf(db, home, runId, row.run_key),
    });
  }

  /** Why nothing of a run can be stored in a home that is gone; null where it is there. */
  function homeFailure(): Reason | null {
    try {
      options.assertHomeHere?.();
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  function end(runId: string, ending: Ending): void {
    try {
      db.transaction(() => {
        endRun(db, runId, owner, ending, now().toISOString());
        if (ending.state === 'paused' && returning.has(runId)) putFirst(db, runId);
      }).immediate();
      unstored.delete(runId);
      if (returning.has(runId)) emit('queue.changed', {});
    } catch {
      // Tried again at every tick; should this process end before, the row's supervisor is gone and says "interrupted".
      unstored.set(runId, ending);
    }
    fromQueue.delete(runId);
    const run = getSummary(db, runId);
    const { state, reason, best, last, weightsHash, bestWeightsHash } = unstored.has(runId)
      ? endedAs(run, ending)
      : run;
    say(runId, { event: 'ended', runId, state, reason, best, last, weightsHash, bestWeightsHash });
    emit('runs.changed', { runId });
    scheduler.wake();
    rest();
  }

  function request(runId: string, wanted: 'stop' | 'pause'): void {
    if (supervisor.request(runId, wanted)) return;
    const state = wanted === 'stop' ? 'stopped' : 'paused';
    const hasStarted = lastEpochOf(db, findRow(db, runId).run_key) > 0;
    const ending: Ending = { state, reason: hasStarted ? null : { kind: 'neverTrained' } };
    if (scheduler.dequeue(runId)) end(runId, ending);
    else if (takeOut(db, runId, ending, now().toISOString())) {
      emit('runs.changed', { runId });
      emit('queue.changed', {});
    }
  }

  /** Asks a run to end, its end without what can be left out, and resolves when it has. */
  function endNow(runId: string, wanted: 'stop' | 'pause'): Promise<void> {
    if (wanted === 'pause' && fromQueue.has(runId) && getSummary(db, runId).request === null)
      returning.add(runId);
    return new Promise((resolve) => {
      const set = listeners.get(runId) ?? new Set();
      listeners.set(
        runId,
        set.add((line) => line.event === 'ended' && resolve()),
      );
      setRequest(db, runId, wanted);
      supervisor.request(runId, wanted);
      supervisor.hurry(runId);
    });
  }

  /** Twice a second: requests that other processes made, once a second what the children said. */
  function tick(): void {
    ticks += 1;
    try {
      for (const { runId, request: wanted } of requestsOf(db, owner)) request(runId, wanted);
    } catch {
      // The database cannot be read just now: asked again in half a second.
    }
    if (ticks % 2 === 0) for (const runId of recorders.keys()) flush(runId);
    for (const [runId, ending] of unstored) retryEnding(runId, ending);
  }

  function retryEnding(runId: string, ending: Ending): void {
    try {
      endRun(db, runId, owner, ending, now().toISOString());
      unstored.delete(runId);
      emit('runs.changed', { runId });
    } catch {
      // still full
    }
  }

  function wake(): void {
    timer ??= setInterval(tick, 500);
  }

  function rest(): void {
    if (active().length > 0 || unstored.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  function say(runId: string, line: RunLine): void {
    for (const listener of listeners.get(runId) ?? []) listener(line);
  }

  const active = (): string[] => [...supervisor.current(), ...scheduler.waiting()];

  return {
    enqueue(runId) {
      scheduler.enqueue(runId);
      wake();
    },
    wake: scheduler.wake,
    work: scheduler.work,
    request,
    hurry: supervisor.hurry,
    active,
    isTraining: (runId) => supervisor.current().includes(runId),
    listen(runId, onLine) {
      const set = listeners.get(runId) ?? new Set();
      listeners.set(runId, set.add(onLine));
      return () => {
        set.delete(onLine);
        if (set.size === 0) listeners.delete(runId);
      };
    },
    unstored: (runId) => unstored.get(runId) ?? null,
    ask: supervisor.ask,
    async close(wanted) {
      if (isClosed) return;
      isClosed = true;
      for (const runId of scheduler.close(wanted)) request(runId, wanted);
      await Promise.all(supervisor.current().map((runId) => endNow(runId, wanted)));
      clearInterval(timer);
    },
  };
}

/** As a run has it. */
export const stateOf = ({
  state,
  reason,
}: Ending): Pick<Run, 'state' | 'reason' | 'reasonKind'> => ({
  state,
  reason: reason === null ? null : sayReason(reason),
  reasonKind: reason?.kind ?? null,
});

/** A run whose end could not be stored yet. */
const endedAs = (run: RunSummary, ending: Ending) => ({
  ...stateOf(ending),
  best: run.best && { ...run.best, trainAccuracy: ending.bestTrainAccuracy ?? null },
  last: run.last && { ...run.last, trainAccuracy: ending.lastTrainAccuracy ?? null },
  weightsHash: ending.weightsHash ?? null,
  bestWeightsHash: ending.bestWeightsHash ?? null,
});

/**
 * Files that were never completed, and weights of epochs that a process had no time to remove or to tell. A run that starts anew
 * (null) must not meet weights of an earlier try, but for those it starts from.
 */
function removeLeftovers(folder: string, epoch: number | null): void {
  for (const name of readdirSync(folder)) {
    const ofEpoch = /^epoch-(\d+)\.weights$/.exec(name)?.[1];
    const isLeft =
      epoch === null
        ? name !== 'start.weights'
        : name.endsWith('.tmp') ||
          (ofEpoch !== undefined && ![0, epoch - 1, epoch].includes(Number(ofEpoch)));
    if (isLeft) rmSync(path.join(folder, name), { force: true });
  }
}

/** "AMD EPYC 7B13, 2 cores, linux x64" */
const machineName = (): string => {
  const [first] = cpus();
  const processor = first?.model.trim() || process.arch;
  return `${processor}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`;
};
