import { AppError } from '#contract/failure.ts';
import type { OutsideTable } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import { getBlob } from '../../../db/blobs.ts';
import { insertRow } from '../../../db/columns.ts';
import type { BlobDb, ReadDb, WriteDb } from '../../../db/handles.ts';

export type StoredOutside = OutsideTable & Readonly<{ blobHash: string; wordsHash: string }>;

const select = `SELECT table_id AS tableId, name, format, rows, dims, left_out AS leftOut, created_at AS createdAt,
    blob_hash AS blobHash, words_hash AS wordsHash
  FROM outside_tables`;

export const listOutside = (db: ReadDb): StoredOutside[] =>
  db.prepare(`${select} ORDER BY name`).all() as StoredOutside[];

export const hasOutside = (db: ReadDb, tableId: string): boolean =>
  db.prepare('SELECT 1 FROM outside_tables WHERE table_id = ?').get(tableId) !== undefined;

export function findOutside(db: ReadDb, tableId: string): StoredOutside {
  const row = db.prepare(`${select} WHERE table_id = ?`).get(tableId) as StoredOutside | undefined;
  if (row === undefined) throw new AppError('notFound', m.embeddings_outside_unknown({ tableId }));
  return row;
}

/** The same content again keeps its row; only its name changes. */
export function putOutside(db: WriteDb, table: StoredOutside): void {
  const renamed = 'ON CONFLICT (table_id) DO UPDATE SET name = excluded.name';
  insertRow(db, 'INSERT INTO outside_tables', table, renamed);
}

export function deleteOutside(db: WriteDb, tableId: string): void {
  db.prepare('DELETE FROM outside_tables WHERE table_id = ?').run(tableId);
}

export const outsideWords = (blobs: BlobDb, { wordsHash }: StoredOutside): string[] =>
  JSON.parse(new TextDecoder().decode(getBlob(blobs, wordsHash))) as string[];

export const withoutHashes = ({
  blobHash: _,
  wordsHash: __,
  ...table
}: StoredOutside): OutsideTable => table;
