import type { FairRun } from '#core/experiment/fair-run.ts';

import type { ReadDb } from '../../db/handles.ts';
import { storedConfig } from './rows.ts';

/** Runs of the same data that are not in the trash, newest first. */
export const listFairRuns = (db: ReadDb, datasetHash: string): FairRun[] =>
  db
    .prepare(`${select} WHERE d.content_hash = ? AND r.deleted_at IS NULL ORDER BY r.run_key DESC`)
    .all(datasetHash)
    .map(toFairRun);

/** These runs, in this order, those in the trash too. */
export function findFairRuns(db: ReadDb, runIds: readonly string[]): FairRun[] {
  const find = db.prepare(`${select} WHERE r.run_id = ?`);
  return runIds.map((runId) => toFairRun(find.get(runId)));
}

const select = `SELECT r.run_id AS runId, r.config, r.state, r.dataset_id AS dataset, d.content_hash AS datasetHash,
    b.test_accuracy AS accuracy, (SELECT COUNT(*) FROM epochs e WHERE e.run_key = r.run_key) AS epochCount
  FROM runs r
  JOIN datasets d USING (dataset_id)
  LEFT JOIN epochs b ON b.run_key = r.run_key AND b.epoch = r.best_epoch`;

function toFairRun(row: unknown): FairRun {
  const { config, ...others } = row as Omit<FairRun, 'config'> & { config: string };
  return { ...others, config: storedConfig(config) };
}
