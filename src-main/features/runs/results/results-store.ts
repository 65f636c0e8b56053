import type { Epoch, RunProgress } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import type { Branch } from '#contract/snapshot.ts';
import type { StoredEpoch } from '#core/embeddings/thinning.ts';

import { insertRow } from '../../../db/columns.ts';
import type { ReadDb, WriteDb } from '../../../db/handles.ts';
import { prepared } from '../../../db/prepared.ts';
import { dropStepsAfter, lastStepOf } from './steps-store.ts';

export type LogLine = Readonly<{ at: string; level: 'info' | 'warning' | 'error'; text: string }>;

export function insertLog(db: WriteDb, runKey: number, lines: readonly LogLine[]): void {
  if (lines.length === 0) return;
  let seq = Number(
    db.prepare('SELECT COALESCE(MAX(seq), 0) FROM log_lines WHERE run_key = ?').pluck().get(runKey),
  );
  const insert = db.prepare('INSERT INTO log_lines VALUES (?, ?, ?, ?, ?)');
  for (const line of lines) {
    seq += 1;
    insert.run(runKey, seq, line.at, line.level, line.text);
  }
  db.prepare('DELETE FROM log_lines WHERE run_key = ? AND seq <= ?').run(
    runKey,
    seq - keptLogLines,
  );
}

export function listLog(db: ReadDb, runKey: number): LogLine[] {
  return db
    .prepare('SELECT at, level, text FROM log_lines WHERE run_key = ? ORDER BY seq')
    .all(runKey) as LogLine[];
}

export function setProgress(
  db: WriteDb,
  runKey: number,
  progress: RunProgress | null,
  trainedSeconds: number,
): void {
  db.prepare(
    'UPDATE runs SET progress = COALESCE(?, progress), trained_seconds = ? WHERE run_key = ?',
  ).run(progress === null ? null : JSON.stringify(progress), trainedSeconds, runKey);
}

export type EpochRecord = Readonly<{
  epoch: number;
  figures: Epoch | null;
  lastStep: number;
  seconds: number;
  memoryBytes: number;
  tensorCount: number | null;
  predictions: readonly Readonly<{
    split: 'test' | 'validation';
    count: number;
    blobHash: string;
  }>[];
  tables: readonly Readonly<{
    snapshotId: string;
    branch: Branch;
    rows: number;
    dims: number;
    blobHash: string;
  }>[];
  diskBytes: number;
}>;

/** All rows of an epoch; the blobs they name are stored already. Call inside a transaction. */
export function insertEpoch(db: WriteDb, runKey: number, record: EpochRecord): void {
  const { epoch, figures } = record;
  if (figures !== null) {
    const { lastStep, seconds, memoryBytes, tensorCount } = record;
    const measured = { runKey, lastStep, seconds, memoryBytes, tensorCount };
    insertRow(db, 'INSERT OR REPLACE INTO epochs', { ...figures, ...measured, epoch });
  }
  for (const prediction of record.predictions)
    insertRow(db, 'INSERT OR REPLACE INTO predictions', { runKey, epoch, ...prediction });
  for (const table of record.tables)
    insertRow(db, 'INSERT OR REPLACE INTO snapshots', { runKey, epoch, ...table });
  // The lowest validation loss, the earliest on ties.
  db.prepare(
    `UPDATE runs SET disk_bytes = @diskBytes, best_epoch =
       (SELECT epoch FROM epochs WHERE run_key = @runKey AND val_loss IS NOT NULL ORDER BY val_loss, epoch LIMIT 1)
     WHERE run_key = @runKey`,
  ).run({ runKey, diskBytes: record.diskBytes });
}

/** What lies behind the checkpoint that a run goes on from will be trained again. */
export function dropAfter(db: WriteDb, runKey: number, epoch: number, step: number): void {
  db.transaction(() => {
    dropStepsAfter(db, runKey, step);
    for (const table of ['epochs', 'predictions', 'snapshots'] as const) {
      db.prepare(`DELETE FROM ${table} WHERE run_key = ? AND epoch > ?`).run(runKey, epoch);
    }
    db.prepare(
      `UPDATE runs SET best_epoch =
         (SELECT epoch FROM epochs WHERE run_key = @runKey AND val_loss IS NOT NULL ORDER BY val_loss, epoch LIMIT 1)
       WHERE run_key = @runKey`,
    ).run({ runKey });
  })();
}

