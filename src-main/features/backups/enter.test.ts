import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDatabases } from '../../db/open.ts';
import { flip } from '../../testing/builders/flip.ts';
import { openApp } from '../app.ts';
import { restoreDatabase } from './restore.ts';

let home: string;
const log = (): string => path.join(home, 'twofold.sqlite-wal');
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-enter-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A process of its own that has the home open, and is killed once it has done that. */
async function killedAfter(statements: string): Promise<void> {
  const program = `
    import { openApp } from ${JSON.stringify(path.join(import.meta.dirname, '../app.ts'))};
    import { openDatabases } from ${JSON.stringify(path.join(import.meta.dirname, '../../db/open.ts'))};
    const home = process.argv[1];
    openApp({ home, trainerEntry: 'not used', queue: 'process' });
    const { main } = openDatabases(home);
    ${statements}
    process.stdout.write('done');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const setStatements = `for (let index = 1; index <= 20; index += 1)
  main.prepare("INSERT OR REPLACE INTO settings VALUES ('test', ?)").run(String(index));`;

/** What the next to come is told, and the last value that it finds. */
async function enter() {
  const app = openApp({ home, trainerEntry: 'not used', queue: 'process' });
  const databases = openDatabases(home);
  const value = databases.main.prepare("SELECT value FROM settings WHERE key = 'test'").pluck();
  const integrity = databases.main.pragma('integrity_check', { simple: true });
  const found = { value: value.get(), integrity };
  databases.close();
  const { notices } = app;
  const problems = app.problems().map(({ kind }) => kind);
  await app.close();
  return { ...found, notices, problems };
}

test('a process killed within a transaction: what it had committed is there, what it had not is not', async () => {
  await killedAfter(`${setStatements}
    main.exec("BEGIN IMMEDIATE; UPDATE settings SET value = '0'");`);
  expect(await enter()).toEqual({ value: '20', integrity: 'ok', notices: [], problems: [] });
});

test('flipped bytes in the log of a killed process: an older state, which is said, and the log is kept', async () => {
  await killedAfter(setStatements);
  flip(log(), Math.floor(statSync(log()).size / 2), 8);
  const { value, ...entered } = await enter();
  expect(Number(value ?? 0)).toBeLessThan(20);
  expect(entered).toEqual({
    integrity: 'ok',
    notices: [expect.stringMatching(/may be missing/)],
    problems: ['log'],
  });
  expect(readdirSync(home)).toContainEqual(expect.stringMatching(/^log-damaged-.+\.wal$/));
});

test('a killed process whose log a restore has put away with its database: nothing is said', async () => {
  const app = openApp({ home, trainerEntry: 'not used', queue: 'process' });
  const { backupId } = await app.services.backups.create();
  await app.close();
  await killedAfter(setStatements);
  const { replacedId } = restoreDatabase(home, backupId, new Date());
  expect(await enter()).toEqual({ value: undefined, integrity: 'ok', notices: [], problems: [] });
  restoreDatabase(home, replacedId ?? '', new Date());
  expect(await enter()).toMatchObject({ value: '20', notices: [], problems: [] });
});

test('a killed process whose log is gone: said too', async () => {
  await killedAfter(setStatements);
  rmSync(log());
  expect(await enter()).toMatchObject({
    integrity: 'ok',
    notices: [expect.stringMatching(/may be missing/)],
  });
});
