import type { FromChild, TrainJob } from '#contract/trainer.ts';
import type { Exit } from '#core/wording/reasons.ts';

import { exitReason } from './exit-reason.ts';
import type { ChildExit, TrainerHost } from './host.ts';

export type EndedMessage = Extract<FromChild, { type: 'ended' }>;

/** How a training came to its end. `forced`: it did not follow a request and was ended. */
export type Outcome =
  | Readonly<{ kind: 'ended'; message: EndedMessage }>
  | Readonly<{ kind: 'vanished' | 'crashed'; reason: Exit }>
  | Readonly<{ kind: 'forced'; request: 'stop' | 'pause' }>;

export type Timing = Readonly<{
  /** Silence beyond max(this, 10 x the slowest batch) counts as not responding. */
  silentAfterMs: number;
  /** Before the first batch: loading the library, optimising the graph, an unknown batch time. */
  firstSilentAfterMs: number;
  /** From the `ended` message to SIGKILL. */
  leaveAfterMs: number;
  checkEveryMs: number;
}>;

export const defaultTiming: Timing = {
  silentAfterMs: 30_000,
  firstSilentAfterMs: 600_000,
  leaveAfterMs: 10_000,
  checkEveryMs: 500,
};

export type TrainingOptions = Readonly<{
  host: TrainerHost;
  entry: string;
  job: TrainJob;
  timing: Timing;
  /** Monotonic milliseconds. */
  clock: () => number;
  onMessage: (message: FromChild) => void;
  onOutput: (text: string) => void;
  /** With the milliseconds of silence when it begins, with null when the child speaks again. */
  onSilence: (silentMs: number | null) => void;
  onOutcome: (outcome: Outcome) => void;
}>;

export type Training = Readonly<{
  pid: number | undefined;
  /**
   * Raises the flag that the child sees between batches. A child that stays silent is ended by SIGKILL. Idempotent;
   * a stop after a pause is a stop.
   */
  request: (request: 'stop' | 'pause') => void;
  /** Its end leaves out what can be left out. */
  hurry: () => void;
  stored: (epoch: number) => void;
  /** Ends it now, by SIGKILL: its checkpoints are whole at any moment. */
  end: () => void;
}>;

/** One child, one run, from spawn to exit. */
export function startTraining(options: TrainingOptions): Training {
  const { host, entry, job, timing, clock } = options;
  let lastSeq = -1;
  let lastWordAt = clock();
  let slowestBatchMs: number | null = null;
  let lastBatchAt: number | null = null;
  let isSilent = false;
  let ended: EndedMessage | null = null;
  let requested: 'stop' | 'pause' | null = null;
  let isEnding = false;
  let lastWords = '';

  const child = host.spawn({
    entry,
    environment: {},
    onOutput: (text) => {
      lastWords = (lastWords + text).slice(-4000);
      options.onOutput(text);
    },
    onMessage: receive,
    onExit: finish,
  });
  const timer = setInterval(check, timing.checkEveryMs);
  child.send({ type: 'job', job });

  function receive(message: FromChild): void {
    if (message.runId !== job.runId || message.seq <= lastSeq || ended !== null) return;
    lastSeq = message.seq;
    noteLife(message);
    if (message.type === 'ended') {
      ended = message;
      setTimeout(end, timing.leaveAfterMs).unref();
    } else {
      options.onMessage(message);
    }
  }

  function noteLife(message: FromChild): void {
    const now = clock();
    if (message.type === 'news') {
      if (lastBatchAt !== null) slowestBatchMs = Math.max(slowestBatchMs ?? 0, now - lastBatchAt);
      lastBatchAt = now;
    }
    lastWordAt = now;
    if (isSilent) {
      isSilent = false;
      options.onSilence(null);
    }
  }

  function check(): void {
    const silentMs = clock() - lastWordAt;
    const limit =
      slowestBatchMs === null
        ? timing.firstSilentAfterMs
        : Math.max(timing.silentAfterMs, 10 * slowestBatchMs);
    if (silentMs <= limit || ended !== null) return;
    if (!isSilent) {
      isSilent = true;
      options.onSilence(silentMs);
    }
    if (requested !== null) end();
  }

  function request(wanted: 'stop' | 'pause'): void {
    if (requested === wanted || requested === 'stop') return;
    requested = wanted;
    child.send({ type: wanted });
    if (isSilent) end();
  }

  function end(): void {
    isEnding ||= child.kill();
  }

  function finish(exit: ChildExit): void {
    clearInterval(timer);
    if (ended !== null) options.onOutcome({ kind: 'ended', message: ended });
    else if (isEnding && requested !== null)
      options.onOutcome({ kind: 'forced', request: requested });
    else options.onOutcome(exitReason(exit, lastWords));
  }

  return {
    pid: child.pid,
    request,
    hurry: () => {
      child.send({ type: 'hurry' });
    },
    stored: (epoch) => {
      child.send({ type: 'stored', epoch });
    },
    end,
  };
}
