import path from 'node:path';

import type { BundleExport, BundleJob, BundleProgress, ImportedBundle } from '#contract/bundle.ts';
import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import * as m from '#messages';

import { createJobs, type Job } from '../jobs.ts';
import type { BundlesService } from '../services.ts';
import { assertExportable, exportBundle, exportMoment, type ExportParts } from './export.ts';
import { assertBundleFile, importBundle, type ImportParts } from './import.ts';

type About = Readonly<{ path: string; isImport: boolean }>;
type Done = Readonly<
  { exported: BundleJob['exported']; imported: null } | { exported: null; imported: ImportedBundle }
>;

export function createBundlesService(
  parts: ExportParts & ImportParts & Readonly<{ emit: Emit }>,
): BundlesService {
  const { emit } = parts;
  const jobs = createJobs<About, BundleProgress, Done>(
    ({ jobId }) => {
      emit('bundles.changed', { jobId });
    },
    () => new AppError('cancelled', m.bundles_cancelled()),
  );

  const exportTo: BundlesService['exportTo'] = (request, options) =>
    exportBundle(parts, absolute(request), options);

  const importFrom: BundlesService['importFrom'] = async (file, options) => {
    const imported = await importBundle(parts, path.resolve(file), options);
    for (const runId of imported.runs) emit('runs.changed', { runId });
    for (const datasetId of imported.datasets) emit('datasets.changed', { datasetId });
    return imported;
  };

  return {
    exportTo,
    exportMoment: (request, options) => exportMoment(parts, request, options),
    importFrom,
    startExport(input) {
      const request = absolute(input);
      assertExportable(parts, request);
      return toJob(
        jobs.start({ path: request.path, isImport: false }, async (signal, onProgress) => {
          const exported = await exportTo(request, { signal, onProgress });
          return { exported, imported: null };
        }),
      );
    },
    startImport({ path: file }) {
      const source = path.resolve(file);
      assertBundleFile(source);
      return toJob(
        jobs.start({ path: source, isImport: true }, async (signal, onProgress) => {
          const imported = await importFrom(source, { signal, onProgress });
          return { exported: null, imported };
        }),
      );
    },
    jobs: () => jobs.list().map(toJob),
    cancel({ jobId }) {
      const job = jobs.cancel(jobId);
      if (job === null) throw new AppError('notFound', m.bundles_job_unknown());
      return toJob(job);
    },
    close: jobs.close,
  };
}

const absolute = (request: BundleExport) => ({
  ...request,
  path: path.resolve(request.path),
});

function toJob({ about, result, failure, ...job }: Job<About, BundleProgress, Done>): BundleJob {
  return {
    ...job,
    ...about,
    exported: result?.exported ?? null,
    imported: result?.imported ?? null,
    message: failure,
  };
}
