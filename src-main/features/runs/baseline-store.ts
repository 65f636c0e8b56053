import type { ReadDb, WriteDb } from '../../db/handles.ts';

export type StoredBaseline = Readonly<{
  words: number;
  c: number;
  isSublinear: boolean;
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
  { isSublinear, ...baseline }: StoredBaseline,
): void {
  db.prepare(
    `INSERT INTO baselines (key, dataset_id, words, c, is_sublinear, train_accuracy, val_accuracy, val_loss, seconds, count, blob_hash)
     VALUES (@key, @datasetId, @words, @c, @isSublinear, @trainAccuracy, @valAccuracy, @valLoss, @seconds, @count, @blobHash)
     ON CONFLICT (key) DO NOTHING`,
  ).run({ key, datasetId, ...baseline, isSublinear: isSublinear ? 1 : 0 });
}

export function findBaseline(db: ReadDb, key: string): StoredBaseline | null {
  const row = db
    .prepare(
      `SELECT words, c, is_sublinear AS isSublinear, train_accuracy AS trainAccuracy, val_accuracy AS valAccuracy,
         val_loss AS valLoss, seconds, count, blob_hash AS blobHash
       FROM baselines WHERE key = ?`,
    )
    .get(key) as (Omit<StoredBaseline, 'isSublinear'> & { isSublinear: number }) | undefined;
  return row === undefined ? null : { ...row, isSublinear: row.isSublinear === 1 };
}
