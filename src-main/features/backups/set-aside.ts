import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';

import type { SetAside } from '#contract/backup.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { getBlob, putBlob } from '../../db/blobs.ts';
import { DamagedError } from '../../db/damage.ts';
import type { BlobDb } from '../../db/handles.ts';
import { migrate } from '../../db/migrate.ts';
import { blobMigrations } from '../../db/open.ts';
import { assertAlone } from './alone.ts';
import { contentsOf } from './contents.ts';
import { syncTo } from './copy.ts';
import { missingBlobs } from './missing.ts';
import { mainFile, newId, removeDatabase } from './place.ts';

/**
 * Makes a new blobs.sqlite of what is whole in a damaged one (every blob is told by its hash), and keeps the damaged file as
 * blobs-damaged-<id>.sqlite. Nobody else may have the home open. Throws `notFound` where nothing is damaged, or the file is gone.
 */
export function setBlobsAside(home: string, now: Date): SetAside {
  assertAlone(home);
  const file = path.join(home, 'blobs.sqlite');
  if (!existsSync(file)) throw nothingToSetAside(home);
  const next = path.join(home, '.blobs-whole.sqlite');
  const nameOf = (id: string): string => `blobs-damaged-${id}.sqlite`;
  const kept = nameOf(newId(now, (id) => existsSync(path.join(home, nameOf(id)))));
  removeDatabase(next);
  try {
    const counts = takeOver({ home, from: file, to: next, now });
    if (counts === null) throw nothingToSetAside(home);
    // The log goes first: it belongs to no other file.
    for (const suffix of ['-wal', '']) {
      if (existsSync(`${file}${suffix}`))
        renameSync(`${file}${suffix}`, `${path.join(home, kept)}${suffix}`);
    }
    rmSync(`${file}-shm`, { force: true });
    renameSync(next, file);
    syncTo(home);
    return { file: kept, ...counts };
  } finally {
    removeDatabase(next);
  }
}

/** Says how much of what the runs refer to is lost all the same. */
export function nothingToSetAside(home: string): AppError {
  const count = missingBlobs(home, referred(home));
  return new AppError(
    'notFound',
    count === 0 ? m.backups_blobs_whole() : m.backups_blobs_lost({ count }),
  );
}

/** Null where nothing is damaged. What is not in the old file counts as lost. */
function takeOver(
  options: Readonly<{ home: string; from: string; to: string; now: Date }>,
): Readonly<{ kept: number; lost: number }> | null {
  const { home, from, to, now } = options;
  const whole = new Database(to);
  const old = openForReading(from);
  try {
    whole.pragma('page_size = 8192');
    migrate(whole, blobMigrations, path.basename(to));
    const hashes = referred(home);
    if (old === null) return { kept: 0, lost: Math.max(1, hashes.length) };
    let [kept, damaged] = [0, 0];
    whole.transaction(() => {
      for (const hash of hashes) {
        const bytes = readWhole(old, hash);
        if (bytes === 'damaged') damaged += 1;
        if (typeof bytes === 'string') continue;
        putBlob(whole as unknown as BlobDb, new Uint8Array(bytes), now);
        kept += 1;
      }
    })();
    // Nothing that is needed is lost, but the file may be damaged all the same.
    if (damaged === 0 && isSound(old)) return null;
    return { kept, lost: Math.max(1, hashes.length - kept) };
  } finally {
    old?.close();
    whole.close();
  }
}

function openForReading(file: string): BlobDb | null {
  try {
    const db = new Database(file, { fileMustExist: true });
    db.prepare('SELECT 1 FROM blobs LIMIT 1').get();
    return db as unknown as BlobDb;
  } catch {
    return null;
  }
}

function readWhole(db: BlobDb, hash: string): ArrayBuffer | 'damaged' | 'missing' {
  try {
    return getBlob(db, hash);
  } catch (error) {
    if (error instanceof DamagedError) return 'damaged';
    if (error instanceof AppError) return 'missing';
    throw error;
  }
}

const isSound = (db: BlobDb): boolean => db.pragma('quick_check(1)', { simple: true }) === 'ok';

function referred(home: string): readonly string[] {
  const main = new Database(mainFile(home), { readonly: true, fileMustExist: true });
  try {
    return contentsOf(main).blobs;
  } finally {
    main.close();
  }
}
