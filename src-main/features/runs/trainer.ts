import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Emit } from '#contract/index.ts';
import type { RunState } from '#contract/run.ts';
import type { ChildJob, FromChild, TrainJob } from '#contract/trainer.ts';
import * as m from '#messages';

import type { Databases } from '../../db/open.ts';
import type { TrainerHost } from '../../trainer/host.ts';
import { createSupervisor, type SupervisorClient } from '../../trainer/supervisor.ts';
import type { Timing } from '../../trainer/training.ts';
import type { DatasetsPort, RunLine } from '../services.ts';
import { diskBytesOf } from './disk-use.ts';
import { endingOf, storageReason, type AnyOutcome } from './endings.ts';
import { createLogFile } from './log-file.ts';
import { logFile, runFolder, startWeightsFile } from './places.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { dropAfter, endOfRecord } from './results-store.ts';
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
} from './store.ts';
import { readEmbeddingTables, readPosition } from './weights-reader.ts';

export type TrainerOptions = Readonly<{
  databases: Databases;
  home: string;
  host: TrainerHost;
  trainerEntry: string;
  owner: ProcessIdentity;
  datasets: DatasetsPort;
  emit: Emit;
  now: () => Date;
  twofoldVersion: string;
  nodeVersion: string;
  /** One training at a time in the whole home, or in this process only. */
  queue: 'home' | 'process';
  timing?: Partial<Timing>;
  /** Between checkpoints within an epoch; the child's own choice where it is left out. */
  checkpointSeconds?: number;
  /** After an epoch's rows are stored. */
  onEpochDone: () => void;
}>;

export type Trainer = Readonly<{
  enqueue: (runId: string) => void;
  request: (runId: string, request: 'stop' | 'pause') => void;
  /** For a run of this process that was asked to stop: its end leaves out what can be left out. */
  hurry: (runId: string) => void;
  /** Running and queued runs of this process. */
  active: () => string[];
  /** Lines of a run that this process trains; returns the unsubscriber. */
  listen: (runId: string, onLine: (line: RunLine) => void) => () => void;
  /** The end of a run whose row could not be written (a full disk), while that is so. */
  unstored: (runId: string) => Ending | null;
  ask: <T extends FromChild['type']>(
    job: ChildJob,
    answer: T,
  ) => Promise<Extract<FromChild, { type: T }>>;
  close: (active: 'pause' | 'stop') => Promise<void>;
}>;

