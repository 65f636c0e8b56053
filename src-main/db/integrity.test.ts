import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { oldSqlite } from '../testing/homes/old-sqlite.ts';
import { mainMigrations, openDatabases } from './open.ts';

const missing = oldSqlite === null ? ' (skipped: no SQLite before 3.42 is on this machine)' : '';

function inHome(work: (home: string) => void): void {
  const home = mkdtempSync(path.join(tmpdir(), 'twofold-integrity-'));
  try {
    work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

test('no CHECK leaves to the version of SQLite whether NULL is JSON', () => {
  const db = new Database(':memory:');
  for (const migration of mainMigrations) migration.up(db);
  const checked = db
    .prepare(
      `SELECT s.name || '.' || c.name FROM sqlite_schema s, pragma_table_info(s.name) c
       WHERE s.type = 'table' AND c."notnull" = 0 AND s.sql LIKE '%json_valid(' || c.name || ')%'
         AND s.sql NOT LIKE '%' || c.name || ' IS NULL OR json_valid(' || c.name || ')%'`,
    )
    .pluck()
    .all();
  db.close();
  expect(checked).toEqual([]);
});

// With rows in every table: upgrade.test.ts.
test.skipIf(oldSqlite === null)(`a new home is healthy to an old SQLite too${missing}`, () => {
  inHome((home) => {
    openDatabases(home).close();
    for (const file of ['twofold.sqlite', 'blobs.sqlite'])
      expect(oldSqlite?.check(path.join(home, file))).toEqual(['ok', 'ok']);
  });
});

test('a table that is built anew keeps what refers to its rows', () => {
  inHome((home) => {
    const file = path.join(home, 'twofold.sqlite');
    const old = new Database(file);
    for (const migration of mainMigrations.filter(({ version }) => version < 270))
      migration.up(old);
    old.pragma('user_version = 260');
    old.exec(`
      INSERT INTO datasets (dataset_id, name, format, content_hash, splits, warnings, has_texts, has_words, vocabulary_size, size_bytes, created_at)
        VALUES ('d', 'D', 'csv', 'h', '{}', '[]', 1, 1, 1, 1, '2026-01-01');
      INSERT INTO runs (run_key, run_id, name, state, dataset_id, config, parameters, colour_slot, created_at)
        VALUES (7, 'r', 'R', 'finished', 'd', '{}', 1, 1, '2026-01-01');
      INSERT INTO log_lines VALUES (7, 1, '2026-01-01', 'info', 'It began.');
      INSERT INTO step_blocks VALUES (7, 1, 1, x'00');
    `);
    old.close();
    const { main, close } = openDatabases(home);
    expect(main.pragma('foreign_keys', { simple: true })).toBe(1);
    const count = (table: string) =>
      main.prepare(`SELECT COUNT(*) FROM ${table} WHERE run_key = 7`).pluck().get();
    expect(['runs', 'log_lines', 'step_blocks'].map(count)).toEqual([1, 1, 1]);
    expect(main.pragma('foreign_key_check')).toEqual([]);
    main.prepare('DELETE FROM runs').run();
    expect(['log_lines', 'step_blocks'].map(count)).toEqual([0, 0]);
    close();
  });
});
