import path from 'node:path';

import type { BundleExport } from '#contract/bundle.ts';
import type { Emit } from '#contract/index.ts';
import * as m from '#messages';

import type { BundlesService, JobsService } from '../services.ts';
import { assertExportable, exportBundle, exportMoment, type ExportParts } from './export.ts';
import { assertBundleFile, importBundle, type ImportParts } from './import.ts';

export function createBundlesService(
  parts: ExportParts & ImportParts & Readonly<{ emit: Emit; jobs: Pick<JobsService, 'start'> }>,
): BundlesService {
  const { emit, jobs } = parts;
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
      return jobs.start({
        kind: 'bundleExport',
        subject: { path: request.path },
        cancelled: m.bundles_cancelled,
        work: (signal, onProgress) => exportTo(request, { signal, onProgress }),
      });
    },
    startImport({ path: file }) {
      const source = path.resolve(file);
      assertBundleFile(source);
      return jobs.start({
        kind: 'bundleImport',
        subject: { path: source },
        cancelled: m.bundles_cancelled,
        work: (signal, onProgress) => importFrom(source, { signal, onProgress }),
      });
    },
  };
}

const absolute = (request: BundleExport) => ({
  ...request,
  path: path.resolve(request.path),
});
