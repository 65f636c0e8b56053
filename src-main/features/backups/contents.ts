import { readdirSync } from 'node:fs';
import path from 'node:path';

import type Database from 'better-sqlite3';

import { blobColumns } from '../runs/results/results-store.ts';
import { runFolder } from '../runs/store/places.ts';

/** What a database file holds and refers to. Of any schema version: what it does not have yet is nothing. */
export type Contents = Readonly<{
  schemaVersion: number;
  runIds: readonly string[];
  datasets: number;
  /** Hashes, each once. */
  blobs: readonly string[];
}>;

export function contentsOf(db: Database.Database): Contents {
  const columns = blobColumns.filter(([table]) => hasTable(db, table));
  const blobs = columns.map(([table, column]) => `SELECT ${column} FROM ${table}`).join(' UNION ');
  return {
    schemaVersion: Number(db.pragma('user_version', { simple: true })),
    runIds: hasTable(db, 'runs') ? strings(db, 'SELECT run_id FROM runs ORDER BY run_key') : [],
    datasets: hasTable(db, 'datasets')
      ? Number(db.prepare('SELECT COUNT(*) FROM datasets').pluck().get())
      : 0,
    blobs: blobs === '' ? [] : strings(db, blobs),
  };
}

/** Checkpoints and weights of these runs, as paths from the home. */
export function runFiles(home: string, runIds: readonly string[]): string[] {
  return runIds.flatMap((runId) => {
    try {
      return readdirSync(runFolder(home, runId))
        .filter((name) => /\.(ckpt|weights)$/.test(name))
        .map((name) => path.posix.join('runs', runId, name));
    } catch {
      return []; // it has not started
    }
  });
}

const strings = (db: Database.Database, sql: string): string[] =>
  db.prepare(sql).pluck().all() as string[];

const hasTable = (db: Database.Database, name: string): boolean =>
  db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(name) !==
  undefined;
