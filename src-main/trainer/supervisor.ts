import { performance } from 'node:perf_hooks';

import { AppError } from '#contract/failure.ts';
import type { ChildJob, FromChild, TrainJob } from '#contract/trainer.ts';
import * as m from '#messages';

import { exitReason } from './exit-reason.ts';
import type { TrainerHost } from './host.ts';
import {
  defaultTiming,
  startTraining,
  type Outcome,
  type Timing,
  type Training,
} from './training.ts';

export type { Outcome } from './training.ts';

/** What the supervisor asks of whoever keeps the runs, and tells them. */
export type SupervisorClient = Readonly<{
  /** Takes a queued run for this process. `wait`: not now, ask again; `gone`: it is not to be trained any more. */
  claim: (runId: string) => 'taken' | 'wait' | 'gone';
  prepare: (runId: string) => Promise<TrainJob>;
  onSpawn: (runId: string, pid: number | undefined) => void;
  onMessage: (runId: string, message: FromChild) => void;
  onOutput: (runId: string, text: string) => void;
  onSilence: (runId: string, silentMs: number | null) => void;
  /** Once for each claimed run. `unprepared`: it could not be started at all. */
  onOutcome: (
    runId: string,
    outcome: Outcome | Readonly<{ kind: 'unprepared'; error: unknown }>,
  ) => void;
}>;

export type Supervisor = Readonly<{
  enqueue: (runId: string) => void;
  /** Takes a run that waits out of the queue; false where it does not wait here. */
  dequeue: (runId: string) => boolean;
  /** False where this process does not train it. */
  request: (runId: string, request: 'stop' | 'pause') => boolean;
  /** The end of a run that was asked to stop leaves out what can be left out. */
  hurry: (runId: string) => void;
  /** Tells the child that an epoch's rows are stored. */
  stored: (runId: string, epoch: number) => void;
  /** Ends a child now (SIGTERM, SIGKILL): for a run whose results cannot be stored any more. */
  end: (runId: string) => void;
  /** The run that is being prepared or trained, if any. */
  current: () => string | null;
  queued: () => readonly string[];
  /** One answer from a child of its own, which is ended afterwards. */
  ask: <T extends FromChild['type']>(
    job: ChildJob,
    answer: T,
  ) => Promise<Extract<FromChild, { type: T }>>;
  /** No further run starts. */
  close: () => void;
}>;

/** Trains the queued runs one after another, each in a child of its own. */
export function createSupervisor(
  options: Readonly<{
    host: TrainerHost;
    entry: string;
    client: SupervisorClient;
    timing?: Partial<Timing>;
    clock?: () => number;
  }>,
): Supervisor {
  const { host, entry, client } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const clock = options.clock ?? (() => performance.now());
  const queue: string[] = [];
  let current: { runId: string; training: Training | null; early: 'stop' | 'pause' | null } | null =
    null;
  let isClosed = false;
  let retryTimer: NodeJS.Timeout | undefined;

  function next(): void {
    clearTimeout(retryTimer);
    if (current !== null || isClosed) return;
    for (;;) {
      const runId = queue[0];
      if (runId === undefined) return;
      const claim = client.claim(runId);
      if (claim === 'wait') {
        retryTimer = setTimeout(next, timing.checkEveryMs);
        return;
      }
      queue.shift();
      if (claim === 'taken') {
        void train(runId);
        return;
      }
    }
  }

  async function train(runId: string): Promise<void> {
    const entryOf = {
      runId,
      training: null as Training | null,
      early: null as 'stop' | 'pause' | null,
    };
    current = entryOf;
    const settle = (outcome: Parameters<SupervisorClient['onOutcome']>[1]) => {
      current = null;
      client.onOutcome(runId, outcome);
      next();
    };
    try {
      const job = await client.prepare(runId);
      if (entryOf.early !== null) {
        settle({ kind: 'forced', request: entryOf.early });
        return;
      }
      entryOf.training = startTraining({
        host,
        entry,
        job,
        timing,
        clock,
        onMessage: (message) => client.onMessage(runId, message),
        onOutput: (text) => client.onOutput(runId, text),
        onSilence: (silentMs) => client.onSilence(runId, silentMs),
        onOutcome: settle,
      });
      client.onSpawn(runId, entryOf.training.pid);
    } catch (error) {
      settle({ kind: 'unprepared', error });
    }
  }

  return {
    enqueue(runId) {
      queue.push(runId);
      // Not at once: the caller's own bookkeeping comes first.
      setImmediate(next);
    },
    dequeue(runId) {
      const index = queue.indexOf(runId);
      if (index >= 0) queue.splice(index, 1);
      return index >= 0;
    },
    request(runId, request) {
      if (current?.runId !== runId) return false;
      if (current.training === null) current.early = request;
      else current.training.request(request);
      return true;
    },
    hurry(runId) {
      if (current?.runId === runId) current.training?.hurry();
    },
    stored(runId, epoch) {
      if (current?.runId === runId) current.training?.stored(epoch);
    },
    end(runId) {
      if (current?.runId === runId) current.training?.end();
    },
    current: () => current?.runId ?? null,
    queued: () => queue,
    ask: (job, answer) => ask({ host, entry, timing, job, answer }),
    close() {
      isClosed = true;
      queue.length = 0;
      clearTimeout(retryTimer);
    },
  };
}

function ask<T extends FromChild['type']>(
  options: Readonly<{ host: TrainerHost; entry: string; timing: Timing; job: ChildJob; answer: T }>,
): Promise<Extract<FromChild, { type: T }>> {
  const { host, entry, timing, job, answer } = options;
  return new Promise((resolve, reject) => {
    let lastWords = '';
    let leave: NodeJS.Timeout | undefined;
    const child = host.spawn({
      entry,
      environment: {},
      onOutput: (text) => {
        lastWords = (lastWords + text).slice(-4000);
      },
      onMessage: (message) => {
        if (message.type === answer) resolve(message as Extract<FromChild, { type: T }>);
        else if (message.type === 'ended') {
          reject(new AppError('unavailable', message.reason ?? m.trainer_prediction_ended()));
        } else return;
        leave = setTimeout(() => child.kill(), timing.killAfterMs);
        child.terminate();
      },
      onExit: (exit) => {
        clearTimeout(leave);
        reject(new AppError('unavailable', exitReason(exit, lastWords).reason));
      },
    });
    child.send({ type: 'job', job });
  });
}
