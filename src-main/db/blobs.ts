import { createHash } from 'node:crypto';

import { AppError } from '#contract/failure.ts';
import { program } from '#core/wording/program.ts';
import * as m from '#messages';

import { DamagedError, isDamage } from './damage.ts';
import type { BlobDb } from './handles.ts';
import { prepared } from './prepared.ts';

/**
 * Stores bytes under their sha256 and returns it. Call before the row that refers to them is written: what no row refers to is
 * swept a day later (`sweepBlobs`). Storing known bytes again renews their date.
 */
export function putBlob(db: BlobDb, bytes: Uint8Array, now: Date): string {
  const hash = sha256(bytes);
  assertWhole(db);
  told(() =>
    db
      .prepare(
        `INSERT INTO blobs (hash, created_at, bytes) VALUES (?, ?, ?)
         ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at`,
      )
      .run(hash, now.toISOString(), bytes),
  );
  return hash;
}

/**
 * The bytes in a buffer of their own, aligned for any typed array.
 *
 * @throws DamagedError where the file, or just these bytes, are not what was stored; AppError `storage` where they are not there
 */
export function getBlob(db: BlobDb, hash: string): ArrayBuffer {
  assertWhole(db);
  const select = 'SELECT bytes FROM blobs WHERE hash = ?';
  const bytes = told(() => prepared<[string], { bytes: unknown }>(db, select).get(hash)?.bytes);
  if (!(bytes instanceof Uint8Array)) {
    throw new AppError('storage', m.storage_table_missing());
  }
  // SQLite has no checksum of what it stores, the hash is one.
  if (sha256(bytes) !== hash) throw damaged();
  return new Uint8Array(bytes).buffer;
}

/** Marks an empty database that stands in for a damaged file: what is read of it is damaged, and nothing is stored in it. */
export function useStandIn(db: object): void {
  standIns.add(db);
}

export const isStandIn = (db: object): boolean => standIns.has(db);

export const hasBlob = (db: BlobDb, hash: string): boolean =>
  db.prepare('SELECT 1 FROM blobs WHERE hash = ?').get(hash) !== undefined;

/** Removes blobs older than a day that nothing refers to; `isReferred` answers for a hash. */
export function sweepBlobs(db: BlobDb, isReferred: (hash: string) => boolean, now: Date): number {
  const dayMs = 24 * 60 * 60 * 1000;
  const before = new Date(now.getTime() - dayMs).toISOString();
  const old = db.prepare('SELECT hash FROM blobs WHERE created_at < ?').pluck().all(before);
  const orphans = old.filter(
    (hash): hash is string => typeof hash === 'string' && !isReferred(hash),
  );
  // Another process may have stored the same bytes again meanwhile.
  const remove = db.prepare('DELETE FROM blobs WHERE hash = ? AND created_at < ?');
  db.transaction(() => {
    for (const hash of orphans) remove.run(hash, before);
  }).immediate();
  return orphans.length;
}

const standIns = new WeakSet<object>();

function assertWhole(db: BlobDb): void {
  if (isStandIn(db)) throw damaged();
}

/** Says of which file SQLite speaks. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isDamage(error) ? damaged(error) : error;
  }
}

const damaged = (cause?: unknown): DamagedError =>
  new DamagedError('blobs', m.storage_blobs_damaged(), {
    flag: m.storage_set_aside_command({ program }),
    cause,
  });

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
