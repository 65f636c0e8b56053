import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Job, JobKind, JobOf } from '#contract/jobs.ts';
import * as m from '#messages';

import type { JobsService } from '../services.ts';

export type ProgressOf<K extends JobKind> = NonNullable<JobOf<K>['progress']>;

export type JobWork<K extends JobKind> = Readonly<{
  kind: K;
  subject: JobOf<K>['subject'];
  /** What it ends with once it is cancelled. */
  cancelled: () => string;
  /** Null: what was asked for is there already. */
  work:
    | ((
        signal: AbortSignal,
        onProgress: (progress: ProgressOf<K>) => void,
      ) => Promise<JobOf<K>['result']>)
    | null;
  /** Nothing is begun where the same is under way already. */
  isShared?: boolean;
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
    start<K extends JobKind>({
      kind,
      subject,
      cancelled,
      work,
      isShared = false,
    }: JobWork<K>): JobOf<K> {
      const same = [...jobs.values()].find(
        (job) =>
          isShared &&
          job.state === 'running' &&
          job.kind === kind &&
          isDeepStrictEqual(job.subject, subject),
      );
      if (same !== undefined) return same as JobOf<K>;
      const jobId = randomUUID();
      const job = {
        kind,
        jobId,
        subject,
        state: work === null ? 'finished' : 'running',
        progress: null,
        ratePerSecond: null,
        secondsLeft: null,
        result: null,
        failure: null,
      } as JobOf<K>;
      jobs.set(jobId, job);
      forgetOld(jobs, kind);
      emit('jobs.changed', { jobId });
      if (work === null) return job;
      const controller = new AbortController();
      const { signal } = controller;
      const rate = createRate();
      const done = work(signal, (progress) => {
        update(jobId, { progress, ...rate(progress) } as Partial<Job>);
      })
        .then((result) => {
          update(jobId, { state: 'finished', result, secondsLeft: null });
        })
        .catch((error: unknown) => {
          // Whatever it failed with once it was cancelled.
          const failure = toFailure(signal.aborted ? signal.reason : error);
          const state = failure.kind === 'cancelled' ? 'cancelled' : 'failed';
          update(jobId, { state, failure, secondsLeft: null });
        })
        .finally(() => running.delete(jobId));
      running.set(jobId, { controller, cancelled, done });
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

/** Of a kind. */
const keptJobs = 20;

function forgetOld(jobs: Map<string, Job>, kind: JobKind): void {
  const alike = [...jobs.values()].filter((job) => job.kind === kind);
  for (const { jobId, state } of alike.slice(0, -keptJobs))
    if (state !== 'running') jobs.delete(jobId);
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