/** Seconds and step at which the stored part of a run ends. */
export function endOfRecord(
  db: ReadDb,
  runKey: number,
): Readonly<{ step: number; seconds: number }> {
  const step = lastStepOf(db, runKey);
  const epoch = db
    .prepare(
      'SELECT last_step AS step, seconds FROM epochs WHERE run_key = ? ORDER BY epoch DESC LIMIT 1',
    )
    .get(runKey) as { step: number; seconds: number } | undefined;
  return {
    step: Math.max(step?.step ?? 0, epoch?.step ?? 0),
    seconds: Math.max(step?.seconds ?? 0, epoch?.seconds ?? 0),
  };
}

/** Every stored epoch of embedding tables, with its bytes and whether it always stays. */
export function storedSnapshots(db: ReadDb): (StoredEpoch & Pick<RunConfig, 'snapshots'>)[] {
  const rows = db
    .prepare(
      `SELECT r.run_id AS run, s.epoch, SUM(s.rows * s.dims * 4) AS bytes,
         json_extract(r.config, '$.snapshots') AS snapshots,
         s.epoch = 0 OR s.epoch = r.best_epoch
           OR s.epoch = (SELECT MAX(l.epoch) FROM snapshots l WHERE l.run_key = s.run_key) AS isKept
       FROM snapshots s JOIN runs r USING (run_key) GROUP BY s.run_key, s.epoch ORDER BY s.run_key, s.epoch`,
    )
    .all() as (Omit<StoredEpoch, 'isKept'> & Pick<RunConfig, 'snapshots'> & { isKept: number })[];
  return rows.map((row) => ({ ...row, isKept: row.isKept === 1 }));
}

/** Returns the hashes of the blobs that these snapshots referred to. */
export function deleteSnapshots(
  db: WriteDb,
  items: readonly Readonly<{ run: string; epoch: number }>[],
): string[] {
  const remove = db
    .prepare(
      `DELETE FROM snapshots WHERE epoch = ? AND run_key = (SELECT run_key FROM runs WHERE run_id = ?)
       RETURNING blob_hash`,
    )
    .pluck();
  return db.transaction(() =>
    items.flatMap(({ run, epoch }) => remove.all(epoch, run) as string[]),
  )();
}

/** Every column that names a blob. */
export const blobColumns = [
  ['snapshots', 'blob_hash'],
  ['predictions', 'blob_hash'],
  ['baselines', 'blob_hash'],
  ['embedding_diffs', 'words_hash'],
  ['embedding_diffs', 'numbers_hash'],
  ['outside_tables', 'words_hash'],
  ['outside_tables', 'blob_hash'],
] as const;

export function isBlobReferred(db: ReadDb, hash: string): boolean {
  const exists = blobColumns.map(
    ([table, column]) => `EXISTS (SELECT 1 FROM ${table} WHERE ${column} = @hash)`,
  );
  return db.prepare(`SELECT 1 WHERE ${exists.join(' OR ')}`).get({ hash }) !== undefined;
}

export function referredBlobs(db: ReadDb): Set<string> {
  const columns = blobColumns.map(([table, column]) => `SELECT ${column} FROM ${table}`);
  const hashes = db.prepare(columns.join(' UNION ')).pluck().all() as string[];
  return new Set(hashes);
}

export function findPredictions(
  db: ReadDb,
  runKey: number,
  epoch: number,
  split: 'test' | 'validation',
): Readonly<{ count: number; blobHash: string }> | null {
  const row = prepared(
    db,
    'SELECT count, blob_hash AS blobHash FROM predictions WHERE run_key = ? AND epoch = ? AND split = ?',
  ).get(runKey, epoch, split) as { count: number; blobHash: string } | undefined;
  return row ?? null;
}

const keptLogLines = 5000;
