import type { Job } from '#contract/jobs.ts';

import type { JobsService } from '../features/services.ts';

/** A job once it is over; undefined where it is not known. */
export async function jobEnded(
  jobs: Pick<JobsService, 'list'>,
  wanted: string,
): Promise<Job | undefined> {
  for (;;) {
    const job = jobs.list().find(({ jobId }) => jobId === wanted);
    if (job?.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
