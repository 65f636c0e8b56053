import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { StepFigure } from '#contract/metric.ts';
import { readSteps } from '../features/runs/results/steps-store.ts';
import type { ReadDb } from './handles.ts';
import { migrate } from './migrate.ts';
import { mainMigrations, openDatabases } from './open.ts';
import { getBlob, putBlob, sweepBlobs } from './blobs.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-db-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('openDatabases', () => {
  test('creates both files in WAL mode with full synchronisation, and opens them again', () => {
    const first = openDatabases(home);
    expect(first.main.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(first.main.pragma('synchronous', { simple: true })).toBe(2);
    expect(first.main.pragma('page_size', { simple: true })).toBe(8192);
    first.main.prepare(`INSERT INTO settings VALUES ('theme', '"dark"')`).run();
    const second = openDatabases(home);
    expect(second.main.prepare('SELECT value FROM settings').pluck().get()).toBe('"dark"');
    expect(second.main.pragma('user_version', { simple: true })).toBe(
      mainMigrations.at(-1)?.version,
    );
    first.close();
    second.close();
  });

  test('a first start that ends half-way leaves a new database', () => {
    const db = new Database(path.join(home, 'twofold.sqlite'));
    const full = () => {
      throw Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' });
    };
    const failing = mainMigrations.map((one) => (one.version === 150 ? { ...one, up: full } : one));
    expect(() => migrate(db, failing, 'test')).toThrow('disk is full');
    expect(db.pragma('user_version', { simple: true })).toBe(0);
    expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
    db.close();
    openDatabases(home).close();
  });

  test('an older database is copied before it is upgraded, unless nobody has stored anything in it', () => {
    const copied: number[] = [];
    for (const [index, filled] of [false, true].entries()) {
      const db = new Database(':memory:');
      migrate(
        db,
        mainMigrations.filter(({ version }) => version < 150),
        'test',
      );
      if (filled) db.exec(`INSERT INTO settings VALUES ('theme', '"dark"')`);
      migrate(db, mainMigrations, 'test', () => copied.push(index));
      db.close();
    }
    expect(copied).toEqual([1]);
  });

  test('refuses a newer database and leaves it as it is', () => {
    openDatabases(home).close();
    const file = path.join(home, 'twofold.sqlite');
    const db = new Database(file);
    db.pragma('user_version = 99990');
    db.close();
    expect(() => openDatabases(home)).toThrow(/newer Twofold/);
    const again = new Database(file);
    expect(again.pragma('user_version', { simple: true })).toBe(99990);
    again.close();
  });

  test('says so when a file is no database', () => {
    writeFileSync(
      path.join(home, 'twofold.sqlite'),
      'not a database, certainly not one '.repeat(100),
    );
    expect(() => openDatabases(home)).toThrow(/damaged/);
  });

  // A limit on the size of files stands for a full disk: no file can grow to the 32 KiB of the index that processes share.
  test.skipIf(process.platform === 'win32')('can be read, but not written, on a full disk', () => {
    openDatabases(home).close();
    const program = `
      import { openDatabases } from ${JSON.stringify(path.join(import.meta.dirname, 'open.ts'))};
      const { main, close } = openDatabases(${JSON.stringify(home)});
      const count = main.prepare('SELECT count(*) FROM datasets').pluck().get();
      let code = 'written';
      try { main.exec("INSERT INTO settings VALUES ('a', '1')"); } catch (error) { code = error.code; }
      close();
      process.stdout.write(count + ' ' + code);`;
    const answer = execFileSync(
      'bash',
      ['-c', 'ulimit -f 4; exec "$0" --input-type=module -e "$1"', process.execPath, program],
      { encoding: 'utf8' },
    );
    expect(answer).toMatch(/^0 SQLITE_(FULL|IOERR)/);
    openDatabases(home).close();
  });

  test('versions grow in tens', () => {
    const versions = mainMigrations.map((migration) => migration.version);
    expect(versions).toEqual(versions.map((_, index) => (index + 1) * 10));
  });
});

