import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { flip } from '../testing/builders/flip.ts';
import { lostTransactions } from './wal.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-wal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Ten transactions of one page each, as a killed process leaves them: `killed.sqlite` and its log. */
function write(pageBytes = 8192, restart = false): void {
  const db = new Database(at('a.sqlite'));
  db.pragma(`page_size = ${pageBytes}`);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (v INTEGER)');
  if (restart) {
    for (let index = 0; index < 30; index += 1) db.exec('INSERT INTO t VALUES (0)');
  }
  db.pragma('wal_checkpoint(RESTART)');
  for (let index = 1; index <= 10; index += 1) db.exec(`INSERT INTO t VALUES (${index})`);
  copyFileSync(at('a.sqlite'), at('killed.sqlite'));
  copyFileSync(at('a.sqlite-wal'), at('killed.sqlite-wal'));
  db.close();
}

/** How many of the ten SQLite finds. */
function found(): number {
  const db = new Database(at('killed.sqlite'));
  const count = Number(db.prepare('SELECT count(*) FROM t WHERE v > 0').pluck().get());
  db.close();
  return count;
}

test.each([512, 4096, 8192])('a whole log has lost nothing, pages of %d bytes', (pageBytes) => {
  write(pageBytes);
  expect(lostTransactions(at('killed.sqlite-wal'))).toBe(0);
  expect(found()).toBe(10);
});

test('neither has one that was written over an earlier turn', () => {
  write(8192, true);
  expect(lostTransactions(at('killed.sqlite-wal'))).toBe(0);
  expect(found()).toBe(10);
});

test('what SQLite leaves out behind a flipped byte is counted', () => {
  for (const frame of [0, 3, 9]) {
    write();
    const log = at('killed.sqlite-wal');
    flip(log, 32 + frame * (24 + 8192) + 24 + 100, 1);
    expect(lostTransactions(log)).toBe(10 - frame);
    expect(found()).toBe(frame);
    rmSync(at('a.sqlite'));
  }
});

test('without its header nothing is left of a log', () => {
  write();
  flip(at('killed.sqlite-wal'), 0, 4);
  expect(lostTransactions(at('killed.sqlite-wal'))).toBe(10);
  expect(found()).toBe(0);
});

test('one that was cut off by a kill has lost nothing that was acknowledged', () => {
  write();
  const log = at('killed.sqlite-wal');
  truncateSync(log, statSync(log).size - 4000);
  expect(lostTransactions(log)).toBe(0);
  writeFileSync(log, readFileSync(log).subarray(0, 20));
  expect(lostTransactions(log)).toBe(0);
});
