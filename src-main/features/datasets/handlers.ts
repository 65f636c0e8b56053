import type { CallName, Handlers } from '#contract/index.ts';

import { typedPath } from '../typed-path.ts';
import { listFiles } from './files.ts';
import type { DatasetsService } from './service.ts';

type DatasetCall = Extract<CallName, `datasets.${string}`> | 'files.list';

export function datasetHandlers(datasets: DatasetsService): Pick<Handlers, DatasetCall> {
  return {
    'datasets.list': (which) => datasets.list(which),
    'datasets.get': ({ datasetId }) => datasets.get(datasetId),
    'datasets.preview': (request) => datasets.preview(typedPath(request)),
    'datasets.startImport': (request) => datasets.startImport(typedPath(request)),
    'datasets.origin': ({ datasetId }) => datasets.originOf(datasetId),
    'datasets.rename': ({ datasetId, name }) => datasets.rename(datasetId, name),
    'datasets.importSample': () => datasets.startSample(),
    'datasets.imports': () => datasets.imports(),
    'datasets.cancelImport': ({ importId }) => datasets.cancelImport(importId),
    'datasets.coverage': (request) => datasets.coverage(request),
    'datasets.lengths': (request) => datasets.lengths(request),
    'datasets.fit': (request) => datasets.fit(request),
    'datasets.vocabulary': (request) => datasets.vocabulary(request),
    'datasets.unknown': (request) => datasets.unknown(request),
    'datasets.samples': (request) => datasets.samples(request),
    'datasets.find': (request) => datasets.find(request),
    'datasets.findingRows': (request) => datasets.findingRows(request),
    'datasets.startExport': (request) => datasets.startExport(typedPath(request)),
    'datasets.exports': () => datasets.exports(),
    'datasets.cancelExport': ({ exportId }) => datasets.cancelExport(exportId),
    'datasets.remove': ({ datasetId, withRuns }) => ({
      runIds: datasets.remove(datasetId, { withRuns }),
    }),
    'datasets.restore': ({ datasetId }) => datasets.restore(datasetId),
    'files.list': ({ folder }) => listFiles(folder),
  };
}
