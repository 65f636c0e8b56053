import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openApp } from '../features/app.ts';
import { oldSqlite } from '../testing/homes/old-sqlite.ts';
import { everyTable as rows } from '../testing/homes/every-table.ts';
import { fillAsOf, isKept } from '../testing/homes/old-home.ts';
import { mainMigrations, openDatabases } from './open.ts';

let home: string;
const file = () => path.join(home, 'twofold.sqlite');
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-upgrade-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

test('the rows are of every table that a version ever had', () => {
  const tables = new Set<string>();
  const db = new Database(':memory:');
  for (const migration of mainMigrations) {
    migration.up(db);
    const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    for (const name of names) tables.add(String(name));
  }
  db.close();
  // The queue has its one row from the start; blocks of steps are what steps become.
  expect([...tables].filter((name) => !(name in rows)).toSorted()).toEqual([
    'queue',
    'step_blocks',
  ]);
});

test.each(mainMigrations.map(({ version, name }) => [version, name] as const))(
  'a home of version %i (%s) opens and keeps everything',
  async (version) => {
    const put = fillAsOf(home, version);
    // What lies in the trash has done so for a day.
    const now = (): Date => new Date('2026-01-02T00:00:00Z');
    const app = openApp({ home, trainerEntry: 'not used', queue: 'process', now });
    const { runs, experiments, datasets, outsideCurves, reports, settings, backups } = app.services;
    const has = (table: string): boolean => put.some((one) => one.table === table);
    expect(datasets.list({}).map(({ name, warnings }) => [name, warnings])).toEqual([
      ['Reviews', ['one copy']],
    ]);
    if (has('runs')) {
      expect(runs.list({}).map(({ runId }) => runId)).toEqual(['r3', 'r2', 'r1']);
      expect(runs.list({ isTrash: true }).map(({ runId }) => runId)).toEqual(['r4']);
      expect(runs.get({ runId: 'r1' }).config).toMatchObject({ variant: 'A', seed: 7 });
      expect(runs.get({ runId: 'r2' }).state).toBe('interrupted');
      expect(experiments.list().map(({ name }) => name)).toEqual(['Pilot']);
    }
    if (has('epochs')) expect(runs.get({ runId: 'r1' }).epochs).toHaveLength(2);
    if (has('settings')) expect(settings.get().theme).toBe('dark');
    if (has('outside_curves')) expect(outsideCurves.list()).toHaveLength(1);
    if (has('reports')) expect(reports.list({})).toHaveLength(1);
    const isOld = version !== mainMigrations.at(-1)?.version;
    expect(backups.list().map(({ reason, schemaVersion }) => [reason, schemaVersion])).toEqual(
      isOld ? [['upgrade', version]] : [],
    );
    await app.close();

    const db = new Database(file());
    expect(put.filter((one) => !isKept(db, one))).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('quick_check', { simple: true })).toBe('ok');
    if (oldSqlite !== null) expect(oldSqlite.check(file())).toEqual(['ok', 'ok']);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const schemaOf = (of: Database.Database): unknown =>
      of.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
    const fresh = new Database(':memory:');
    for (const migration of mainMigrations) migration.up(fresh);
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    fresh.close();
    db.close();
  },
);

test('a home of a newer version is refused, and not a byte of it changed', () => {
  fillAsOf(home, mainMigrations.at(-1)?.version ?? 0);
  openDatabases(home).close();
  const db = new Database(file());
  db.pragma('user_version = 99990');
  db.exec('CREATE TABLE later (x INTEGER) STRICT; INSERT INTO later VALUES (1)');
  db.close();
  const digest = (): string => createHash('sha256').update(readFileSync(file())).digest('hex');
  const before = digest();
  expect(() => openApp({ home, trainerEntry: 'not used' })).toThrow(
    /newer Twofold.*nothing was changed/,
  );
  expect(digest()).toBe(before);
  expect(readdirSync(home).filter((name) => /backups|replaced/.test(name))).toEqual([]);
});

test('a home that a running older program has open is left as it is, and its process is named', async () => {
  fillAsOf(home, 290);
  const presence = path.join(import.meta.dirname, '../features/backups/presence.ts');
  const program = `
    import { enter } from ${JSON.stringify(presence)};
    enter(process.argv[1]).opened();
    process.stdout.write('open');
    setInterval(() => undefined, 1000);`;
  const older = spawn(process.execPath, ['--input-type=module', '-e', program, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const open = () => openApp({ home, trainerEntry: 'not used', queue: 'process' });
  try {
    await once(older.stdout, 'data');
    expect(open).toThrow(
      new RegExp(`older Twofold still has .* open \\(process ${older.pid}\\).*End that process`),
    );
    const db = new Database(file(), { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(290);
    db.close();
    expect(readdirSync(path.join(home, 'open'))).toHaveLength(1);
  } finally {
    older.kill('SIGKILL');
    await once(older, 'exit');
  }
  const app = open();
  await app.close();
  expect(app.notices).toBeDefined();
});
