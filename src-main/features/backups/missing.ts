import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';

import type { Missing } from '#contract/backup.ts';

import { datasetFolder } from '../datasets/store/place.ts';
import { runFolder } from '../runs/store/places.ts';
import { readPosition } from '../runs/results/weights-reader.ts';
import { contentsOf } from './contents.ts';

/** What the data folder has that a database does not know, and the other way round. `refers`: the list of a backup, where there is one. */
export function missingOf(db: Database.Database, home: string, refers: string | null): Missing {
  const { runIds, blobs } = contentsOf(db);
  const known = new Set(runIds);
  return {
    newerRuns: runFolders(home).filter((runId) => !known.has(runId)),
    shorterRuns: shorterRuns(db, home),
    blobs: missingBlobs(home, blobs),
    files: refers === null ? 0 : missingFiles(home, refers),
    datasets: missingDatasets(db, home),
  };
}

export const nothingMissing: Missing = {
  newerRuns: [],
  shorterRuns: [],
  blobs: 0,
  files: 0,
  datasets: [],
};

/** Names of the folders of runs that have trained. */
export function runFolders(home: string): string[] {
  try {
    return readdirSync(path.join(home, 'runs')).toSorted();
  } catch {
    return []; // no run has trained yet
  }
}

/** Runs whose checkpoint is further than their figures. */
function shorterRuns(db: Database.Database, home: string): Missing['shorterRuns'] {
  const rows = db
    .prepare(
      `SELECT run_id AS runId, name, (SELECT COALESCE(MAX(epoch), 0) FROM epochs e WHERE e.run_key = r.run_key) AS epoch
       FROM runs r WHERE deleted_at IS NULL ORDER BY run_key`,
    )
    .all() as { runId: string; name: string; epoch: number }[];
  return rows.flatMap((row) => {
    const checkpointEpoch = checkpointEpochOf(runFolder(home, row.runId));
    return checkpointEpoch > row.epoch ? [{ ...row, checkpointEpoch }] : [];
  });
}

function checkpointEpochOf(folder: string): number {
  try {
    return readPosition(folder)?.epoch ?? 0;
  } catch {
    return 0; // damaged: resuming it says so
  }
}

/** How many of these blobs.sqlite does not have; all where it cannot be read. */
export function missingBlobs(home: string, hashes: readonly string[]): number {
  let db: Database.Database | undefined;
  try {
    db = new Database(path.join(home, 'blobs.sqlite'), { readonly: true, fileMustExist: true });
    const find = db.prepare('SELECT 1 FROM blobs WHERE hash = ?');
    return hashes.filter((hash) => find.get(hash) === undefined).length;
  } catch {
    return hashes.length;
  } finally {
    db?.close();
  }
}

function missingFiles(home: string, refers: string): number {
  return readFileSync(refers, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('file '))
    .filter((line) => !existsSync(path.join(home, line.slice('file '.length)))).length;
}

function missingDatasets(db: Database.Database, home: string): string[] {
  const rows = db
    .prepare(
      'SELECT name, content_hash AS hash FROM datasets WHERE deleted_at IS NULL ORDER BY name',
    )
    .all() as { name: string; hash: string }[];
  return rows.filter(({ hash }) => !existsSync(datasetFolder(home, hash))).map(({ name }) => name);
}
