import type { JobKind, JobOf } from '#contract/jobs.ts';

/** A job that has just been started. */
export const buildJob = <K extends JobKind>(
  kind: K,
  subject: JobOf<K>['subject'],
  override: Partial<JobOf<K>> = {},
): JobOf<K> =>
  ({
    kind,
    jobId: 'job1',
    subject,
    state: 'running',
    progress: null,
    ratePerSecond: null,
    secondsLeft: null,
    result: null,
    failure: null,
    ...override,
  }) as JobOf<K>;
