import path from 'node:path';

import Database from 'better-sqlite3';

import type { ReadDb } from '../../db/handles.ts';
import { lineOf } from '../../db/migrations/0320-stored-facts.ts';
import { mainMigrations } from '../../db/open.ts';
import { readSteps } from '../../features/runs/results/steps-store.ts';
import { everyTable, type Row } from './every-table.ts';

/** What opening a home does on purpose to what a killed process left; and the sentences of findings, which are made of these. */
const changedOnOpening =
  /^runs\.(state|reason|supervisor|ended_at|progress|best_epoch)|^datasets\.warnings$/;

/** Lines of a log are kept as kinds and facts since version 320. */
const ofToday = (table: string, row: Row): Row =>
  table === 'log_lines' ? { ...row, text: lineOf(String(row['text'])) } : row;

const columnsOf = (db: Database.Database, table: string): string[] =>
  (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);

/** A row that was put into a table, with the columns that the version had. */
export type Put = Readonly<{ table: string; row: Row }>;

/** A home as a version left it, with a row or more in every table. Returns what was put in. */
export function fillAsOf(home: string, version: number): Put[] {
  const db = new Database(path.join(home, 'twofold.sqlite'));
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  for (const migration of mainMigrations.filter((one) => one.version <= version)) migration.up(db);
  db.pragma(`user_version = ${version}`);
  const put = Object.entries(everyTable).flatMap(([table, all]) => {
    const columns = columnsOf(db, table);
    return all.flatMap((row) => {
      const known = Object.fromEntries(
        Object.entries(version < 320 ? row : ofToday(table, row)).filter(([column]) =>
          columns.includes(column),
        ),
      );
      const names = Object.keys(known);
      if (names.length === 0) return [];
      db.prepare(
        `INSERT INTO ${table} (${names.join()}) VALUES (${names.map((name) => `@${name}`).join()})`,
      ).run(known);
      return [{ table, row: known }];
    });
  });
  db.close();
  return put;
}

/** Whether a row is still there with all the values that it had. */
export function isKept(db: Database.Database, { table, row }: Put): boolean {
  if (table === 'steps') {
    const { steps, values } = readSteps(db as unknown as ReadDb, 1, 'loss', 0, 100);
    return values[steps.indexOf(Number(row['step']))] === row['loss'];
  }
  const kept = Object.entries(ofToday(table, row)).filter(
    ([column]) => !changedOnOpening.test(`${table}.${column}`),
  );
  const where = kept.map(([column]) => `${column} IS @${column}`).join(' AND ');
  return (
    db.prepare(`SELECT 1 FROM ${table} WHERE ${where}`).get(Object.fromEntries(kept)) !== undefined
  );
}
