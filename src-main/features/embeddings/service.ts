import type { Analysis } from '../../processes/analysis-supervisor.ts';
import type { Databases } from '../../db/open.ts';
import { resolveName } from '../resolve.ts';
import type { DatasetsPort, EmbeddingsService, RunsService } from '../services.ts';
import type { WordsPort } from './diff/diff-words.ts';
import { createDrifts } from './drift.ts';
import { exportTable } from './export.ts';
import { sentenceUnder } from './sentence.ts';
import { findSnapshot, listSnapshots, snapshotNames, withoutHash } from './store.ts';
import type { Tables } from './tables.ts';

export function createEmbeddingsService(
  options: Readonly<{
    databases: Databases;
    tables: Tables;
    datasets: DatasetsPort & WordsPort;
    runs: Pick<RunsService, 'get' | 'list'>;
    analysis: Analysis;
  }>,
): EmbeddingsService {
  const { databases, tables, datasets, runs, analysis } = options;
  const db = databases.main;
  const drifts = createDrifts({
    db,
    tables,
    datasets,
    blobs: databases.blobs,
    analysis,
    runs,
  });
  return {
    list({ runId }) {
      runs.get({ runId });
      return listSnapshots(db, runId).map(withoutHash);
    },
    resolve: (snapshotId) => resolveName('snapshot', snapshotId, snapshotNames(db)),
    sentence: (request) => sentenceUnder({ db, datasets, tables, runs }, request),
    drift: drifts.drift,
    cancelDrift(request) {
      // Of a run that is there; what is not under way needs no end.
      runs.get(request);
      drifts.cancel(request);
    },
    async exportTo(snapshotId, file, { isForced = false } = {}) {
      const snapshot = findSnapshot(db, snapshotId);
      const words = await datasets.words(runs.get(snapshot).dataset);
      const { rows, dims } = snapshot;
      return exportTable({ values: tables.values(snapshot), rows, dims, words }, file, isForced);
    },
  };
}
