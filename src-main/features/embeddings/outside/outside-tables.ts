import { createHash } from 'node:crypto';
import path from 'node:path';

import type { ImportedOutside } from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { putBlob } from '../../../db/blobs.ts';
import type { Databases } from '../../../db/open.ts';
import type { OutsideTablesService } from '../../services.ts';
import {
  deleteOutside,
  findOutside,
  hasOutside,
  listOutside,
  putOutside,
  withoutHashes,
  type StoredOutside,
} from './outside-store.ts';
import { readTable } from './outside-text.ts';

export function createOutsideTables(
  options: Readonly<{ databases: Databases; now: () => Date }>,
): OutsideTablesService {
  const { databases, now } = options;
  const db = databases.main;
  const removed = new Map<string, StoredOutside>();
  return {
    list: () => listOutside(db).map(withoutHashes),
    async import({ path: file, name }): Promise<ImportedOutside> {
      const { words, values, notes, ...table } = await readTable(file);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const wordBytes = new TextEncoder().encode(JSON.stringify(words));
      const blobHash = putBlob(databases.blobs, bytes, now());
      const wordsHash = putBlob(databases.blobs, wordBytes, now());
      // The same words and values again are the same table.
      const tableId = createHash('sha256')
        .update(blobHash + wordsHash)
        .digest('hex')
        .slice(0, 12);
      const isKnown = hasOutside(db, tableId);
      putOutside(db, {
        ...table,
        tableId,
        name: name ?? (isKnown ? findOutside(db, tableId).name : path.basename(file)),
        rows: words.length,
        createdAt: now().toISOString(),
        blobHash,
        wordsHash,
      });
      const { leftOut } = table;
      return { ...withoutHashes(findOutside(db, tableId)), leftOut, isKnown, notes };
    },
    remove({ tableId }) {
      removed.set(tableId, findOutside(db, tableId));
      deleteOutside(db, tableId);
    },
    restore({ tableId }) {
      const table = removed.get(tableId);
      if (table === undefined)
        throw new AppError('notFound', m.embeddings_outside_unknown({ tableId }));
      removed.delete(tableId);
      putOutside(db, table);
    },
  };
}
