import { performance } from 'node:perf_hooks';

import { AppError } from '#contract/failure.ts';
import type { ChildJob, FromChild, TrainJob } from '#contract/trainer.ts';
import { sayReason } from '#core/wording/reasons.ts';
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
  prepare: (runId: string) => Promise<TrainJob>;
  onSpawn: (runId: string, pid: number | undefined) => void;
  onMessage: (runId: string, message: FromChild) => void;
  onOutput: (runId: string, text: string) => void;
  onSilence: (runId: string, silentMs: number | null) => void;
  /** Once for each run. `unprepared`: it could not be started at all. */
  onOutcome: (
    runId: string,
    outcome: Outcome | Readonly<{ kind: 'unprepared'; error: unknown }>,
  ) => void;
}>;

export type Supervisor = Readonly<{
  /** Trains a run that this process has claimed, beside those that it trains already. */
  train: (runId: string) => void;
  /** False where this process does not train it. */
  request: (runId: string, request: 'stop' | 'pause') => boolean;
  /** The end of a run that was asked to stop leaves out what can be left out. */
  hurry: (runId: string) => void;
  /** Tells the child that an epoch's rows are stored. */
  stored: (runId: string, epoch: number) => void;
  /** Ends a child now (SIGKILL): for a run whose results cannot be stored any more. */
  end: (runId: string) => void;
  /** The runs that are being prepared or trained. */
  current: () => readonly string[];
  /** One answer from a child of its own, which is ended afterwards. */
  ask: <T extends FromChild['type']>(
    job: ChildJob,
    answer: T,
    options?: AskOptions,
  ) => Promise<Extract<FromChild, { type: T }>>;
}>;

export type AskOptions = Readonly<{
  /** Ends the child, and the wait, with an AppError `cancelled`. */
  signal?: AbortSignal;
  /** What the child says before its answer. */
  onMessage?: (message: FromChild) => void;
}>;

/** Trains runs, each in a child of its own. */
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
  const current = new Map<string, Current>();

  async function train(runId: string): Promise<void> {
    const entryOf: Current = { training: null, early: null };
    current.set(runId, entryOf);
    const settle = (outcome: Parameters<SupervisorClient['onOutcome']>[1]) => {
      current.delete(runId);
      client.onOutcome(runId, outcome);
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
    train: (runId) => void train(runId),
    request(runId, request) {
      const run = current.get(runId);
      if (run === undefined) return false;
      if (run.training === null) run.early = request;
      else run.training.request(request);
      return true;
    },
    hurry: (runId) => current.get(runId)?.training?.hurry(),
    stored: (runId, epoch) => current.get(runId)?.training?.stored(epoch),
    end: (runId) => current.get(runId)?.training?.end(),
    current: () => [...current.keys()],
    ask: (job, answer, asked = {}) => ask({ host, entry, job, answer, ...asked }),
  };
}

/** `training` is null while a run is prepared, `early` what was asked of it meanwhile. */
type Current = { training: Training | null; early: 'stop' | 'pause' | null };

function ask<T extends FromChild['type']>(
  options: AskOptions & Readonly<{ host: TrainerHost; entry: string; job: ChildJob; answer: T }>,
): Promise<Extract<FromChild, { type: T }>> {
  const { host, entry, job, answer, signal, onMessage } = options;
  const cancelled = () => new AppError('cancelled', m.trainer_cancelled());
  if (signal?.aborted === true) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    let lastWords = '';
    const child = host.spawn({
      entry,
      environment: {},
      onOutput: (text) => {
        lastWords = (lastWords + text).slice(-4000);
      },
      onMessage: (message) => {
        if (message.type === answer) resolve(message as Extract<FromChild, { type: T }>);
        else if (message.type === 'ended') {
          const { reason } = message;
          const sentence = reason === null ? m.trainer_prediction_ended() : sayReason(reason);
          reject(new AppError('unavailable', sentence));
        } else {
          onMessage?.(message);
          return;
        }
        end();
      },
      onExit: (exit) => {
        signal?.removeEventListener('abort', end);
        reject(
          signal?.aborted === true
            ? cancelled()
            : new AppError('unavailable', sayReason(exitReason(exit, lastWords).reason)),
        );
      },
    });
    const end = (): void => void child.kill();
    signal?.addEventListener('abort', end, { once: true });
    child.send({ type: 'job', job });
  });
}
