import { rmSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { useStandIn } from './blobs.ts';
import { DamagedError, isDamage } from './damage.ts';
import type { BlobDb, Migration, ReadDb, WriteDb } from './handles.ts';
import { makeFolder } from './make-folder.ts';
import { migrate } from './migrate.ts';
import { withRoomForFiles } from './room-for-files.ts';
import { slowQueryLog, watchQueries } from './slow-queries.ts';
import { blobs } from './migrations/blobs-0010.ts';
import { datasets } from './migrations/0010-datasets.ts';
import { runs } from './migrations/0020-runs.ts';
import { results } from './migrations/0030-results.ts';
import { settings } from './migrations/0040-settings.ts';
import { tensorCount } from './migrations/0050-tensor-count.ts';
import { findings } from './migrations/0060-findings.ts';
import { textPipeline } from './migrations/0070-text-pipeline.ts';
import { estimates } from './migrations/0080-estimates.ts';
import { runNotes } from './migrations/0090-run-notes.ts';
import { baselines } from './migrations/0100-baselines.ts';
import { looks } from './migrations/0110-looks.ts';
import { queue } from './migrations/0120-queue.ts';
import { importRequests } from './migrations/0130-import-requests.ts';
import { stepBlocks } from './migrations/0140-step-blocks.ts';
import { embeddingDiffs } from './migrations/0150-embedding-diffs.ts';
import { experimentPlans } from './migrations/0160-experiment-plans.ts';
import { transplants } from './migrations/0170-transplants.ts';
import { openViews } from './migrations/0180-open-views.ts';
import { importReadings } from './migrations/0190-import-readings.ts';
import { outsideCurves } from './migrations/0200-outside-curves.ts';
import { reports } from './migrations/0210-reports.ts';
import { keptDiffs } from './migrations/0220-kept-diffs.ts';
import { indexes } from './migrations/0230-indexes.ts';
import { slurmTasks } from './migrations/0240-slurm-tasks.ts';
import { trainedElsewhere } from './migrations/0250-trained-elsewhere.ts';
import { tunedBaselines } from './migrations/0260-tuned-baselines.ts';
import { nullChecks } from './migrations/0270-null-checks.ts';
import { datasetLabels } from './migrations/0280-dataset-labels.ts';
import { endedAs } from './migrations/0290-ended-as.ts';
import { subsetColumn } from './migrations/0300-subset-column.ts';
import { plannedRuns } from './migrations/0310-planned-runs.ts';
import { storedFacts } from './migrations/0320-stored-facts.ts';

export const mainMigrations: readonly Migration[] = [
  datasets,
  runs,
  results,
  settings,
  tensorCount,
  findings,
  textPipeline,
  estimates,
  runNotes,
  baselines,
  looks,
  queue,
  importRequests,
  stepBlocks,
  embeddingDiffs,
  experimentPlans,
  transplants,
  openViews,
  importReadings,
  outsideCurves,
  reports,
  keptDiffs,
  indexes,
  slurmTasks,
  trainedElsewhere,
  tunedBaselines,
  nullChecks,
  datasetLabels,
  endedAs,
  subsetColumn,
  plannedRuns,
  storedFacts,
];
export const blobMigrations: readonly Migration[] = [blobs];

/** Older ones can corrupt a database in WAL mode. */
const oldestSqlite = [3, 51, 3] as const;

export type Databases = Readonly<{
  main: WriteDb;
  blobs: BlobDb;
  /** Why `blobs` is an empty stand-in: the file cannot be read, which keeps nobody from the main database. */
  blobsDamage: DamagedError | null;
  close: () => void;
}>;

export type OpenOptions = Readonly<{
  /** Before an older main database is brought to the newest version; what it throws leaves the database as it is. */
  beforeUpgrade?: (db: Database.Database) => void;
}>;

/** Opens (and creates or migrates) both databases of a home folder. Throws a DamagedError where the main one cannot be read. */
export function openDatabases(home: string, options: OpenOptions = {}): Databases {
  // better-sqlite3 13 needs Node-API 10 and otherwise ends the process without a word.
  if (Number(process.versions['napi'] ?? 0) < 10) {
    throw new AppError('unavailable', m.storage_needs_node());
  }
  makeFolder(home);
  const { beforeUpgrade } = options;
  const main = openOne({
    file: path.join(home, 'twofold.sqlite'),
    database: 'main',
    migrations: mainMigrations,
    ...(beforeUpgrade === undefined ? {} : { beforeUpgrade }),
  });
  try {
    const { db, damage } = openBlobs(path.join(home, 'blobs.sqlite'));
    return {
      main: main as WriteDb,
      blobs: db as unknown as BlobDb,
      blobsDamage: damage,
      close: () => {
        main.close();
        db.close();
      },
    };
  } catch (error) {
    main.close();
    throw error;
  }
}

function openBlobs(file: string): { db: Database.Database; damage: DamagedError | null } {
  try {
    return { db: openOne({ file, database: 'blobs', migrations: blobMigrations }), damage: null };
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    const db = new Database(':memory:');
    migrate(db, blobMigrations, path.basename(file));
    useStandIn(db);
    return { db, damage: error };
  }
}

/** Whether this process keeps the file to itself: the disk was full when it was opened. */
export const isAlone = (db: ReadDb): boolean =>
  db.pragma('locking_mode', { simple: true }) === 'exclusive';

export function sqliteVersion(db: Database.Database): string {
  return String(db.prepare('SELECT sqlite_version()').pluck().get());
}

type OneFile = OpenOptions &
  Readonly<{ file: string; database: 'main' | 'blobs'; migrations: readonly Migration[] }>;

function openOne(one: OneFile): Database.Database {
  try {
    return openWith(one, 'NORMAL');
  } catch (error) {
    if (!isWithoutSharedMemory(error)) throw error;
    // A full disk leaves no room for the index that processes share; alone, SQLite keeps it in memory, and all can be read.
    const db = openWith(one, 'EXCLUSIVE');
    // What was begun of the index; no other process can have it open now.
    rmSync(`${one.file}-shm`, { force: true });
    return db;
  }
}

function openWith(
  { file, database, migrations, beforeUpgrade }: OneFile,
  lockingMode: 'NORMAL' | 'EXCLUSIVE',
): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: busyMs });
    // Before anything is read: the shared index is made by the first read.
    db.pragma(`locking_mode = ${lockingMode}`);
    assertSqlite(sqliteVersion(db));
    db.pragma('page_size = 8192');
    useWriteAheadLog(db);
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    migrate(db, migrations, path.basename(file), beforeUpgrade);
    watchQueries(db, slowQueryLog(path.dirname(file)));
    return db;
  } catch (error) {
    db?.close();
    if (isDamage(error)) {
      throw new DamagedError(database, m.storage_damaged({ file }), { cause: error });
    }
    const why = withRoomForFiles(error, file);
    if (
      why instanceof Error &&
      'code' in why &&
      /^SQLITE_(READONLY|CANTOPEN)/.test(String(why.code))
    ) {
      throw new AppError('storage', m.storage_not_writable({ file }), { cause: error });
    }
    throw why;
  }
}

/** Of two processes that open a new home at once SQLite refuses one without waiting, for both have read already. */
function useWriteAheadLog(db: Database.Database): void {
  const until = Date.now() + busyMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

const busyMs = 10_000;

export const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');

const isWithoutSharedMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_IOERR_SHM');

function assertSqlite(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [index, least] of oldestSqlite.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new AppError(
        'unavailable',
        m.storage_old_sqlite({ version, oldest: oldestSqlite.join('.') }),
      );
    }
  }
}
