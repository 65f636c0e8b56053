import type { WriteDb } from '../../../db/handles.ts';
import { storageReason } from '../train/endings.ts';
import type { ProcessIdentity } from '../train/process-identity.ts';
import {
  claimWaiting,
  leaveQueue,
  nextWaiting,
  queueState,
  takeQueue,
  waitingRuns,
} from './queue-store.ts';

/** How often runs are looked for that another process has queued, and whether memory has become free. */
const lookEveryMs = 500;

export type SchedulerOptions = Readonly<{
  db: WriteDb;
  owner: ProcessIdentity;
  /** Serves the home's queue from the beginning. */
  isServing: boolean;
  now: () => Date;
  /** Whether a run of the home's queue may start beside those that train. */
  admits: (runId: string) => boolean;
  /** Takes a run of this process alone. `wait`: not now; `gone`: it is not to be trained any more. */
  claim: (runId: string) => 'taken' | 'wait' | 'gone';
  train: (runId: string, from: 'own' | 'queue') => void;
  /** Runs that this process trains. */
  training: () => readonly string[];
  onQueueChange: () => void;
}>;

export type Scheduler = Readonly<{
  /** A run of this process alone: one after another, whatever the home's queue does. */
  enqueue: (runId: string) => void;
  /** False where it does not wait here. */
  dequeue: (runId: string) => boolean;
  /** Runs that this process is going to train: its own, and those of the home's queue while it serves that. */
  waiting: () => readonly string[];
  /** Looks whether a run can start; not at once: the caller's own bookkeeping comes first. */
  wake: () => void;
  /**
   * Serves the home's queue until nothing of it is left to start and what was started here has ended, or another process does. Rejects
   * where the queue cannot be served any more (a full disk) and nothing trains here.
   */
  work: () => Promise<void>;
  /** No further run starts. Returns those that are not going to: its own; those of the home's queue wait on, but for a stop. */
  close: (wanted: 'pause' | 'stop') => readonly string[];
}>;

/** Decides when a run of this process or of the home's queue starts. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { db, owner } = options;
  const own: string[] = [];
  let workers: Readonly<{ done: () => void; fail: (error: unknown) => void }>[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isServer = false;
  let isClosed = false;

  function look(): void {
    clearTimeout(timer);
    if (isClosed) return;
    startOwn();
    try {
      if (options.isServing || workers.length > 0) serve();
    } catch (error) {
      // The database is busy just now, or a run that trains may still need it: looked again in a moment.
      if (storageReason(error) !== null && options.training().length === 0) dismiss(error);
    }
    if (own.length > 0 || options.isServing || workers.length > 0)
      timer = setTimeout(look, lookEveryMs);
  }

  function startOwn(): void {
    while (options.training().length === 0) {
      const [runId] = own;
      if (runId === undefined) return;
      const claim = options.claim(runId);
      if (claim === 'wait') return;
      own.shift();
      if (claim === 'taken') options.train(runId, 'own');
    }
  }

  function serve(): void {
    const wasServer = isServer;
    isServer = takeQueue(db, owner);
    if (isServer) startWaiting();
    if (workers.length > 0 && options.training().length === 0 && hasLeft()) {
      isServer = false;
      dismiss();
    }
    if (isServer !== wasServer) options.onQueueChange();
  }

  function dismiss(error?: unknown): void {
    const dismissed = workers;
    workers = [];
    for (const { done, fail } of dismissed) {
      if (error === undefined) done();
      else fail(error);
    }
  }

  function startWaiting(): void {
    if (queueState(db).isPaused) return;
    for (;;) {
      const runId = nextWaiting(db);
      if (runId === null || !options.admits(runId)) return;
      if (!claimWaiting(db, runId, owner, options.now().toISOString())) return;
      options.train(runId, 'queue');
      options.onQueueChange();
    }
  }

  const hasLeft = (): boolean => !isServer || leaveQueue(db, owner, { isIdle: true });

  const waiting = (): string[] => [
    ...own,
    ...(isServer && !queueState(db).isPaused ? waitingRuns(db) : []),
  ];

  const wake = (): void => {
    if (isClosed) return;
    clearTimeout(timer);
    timer = setTimeout(look, 0);
  };
  if (options.isServing) wake();

  return {
    enqueue(runId) {
      own.push(runId);
      wake();
    },
    dequeue(runId) {
      const index = own.indexOf(runId);
      if (index >= 0) own.splice(index, 1);
      return index >= 0;
    },
    waiting,
    wake,
    work: () =>
      new Promise((done, fail) => {
        workers.push({ done, fail });
        wake();
      }),
    close(wanted) {
      const dismissed = wanted === 'stop' ? waiting() : [...own];
      isClosed = true;
      clearTimeout(timer);
      try {
        if (isServer) leaveQueue(db, owner, { isIdle: false });
      } catch {
        // A full disk: the next process finds this one gone.
      }
      isServer = false;
      dismiss();
      return dismissed;
    },
  };
}
