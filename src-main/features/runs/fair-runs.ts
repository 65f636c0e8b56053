import type { Run, RunState } from '#contract/run.ts';
import type { FairRun } from '#core/experiment/fairness.ts';

import type { ReadDb } from '../../db/handles.ts';
import { storedConfig } from './rows.ts';

/** Runs of the same data that are not in the trash, newest first. */
export function listFairRuns(db: ReadDb, datasetHash: string): FairRun[] {
  const rows = db
    .prepare(
      `SELECT r.run_id AS runId, r.config, r.state, r.dataset_id AS dataset, b.test_accuracy AS accuracy,
         (SELECT COUNT(*) FROM epochs e WHERE e.run_key = r.run_key) AS epochCount
       FROM runs r
       JOIN datasets d USING (dataset_id)
       LEFT JOIN epochs b ON b.run_key = r.run_key AND b.epoch = r.best_epoch
       WHERE d.content_hash = ? AND r.deleted_at IS NULL
       ORDER BY r.run_key DESC`,
    )
    .all(datasetHash) as {
    runId: string;
    config: string;
    state: RunState;
    dataset: string;
    accuracy: number | null;
    epochCount: number;
  }[];
  return rows.map((row) => ({ ...row, config: storedConfig(row.config), datasetHash }));
}

export const fairRunOf = ({
  runId,
  config,
  state,
  dataset,
  datasetHash,
  best,
  epochs,
}: Run): FairRun => ({
  runId,
  config,
  state,
  dataset,
  datasetHash,
  accuracy: best?.testAccuracy ?? null,
  epochCount: epochs.length,
});
