import type { ReadDb, WriteDb } from '../../db/handles.ts';

export type StoredBaseline = Readonly<{
  words: number;
  trainAccuracy: number;
  valAccuracy: number;
  valLoss: number;
  seconds: number;
  count: number;
  blobHash: string;
}>;

/** The blob that it names is stored already. Another process may have been faster: the figures are the same. */
export function insertBaseline(
  db: WriteDb,
  key: string,
  datasetId: string,
  baseline: StoredBaseline,
): void {
  db.prepare(
    `INSERT INTO baselines (key, dataset_id, words, train_accuracy, val_accuracy, val_loss, seconds, count, blob_hash)
     VALUES (@key, @datasetId, @words, @trainAccuracy, @valAccuracy, @valLoss, @seconds, @count, @blobHash)
     ON CONFLICT (key) DO NOTHING`,
  ).run({ key, datasetId, ...baseline });
}

export function findBaseline(db: ReadDb, key: string): StoredBaseline | null {
  const row = db
    .prepare(
      `SELECT words, train_accuracy AS trainAccuracy, val_accuracy AS valAccuracy, val_loss AS valLoss, seconds, count,
         blob_hash AS blobHash
       FROM baselines WHERE key = ?`,
    )
    .get(key) as StoredBaseline | undefined;
  return row ?? null;
}
