import type { Run } from '#contract/run.ts';
import { calls } from '#contract/index.ts';

import type { Databases } from '../../db/open.ts';
import { resolveName } from '../resolve.ts';
import type { DatasetsPort, EmbeddingsService } from '../services.ts';
import { exportTable } from './export.ts';
import { sentenceUnder } from './sentence.ts';
import { findSnapshot, listSnapshots, snapshotNames, withoutHash } from './store.ts';
import { createTables } from './tables.ts';

export function createEmbeddingsService(
  options: Readonly<{
    databases: Databases;
    datasets: DatasetsPort &
      Readonly<{ words: (datasetId: string) => Promise<readonly (string | null)[]> }>;
    runOf: (runId: string) => Run;
  }>,
): EmbeddingsService {
  const { databases, datasets, runOf } = options;
  const db = databases.main;
  const tables = createTables(databases.blobs);
  return {
    list(runId) {
      runOf(runId);
      return listSnapshots(db, runId).map(withoutHash);
    },
    resolve: (snapshotId) => resolveName('snapshot', snapshotId, snapshotNames(db)),
    sentence: (request) =>
      sentenceUnder(
        { db, datasets, tables, runOf },
        calls['embeddings.sentence'].input.parse(request),
      ),
    async exportTo(snapshotId, file, { isForced = false } = {}) {
      const snapshot = findSnapshot(db, snapshotId);
      const words = await datasets.words(runOf(snapshot.runId).dataset);
      const { rows, dims } = snapshot;
      return exportTable({ values: tables.values(snapshot), rows, dims, words }, file, isForced);
    },
  };
}