describe('blobs', () => {
  test('are stored once under their hash and swept when old and unreferred', () => {
    const { blobs, close } = openDatabases(home);
    const now = new Date('2026-01-10T00:00:00Z');
    const old = new Date('2026-01-01T00:00:00Z');
    const kept = putBlob(blobs, Uint8Array.of(1, 2, 3, 4), old);
    const orphan = putBlob(blobs, Uint8Array.of(5), old);
    const fresh = putBlob(blobs, Uint8Array.of(6), now);
    expect(putBlob(blobs, Uint8Array.of(1, 2, 3, 4), old)).toBe(kept);
    expect(sweepBlobs(blobs, (hash) => hash === kept, now)).toBe(1);
    expect([...new Uint8Array(getBlob(blobs, kept))]).toEqual([1, 2, 3, 4]);
    expect([...new Uint8Array(getBlob(blobs, fresh))]).toEqual([6]);
    expect(() => getBlob(blobs, orphan)).toThrow(/missing/);
    close();
  });

  test('does not sweep what another process stores again meanwhile', () => {
    const { blobs, close } = openDatabases(home);
    const bytes = Uint8Array.of(7);
    const hash = putBlob(blobs, bytes, new Date('2026-01-01T00:00:00Z'));
    const now = new Date('2026-06-01T00:00:00Z');
    const storedMeanwhile = (): boolean => {
      putBlob(blobs, bytes, now);
      return false;
    };
    sweepBlobs(blobs, storedMeanwhile, now);
    expect([...new Uint8Array(getBlob(blobs, hash))]).toEqual([7]);
    close();
  });
});

test('the findings of a dataset from before are its warnings', () => {
  const db = new Database(':memory:');
  const before = mainMigrations.filter(({ version }) => version < 60);
  migrate(db, before, 'test');
  db.exec(
    `INSERT INTO datasets VALUES ('d', 'D', 'csv', 'h', '{}', '["one","two"]', 1, 1, 1, 1, '2026-01-01', NULL),
       ('e', 'E', 'csv', 'i', '{}', '[]', 1, 1, 1, 1, '2026-01-01', NULL)`,
  );
  migrate(db, mainMigrations, 'test');
  const found = db.prepare('SELECT findings FROM datasets ORDER BY dataset_id').pluck().all();
  expect(found.map((json) => JSON.parse(String(json)) as unknown)).toEqual([
    [
      { kind: 'note', text: 'one', count: 0 },
      { kind: 'note', text: 'two', count: 0 },
    ],
    [],
  ]);
  db.close();
});

test('a name that was made of all runs becomes short, one that was given stays', () => {
  const db = new Database(':memory:');
  migrate(
    db,
    mainMigrations.filter(({ version }) => version < 160),
    'test',
  );
  db.pragma('foreign_keys = OFF');
  db.exec(
    `INSERT INTO experiments (experiment_id, name, created_at) VALUES ('e1', 'A seed 1, B seed 1, A seed 2', '2026-01-01'),
       ('e2', 'pilot', '2026-01-01'), ('e3', 'Factor grid', '2026-01-01')`,
  );
  const add = db.prepare(
    `INSERT INTO runs (run_id, name, state, dataset_id, experiment_id, config, parameters, colour_slot, created_at)
     VALUES (?, ?, 'finished', 'd', ?, '{}', 1, 1, '2026-01-01')`,
  );
  const names = { e1: ['A seed 1', 'B seed 1', 'A seed 2'], e2: ['pilot A', 'pilot B'], e3: ['x'] };
  for (const [id, runs] of Object.entries(names))
    runs.forEach((name, index) => add.run(`${id}${index}`, name, id));
  migrate(db, mainMigrations, 'test');
  const found = db
    .prepare('SELECT name, is_named, margin_points FROM experiments ORDER BY experiment_id')
    .raw()
    .all();
  expect(found).toEqual([
    ['A seed 1 and 2 more', 0, null],
    ['pilot', 1, null],
    ['Factor grid', 1, null],
  ]);
  db.close();
});

test('the figures of steps from before are in blocks, NaN and all', () => {
  const db = new Database(':memory:');
  migrate(
    db,
    mainMigrations.filter(({ version }) => version < 140),
    'test',
  );
  db.pragma('foreign_keys = OFF');
  const insert = db.prepare('INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (let step = 1; step <= 1300; step += 1) {
    insert.run(
      7,
      step,
      step <= 600 ? 1 : 2,
      step / 2,
      step === 650 ? null : step,
      0.5,
      1e9,
      Infinity,
    );
  }
  insert.run(8, 3, 1, 1.5, 2, 3, 4, 5);
  migrate(db, mainMigrations, 'test');
  const read = (runKey: number, metric: StepFigure) =>
    readSteps(db as unknown as ReadDb, runKey, metric, 0, 1e9);
  const { steps, epochs, seconds, values } = read(7, 'loss');
  const all = Array.from({ length: 1300 }, (_, index) => index + 1);
  expect([...steps]).toEqual(all);
  expect([...epochs]).toEqual(all.map((step) => (step <= 600 ? 1 : 2)));
  expect([...seconds]).toEqual(all.map((step) => step / 2));
  expect([...values]).toEqual(all.map((step) => (step === 650 ? Number.NaN : step)));
  expect(new Set(read(7, 'samplesPerSecond').values)).toEqual(new Set([Infinity]));
  expect([...read(8, 'gradientNorm').values]).toEqual([4]);
  db.close();
});
