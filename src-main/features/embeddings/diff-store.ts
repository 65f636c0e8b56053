import { AppError } from '#contract/failure.ts';
import type { Diff } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../db/handles.ts';

export type StoredDiff = Readonly<{ diff: Diff; wordsHash: string; numbersHash: string }>;

/** The blobs that it names are stored already. */
export function putDiff(db: WriteDb, { diff, wordsHash, numbersHash }: StoredDiff): void {
  db.prepare(
    `INSERT OR REPLACE INTO embedding_diffs (diff_id, created_at, diff, words_hash, numbers_hash)
     VALUES (?, ?, ?, ?, ?)`,
  ).run(diff.diffId, diff.createdAt, JSON.stringify(diff), wordsHash, numbersHash);
}

export const hasDiff = (db: ReadDb, diffId: string): boolean =>
  db.prepare('SELECT 1 FROM embedding_diffs WHERE diff_id = ?').get(diffId) !== undefined;

export function findDiff(db: ReadDb, diffId: string): StoredDiff {
  const row = db
    .prepare(
      `SELECT diff, words_hash AS wordsHash, numbers_hash AS numbersHash FROM embedding_diffs WHERE diff_id = ?`,
    )
    .get(diffId) as { diff: string; wordsHash: string; numbersHash: string } | undefined;
  if (row === undefined) throw new AppError('notFound', m.embeddings_diff_unknown({ diffId }));
  return { ...row, diff: JSON.parse(row.diff) as Diff };
}

/** Newest first. */
export function listDiffs(db: ReadDb): Diff[] {
  const rows = db
    .prepare('SELECT diff FROM embedding_diffs ORDER BY created_at DESC, diff_id')
    .pluck()
    .all() as string[];
  return rows.map((row) => JSON.parse(row) as Diff);
}

export function deleteDiff(db: WriteDb, diffId: string): void {
  db.prepare('DELETE FROM embedding_diffs WHERE diff_id = ?').run(diffId);
}
