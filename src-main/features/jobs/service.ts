import { randomUUID } from 'node:crypto';

import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Job, JobKind, JobOf } from '#contract/jobs.ts';
import * as m from '#messages';

import type { JobsService } from '../services.ts';

export type ProgressOf<K extends JobKind> = NonNullable<JobOf<K>['progress']>;
export type ResultOf<K extends JobKind> = NonNullable<JobOf<K>['result']>;

export type JobWork<K extends JobKind> = Readonly<{
  kind: K;
  subject: JobOf<K>['subject'];
  /** What it ends with once it is cancelled. */
  cancelled: () => string;
  work: (
    signal: AbortSignal,
    onProgress: (progress: ProgressOf<K>) => void,
  ) => Promise<ResultOf<K>>;
}>;

type Running = Readonly<{
  controller: AbortController;
  cancelled: () => string;
  done: Promise<void>;
}>;

/** Long work that goes on by itself: started, watched, cancelled. Jobs live as long as this process. */
export function createJobs(emit: Emit): JobsService {
  const running = new Map<string, Running>();
  const jobs = new Map<string, Job>();

  function update(jobId: string, change: Partial<Job>): void {
    const job = jobs.get(jobId);
    if (job === undefined) return;
    jobs.set(jobId, { ...job, ...change } as Job);
    emit('jobs.changed', { jobId });
  }

  function cancel(jobId: string): void {
    const job = running.get(jobId);
    job?.controller.abort(new AppError('cancelled', job.cancelled()));
  }

  return {
    start<K extends JobKind>({ kind, subject, cancelled, work }: JobWork<K>): JobOf<K> {
      const jobId = randomUUID();
      const job = {
        kind,
        jobId,
        subject,
        state: 'running',
        progress: null,
        ratePerSecond: null,
        secondsLeft: null,
        result: null,
        failure: null,
      } as JobOf<K>;
      jobs.set(jobId, job);
      forgetOld(jobs);
      const controller = new AbortController();
      const { signal } = controller;
      const rate = createRate();
      const done = work(signal, (progress) => {
        update(jobId, { progress, ...rate(progress) } as Partial<Job>);
      })
        .then((result) => {
          update(jobId, { state: 'finished', result, secondsLeft: null } as Partial<Job>);
        })
        .catch((error: unknown) => {
          const failure = toFailure(error);
          const state = failure.kind === 'cancelled' || signal.aborted ? 'cancelled' : 'failed';
          update(jobId, { state, failure, secondsLeft: null });
        })
        .finally(() => running.delete(jobId));
      running.set(jobId, { controller, cancelled, done });
      emit('jobs.changed', { jobId });
      return job;
    },
    list: () => [...jobs.values()].reverse(),
    cancel({ jobId }) {
      cancel(jobId);
      const job = jobs.get(jobId);
      if (job === undefined) throw new AppError('notFound', m.app_job_unknown());
      return job;
    },
    async close() {
      const all = [...running];
      for (const [jobId] of all) cancel(jobId);
      await Promise.allSettled(all.map(([, { done }]) => done));
    },
  };
}

const KEPT_JOBS = 20;

function forgetOld(jobs: Map<string, Job>): void {
  for (const [jobId, job] of jobs) {
    if (jobs.size <= KEPT_JOBS) return;
    if (job.state !== 'running') jobs.delete(jobId);
  }
}

/** Rate and time left of the current phase. */
function createRate(): (
  progress: NonNullable<Job['progress']>,
) => Pick<Job, 'ratePerSecond' | 'secondsLeft'> {
  let phase: string | null = null;
  let startedAt = 0;
  let doneAtStart = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase !== phase) {
      phase = progress.phase;
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
