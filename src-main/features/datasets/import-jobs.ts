import type { ImportJob, ImportProgress } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import * as m from '#messages';

import type { Imported } from './import-dataset.ts';
import { createJobs, type Job, type JobWork } from '../jobs.ts';

export type ImportJobs = Readonly<{
  start: (source: string, work: JobWork<ImportProgress, Imported>) => ImportJob;
  /** Newest first. */
  list: () => ImportJob[];
  cancel: (importId: string) => ImportJob;
  close: () => Promise<void>;
}>;

export function createImportJobs(emit: Emit): ImportJobs {
  const jobs = createJobs<string, ImportProgress, Imported>(
    ({ jobId, result }) => {
      emit('imports.changed', { importId: jobId });
      if (result !== null) emit('datasets.changed', { datasetId: result.dataset.datasetId });
    },
    () => new AppError('cancelled', m.datasets_import_cancelled()),
  );
  return {
    start: (source, work) => toImport(jobs.start(source, work)),
    list: () => jobs.list().map(toImport),
    cancel(importId) {
      const job = jobs.cancel(importId);
      if (job === null) throw new AppError('notFound', m.datasets_import_unknown());
      return toImport(job);
    },
    close: jobs.close,
  };
}

function toImport({
  jobId,
  about,
  result,
  failure,
  ...job
}: Job<string, ImportProgress, Imported>): ImportJob {
  const notes = result === null || result.notes.length === 0 ? null : result.notes.join(' ');
  return {
    ...job,
    importId: jobId,
    source: about,
    datasetId: result?.dataset.datasetId ?? null,
    message: failure ?? notes,
  };
}
