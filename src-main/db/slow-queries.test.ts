import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { slowQueryLog, watchQueries, type SlowQuery } from './slow-queries.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'twofold-slow-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function countTo(db: Database.Database, most: number): unknown {
  return db
    .prepare(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT max(i) FROM n',
    )
    .pluck()
    .get(most);
}

test('a slow statement is told with who asked, and answers as before; a failing one fails as before', () => {
  const db = new Database(':memory:');
  const slow: SlowQuery[] = [];
  watchQueries(db, (query) => slow.push(query), 0);
  expect(countTo(db, 1000)).toBe(1000);
  expect(slow).toMatchObject([
    {
      name: expect.stringMatching(/^db\/slow-queries\.test\.ts countTo$/),
      sql: expect.stringContaining('RECURSIVE'),
    },
  ]);
  db.exec('CREATE TABLE t (a INTEGER NOT NULL) STRICT');
  expect(db.prepare('INSERT INTO t VALUES (?)').run(7).changes).toBe(1);
  expect(db.prepare('SELECT a FROM t').raw().all()).toEqual([[7]]);
  expect(() => db.prepare('INSERT INTO t VALUES (NULL)').run()).toThrow(/NOT NULL/);
  const before = slow.length;
  watchQueries(db, (query) => slow.push(query), Number.POSITIVE_INFINITY);
  expect(db.transaction(() => db.prepare('SELECT count(*) FROM t').pluck().get())()).toBe(1);
  expect(slow.length).toBe(before + 1);
  db.close();
});

test('the log has a line each, begins anew when it is long, and never fails', () => {
  const log = slowQueryLog(folder);
  const file = path.join(folder, 'slow-queries.log');
  log({ name: 'features/runs/store.ts selectRuns', ms: 51.4, sql: 'SELECT *\n  FROM runs' });
  expect(readFileSync(file, 'utf8')).toMatch(
    /^\S+Z\t51 ms\tfeatures\/runs\/store.ts selectRuns\tSELECT \* FROM runs\n$/,
  );
  writeFileSync(file, 'x'.repeat(256_001));
  log({ name: 'next', ms: 41, sql: 'SELECT 1' });
  expect(statSync(`${file}.1`).size).toBe(256_001);
  expect(readFileSync(file, 'utf8')).toContain('\tnext\t');
  expect(() =>
    slowQueryLog(path.join(folder, 'none'))({ name: 'n', ms: 41, sql: '' }),
  ).not.toThrow();
});
