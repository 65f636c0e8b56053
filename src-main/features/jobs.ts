import { randomUUID } from 'node:crypto';

import type { ImportJob } from '#contract/dataset.ts';
import { toFailure, type AppError } from '#contract/failure.ts';

/** Long work that goes on by itself: started, watched, cancelled. Jobs live as long as this process. */
export type Jobs<A, P extends Progress, R> = Readonly<{
  start: (about: A, work: JobWork<P, R>) => Job<A, P, R>;
  /** Newest first. */
  list: () => Job<A, P, R>[];
  /** Null for one that is not known. */
  cancel: (jobId: string) => Job<A, P, R> | null;
  /** Cancels all and resolves when their files are gone. */
  close: () => Promise<void>;
}>;

export type Job<A, P, R> = Pick<ImportJob, 'state' | 'ratePerSecond' | 'secondsLeft'> &
  Readonly<{
    jobId: string;
    about: A;
    progress: P | null;
    result: R | null;
    /** Why it failed or was cancelled. */
    failure: string | null;
  }>;

export type JobWork<P, R> = (signal: AbortSignal, onProgress: (progress: P) => void) => Promise<R>;

type Progress = Readonly<{ phase?: string; done: number; total: number | null }>;

/** @param cancelled what an aborted job ends with */
export function createJobs<A, P extends Progress, R>(
  onChange: (job: Job<A, P, R>) => void,
  cancelled: () => AppError,
): Jobs<A, P, R> {
  const running = new Map<string, RunningJob>();
  const jobs = new Map<string, Job<A, P, R>>();

  const update = (jobId: string, change: Partial<Job<A, P, R>>): void => {
    const job = jobs.get(jobId);
    if (job === undefined) return;
    const changed = { ...job, ...change };
    jobs.set(jobId, changed);
    onChange(changed);
  };

  return {
    start(about, work) {
      const jobId = randomUUID();
      const job: Job<A, P, R> = {
        jobId,
        about,
        state: 'running',
        progress: null,
        ratePerSecond: null,
        secondsLeft: null,
        result: null,
        failure: null,
      };
      jobs.set(jobId, job);
      forgetOld(jobs);
      const controller = new AbortController();
      const rate = createRate();
      const done = work(controller.signal, (progress) => {
        update(jobId, { progress, ...rate(progress) });
      })
        .then((result) => {
          update(jobId, { state: 'finished', result, secondsLeft: null });
        })
        .catch((error: unknown) => {
          const { kind, message } = toFailure(error);
          const state = kind === 'cancelled' || controller.signal.aborted ? 'cancelled' : 'failed';
          update(jobId, { state, failure: message, secondsLeft: null });
        })
        .finally(() => running.delete(jobId));
      running.set(jobId, { controller, done });
      onChange(job);
      return job;
    },
    list: () => [...jobs.values()].reverse(),
    cancel(jobId) {
      running.get(jobId)?.controller.abort(cancelled());
      return jobs.get(jobId) ?? null;
    },
    async close() {
      const all = [...running.values()];
      for (const { controller } of all) controller.abort(cancelled());
      await Promise.allSettled(all.map(({ done }) => done));
    },
  };
}

type RunningJob = Readonly<{ controller: AbortController; done: Promise<unknown> }>;

const KEPT_JOBS = 20;

function forgetOld(jobs: Map<string, Pick<ImportJob, 'state'>>): void {
  for (const [jobId, job] of jobs) {
    if (jobs.size <= KEPT_JOBS) return;
    if (job.state !== 'running') jobs.delete(jobId);
  }
}

/** Rate and time left of the current phase. */
function createRate(): (progress: Progress) => Pick<ImportJob, 'ratePerSecond' | 'secondsLeft'> {
  let phase: string | null = null;
  let startedAt = 0;
  let doneAtStart = 0;
  return (progress) => {
    const now = performance.now();
    const current = progress.phase ?? '';
    if (current !== phase) {
      phase = current;
      startedAt = now;
      doneAtStart = progress.done;
      return { ratePerSecond: null, secondsLeft: null };
    }
    const seconds = (now - startedAt) / 1000;
    const rate = seconds > 0 ? (progress.done - doneAtStart) / seconds : 0;
    if (rate <= 0) return { ratePerSecond: null, secondsLeft: null };
    const left =
      progress.total === null ? null : Math.max(0, progress.total - progress.done) / rate;
    return { ratePerSecond: rate, secondsLeft: left };
  };
}
