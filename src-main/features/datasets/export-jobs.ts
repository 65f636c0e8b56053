import type { ExportJob } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import * as m from '#messages';

import { createJobs, type Job, type JobWork } from '../jobs.ts';

type About = Pick<ExportJob, 'datasetId' | 'path'>;
type Progress = NonNullable<ExportJob['progress']>;
type Written = Readonly<{ bytes: number }>;

export type ExportJobs = Readonly<{
  start: (about: About, work: JobWork<Progress, Written>) => ExportJob;
  /** Newest first. */
  list: () => ExportJob[];
  cancel: (exportId: string) => ExportJob;
  close: () => Promise<void>;
}>;

export function createExportJobs(emit: Emit): ExportJobs {
  const jobs = createJobs<About, Progress, Written>(
    ({ jobId }) => {
      emit('exports.changed', { exportId: jobId });
    },
    () => new AppError('cancelled', m.datasets_export_cancelled()),
  );
  return {
    start: (about, work) => toExport(jobs.start(about, work)),
    list: () => jobs.list().map(toExport),
    cancel(exportId) {
      const job = jobs.cancel(exportId);
      if (job === null) throw new AppError('notFound', m.datasets_export_unknown());
      return toExport(job);
    },
    close: jobs.close,
  };
}

function toExport({
  jobId,
  about,
  result,
  failure,
  ...job
}: Job<About, Progress, Written>): ExportJob {
  return { ...job, ...about, exportId: jobId, bytes: result?.bytes ?? null, message: failure };
}
