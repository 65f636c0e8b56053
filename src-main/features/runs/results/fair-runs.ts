import { readStoredConfig } from '#contract/run-config.ts';
import type { FairRun, KnownRuns } from '#core/experiment/fair-run.ts';

import type { ReadDb } from '../../../db/handles.ts';
import { prepared } from '../../../db/prepared.ts';

export const knownRuns = (db: ReadDb): KnownRuns => ({
  all: (datasetHash) =>
    prepared(db, `${select} WHERE ${isOfData} ORDER BY r.run_key DESC`)
      .all({ datasetHash })
      .map(toFairRun),
  like: (datasetHash, { seed, learningRate, maxLength, embeddingDim, hiddenUnits }) =>
    prepared(db, likeSql)
      .all({ datasetHash, seed, learningRate, maxLength, embeddingDim, hiddenUnits })
      .map(toFairRun),
  hasBetter: ({ datasetHash, config }, accuracy) =>
    prepared(db, betterSql).get({
      datasetHash,
      accuracy,
      validation: config.validation,
      limit: config.limit,
    }) !== undefined,
});

/** These runs, in this order, those in the trash too. */
export function findFairRuns(db: ReadDb, runIds: readonly string[]): FairRun[] {
  const find = prepared(db, `${select} WHERE r.run_id = ?`);
  return runIds.map((runId) => toFairRun(find.get(runId)));
}

const from = `FROM runs r
  JOIN datasets d USING (dataset_id)
  LEFT JOIN epochs b ON b.run_key = r.run_key AND b.epoch = r.best_epoch`;

const select = `SELECT r.run_id AS runId, r.config, r.state, r.dataset_id AS dataset, d.content_hash AS datasetHash,
    b.test_accuracy AS accuracy, (SELECT COUNT(*) FROM epochs e WHERE e.run_key = r.run_key) AS epochCount
  ${from}`;

const isOfData = 'd.content_hash = @datasetHash AND r.deleted_at IS NULL';

/** As the index has them (migration 230). Exported for tests. */
export const likeSql = `${select} WHERE ${isOfData}
    AND json_extract(r.config, '$.seed') = @seed
    AND json_extract(r.config, '$.learningRate') = @learningRate
    AND json_extract(r.config, '$.maxLength') = @maxLength
    AND json_extract(r.config, '$.embeddingDim') = @embeddingDim
    AND json_extract(r.config, '$.hiddenUnits') = @hiddenUnits
  ORDER BY r.run_key DESC`;

/** The accuracy first: it is read much faster than the settings. */
const betterSql = `SELECT 1 ${from} WHERE ${isOfData} AND r.state = 'finished'
    AND CASE WHEN b.test_accuracy > @accuracy
      THEN json_extract(r.config, '$.validation') IS @validation AND json_extract(r.config, '$.limit') IS @limit
      ELSE 0 END
  LIMIT 1`;

function toFairRun(row: unknown): FairRun {
  const { config, ...others } = row as Omit<FairRun, 'config'> & { config: string };
  return { ...others, config: readStoredConfig(config) };
}