/** Trains this process's queue and keeps the rows of its runs up to date. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { databases, home, owner, emit, now } = options;
  const db = databases.main;
  const recorders = new Map<string, Recorder>();
  const listeners = new Map<string, Set<(line: RunLine) => void>>();
  /** Why a run's results cannot be stored any more. */
  const storageFailures = new Map<string, string>();
  const unstored = new Map<string, Ending>();
  const logs = new Map<string, ReturnType<typeof createLogFile>>();
  let ticks = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const client: SupervisorClient = {
    claim(runId) {
      try {
        const claim = claimRun(db, runId, owner, {
          isAlone: options.queue === 'home',
          now: now().toISOString(),
        });
        if (claim === 'taken') emit('runs.changed', { runId });
        return claim;
      } catch (error) {
        const reason = storageReason(error);
        if (reason === null) return 'wait';
        end(runId, { state: 'failed', reason });
        return 'gone';
      }
    },
    prepare,
    onSpawn(runId, pid) {
      if (pid !== undefined) options.host.keepAwakeWhile?.(pid);
      recorders
        .get(runId)
        ?.log('info', m.runs_log_started({ pid: pid ?? m.runs_log_process_unknown() }));
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
        recorder.log('info', m.runs_log_responds());
      } else {
        recorder.setSilent(new Date(now().getTime() - silentMs).toISOString());
        const seconds = Math.round(silentMs / 1000);
        recorder.log('warning', m.runs_log_silent({ seconds }));
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

  async function prepare(runId: string): Promise<TrainJob> {
    const row = findRow(db, runId);
    const dataset = options.datasets.get(row.dataset_id);
    const folder = runFolder(home, runId);
    mkdirSync(folder, { recursive: true });
    const dataPath = await options.datasets.encodedPath(dataset.datasetId);
    const position = readPosition(folder);
    dropAfter(db, row.run_key, position?.epoch ?? -1, position?.step ?? 0);
    removeLeftovers(folder, position === null ? /^(?!start\.weights$)/ : /\.tmp$/);
    logs.set(runId, createLogFile(logFile(home, runId)));
    const recorder = createRecorder({
      databases,
      runId,
      runKey: row.run_key,
      from: endOfRecord(db, row.run_key),
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
      recorder.log('info', m.runs_log_goes_on({ epoch: position.epoch, step: position.step }));
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
        };
        setStarted(db, runId, plan, parameters, versions);
        emit('runs.changed', { runId });
        say(runId, { event: 'started', runId, parameters, backend: plan.backend });
        return;
      }
      recorder.receive(message);
      if (message.type === 'progress') {
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
    const failure = storageFailures.get(runId);
    const lastEpoch = lastEpochOf(db, row.run_key);
    const ending = endingOf(outcome, lastEpoch);
    recorders.delete(runId);
    logs.delete(runId);
    storageFailures.delete(runId);
    end(runId, {
      ...(failure === undefined ? ending : { state: 'failed', reason: failure }),
      diskBytes: diskBytesOf(db, home, runId, row.run_key),
    });
  }

  function end(runId: string, ending: Ending): void {
    try {
      endRun(db, runId, owner, ending, now().toISOString());
      unstored.delete(runId);
    } catch {
      // Tried again at every tick; should this process end before, the row's supervisor is gone and says "interrupted".
      unstored.set(runId, ending);
    }
    const { best, last } = getSummary(db, runId);
    say(runId, {
      event: 'ended',
      runId,
      state: ending.state,
      reason: ending.reason,
      best: best && { ...best, trainAccuracy: ending.bestTrainAccuracy ?? null },
      last: last && { ...last, trainAccuracy: ending.lastTrainAccuracy ?? null },
      weightsHash: ending.weightsHash ?? null,
      bestWeightsHash: ending.bestWeightsHash ?? null,
    });
    emit('runs.changed', { runId });
    rest();
  }

  function request(runId: string, wanted: 'stop' | 'pause'): void {
    if (supervisor.dequeue(runId)) {
      const { run_key } = findRow(db, runId);
      const state: RunState = wanted === 'stop' ? 'stopped' : 'paused';
      const hasStarted = lastEpochOf(db, run_key) > 0;
      end(runId, { state, reason: hasStarted ? null : m.runs_not_started() });
    } else {
      supervisor.request(runId, wanted);
    }
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
    if (supervisor.current() !== null || supervisor.queued().length > 0 || unstored.size > 0)
      return;
    clearInterval(timer);
    timer = undefined;
  }

  function say(runId: string, line: RunLine): void {
    for (const listener of listeners.get(runId) ?? []) listener(line);
  }

  const active = (): string[] => {
    const current = supervisor.current();
    return [...(current === null ? [] : [current]), ...supervisor.queued()];
  };

  return {
    enqueue(runId) {
      supervisor.enqueue(runId);
      wake();
    },
    request,
    hurry: supervisor.hurry,
    active,
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
      for (const runId of supervisor.queued().toReversed()) request(runId, wanted);
      const current = supervisor.current();
      supervisor.close();
      if (current !== null) {
        await new Promise<void>((resolve) => {
          const set = listeners.get(current) ?? new Set();
          listeners.set(
            current,
            set.add((line) => line.event === 'ended' && resolve()),
          );
          setRequest(db, current, wanted);
          supervisor.request(current, wanted);
          supervisor.hurry(current);
        });
      }
      clearInterval(timer);
    },
  };
}

/** A run that starts anew must not meet weights of an earlier try, but for those it starts from; nor any run files that were never completed. */
function removeLeftovers(folder: string, pattern: RegExp): void {
  for (const name of readdirSync(folder)) {
    if (pattern.test(name)) rmSync(path.join(folder, name), { force: true });
  }
}
