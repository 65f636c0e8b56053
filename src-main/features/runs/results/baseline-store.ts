import type { BaselineFit } from '#contract/baseline.ts';

import { insertRow, selected } from '../../../db/columns.ts';
import type { ReadDb, WriteDb } from '../../../db/handles.ts';

export type StoredBaseline = BaselineFit &
  Readonly<{ seconds: number; count: number; blobHash: string }>;

const fields = [
  ...['words', 'c', 'isSublinear', 'trainAccuracy', 'valAccuracy', 'valLoss'],
  ...['seconds', 'count', 'blobHash'],
];

/** The blob that it names is stored already. Another process may have been faster: the figures are the same. */
export function insertBaseline(
  db: WriteDb,
  key: string,
  datasetId: string,
  { isSublinear, ...baseline }: StoredBaseline,
): void {
  const row = { key, datasetId, ...baseline, isSublinear: isSublinear ? 1 : 0 };
  insertRow(db, 'INSERT INTO baselines', row, 'ON CONFLICT (key) DO NOTHING');
}

export function findBaseline(db: ReadDb, key: string): StoredBaseline | null {
  const row = db.prepare(`SELECT ${selected(fields)} FROM baselines WHERE key = ?`).get(key) as
    (Omit<StoredBaseline, 'isSublinear'> & { isSublinear: number }) | undefined;
  return row === undefined ? null : { ...row, isSublinear: row.isSublinear === 1 };
}
