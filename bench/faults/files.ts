import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { z } from 'zod';

import { backupSchema, restoredSchema } from '#contract/backup.ts';
import { program } from '#core/wording/program.ts';

import { flip } from '../../src-main/testing/builders/flip.ts';
import { assertSound, listRuns, sentenceOf, type Fault, type Place } from './scenario.ts';

const root = path.resolve(import.meta.dirname, '../..');
const main = (place: Place): string => path.join(place.home, 'twofold.sqlite');

/** Damages the main database, sees what every way in says of it, and restores what the sentence names. */
async function restoreAfter(
  place: Place,
  damage: () => void,
  isThere = true,
): Promise<{ sees: string; checks: string[] }> {
  const checks: string[] = [];
  const { backupId } = await place.json(backupSchema, 'backups', 'create');
  damage();
  const { code, stderr, stdout } = await place.twofold('runs', 'list', '--json');
  assert.deepEqual([code, stdout], [1, '']);
  const sees = sentenceOf(place, stderr);
  assert.ok(sees.includes(`${program} backups restore ${backupId}`), sees);
  const { replacedId } = await place.json(restoredSchema, 'backups', 'restore', backupId);
  checks.push('restored');
  if (isThere) {
    assert.ok(existsSync(path.join(place.home, `twofold-replaced-${replacedId ?? ''}.sqlite`)));
    checks.push('damaged file kept');
  }
  await assertSound(place, checks);
  return { sees, checks };
}

const header: Fault = {
  name: 'flipped bytes in the header of the database',
  inject: (place) =>
    restoreAfter(place, () => {
      flip(main(place), 0, 16);
    }),
};

const page: Fault = {
  name: 'flipped bytes in a page of the database',
  inject: (place) =>
    restoreAfter(place, () => {
      const db = new Database(main(place));
      const rootPage = Number(
        db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'runs'`).pluck().get(),
      );
      const pageBytes = Number(db.pragma('page_size', { simple: true }));
      db.close();
      flip(main(place), (rootPage - 1) * pageBytes, 400);
    }),
};

const gone: Fault = {
  name: 'the database is not there any more',
  inject: (place) =>
    restoreAfter(
      place,
      () => {
        rmSync(main(place));
      },
      false,
    ),
};

/** Changes that are acknowledged and only in the log, by a process that is killed then. */
async function killedWithLog(place: Place): Promise<void> {
  const program = `
    import { openApp } from ${JSON.stringify(path.join(root, 'src-main/features/app.ts'))};
    const app = openApp({ home: process.argv[1], trainerEntry: '', queue: 'process' });
    const { runId } = app.services.runs.list()[0];
    for (let index = 1; index <= 20; index += 1) app.services.runs.note(runId, 'note ' + index);
    process.stdout.write('written');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, place.home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function noteOf(place: Place): Promise<string> {
  const shown = z.object({ note: z.string() });
  return (
    await place
      .twofold('runs', 'show', 'whole', '--json')
      .then(({ stdout }) => shown.parse(JSON.parse(stdout)))
  ).note;
}

const log: Fault = {
  name: 'flipped bytes in the write-ahead log',
  async inject(place) {
    const checks: string[] = [];
    await killedWithLog(place);
    const file = `${main(place)}-wal`;
    flip(file, Math.floor(statSync(file).size / 2), 8);
    const { stderr, code } = await place.twofold('runs', 'list');
    assert.equal(code, 0);
    const sees = sentenceOf(place, stderr);
    assert.match(sees, /may be missing/);
    assert.ok(readdirSync(place.home).some((name) => name.startsWith('log-damaged-')));
    const note = await noteOf(place);
    assert.match(note, /^(note \d+)?$/);
    checks.push(`an older state: ${note === '' ? 'no note' : note} of 20`, 'damaged log kept');
    await assertSound(place, checks);
    return { sees, checks };
  },
};

const logMissing: Fault = {
  name: 'the write-ahead log is missing',
  async inject(place) {
    const checks: string[] = [];
    await killedWithLog(place);
    rmSync(`${main(place)}-wal`);
    const { stderr, code } = await place.twofold('runs', 'list');
    assert.equal(code, 0);
    const sees = sentenceOf(place, stderr);
    assert.match(sees, /may be missing/);
    await assertSound(place, checks);
    return { sees, checks };
  },
};

const logWhole: Fault = {
  name: 'kill -9 of the main process with changes that are only in the log',
  async inject(place) {
    const checks: string[] = [];
    await killedWithLog(place);
    assert.equal((await place.twofold('runs', 'list')).stderr, '');
    assert.equal(await noteOf(place), 'note 20');
    checks.push('all 20 changes there');
    await assertSound(place, checks);
    return { sees: 'Nothing: all changes are there.', checks };
  },
};

const blobs: Fault = {
  name: 'flipped bytes in the header of blobs.sqlite',
  async inject(place) {
    const checks: string[] = [];
    const file = path.join(place.home, 'blobs.sqlite');
    flip(file, 0, 16);
    assert.equal((await listRuns(place)).length, 1);
    const refused = await place.twofold('runs', 'predictions', 'whole');
    assert.equal(refused.code, 1);
    const sees = sentenceOf(place, refused.stderr);
    const aside = await place.twofold('backups', 'set-aside', '--json');
    assert.equal(aside.code, 0, aside.stderr);
    const { lost } = z.object({ lost: z.number() }).parse(JSON.parse(aside.stdout));
    checks.push(
      'runs and curves readable',
      `set aside, ${lost} tables and predictions lost and said`,
    );
    await assertSound(place, checks);
    return { sees, checks };
  },
};

const blobPage: Fault = {
  name: 'flipped bytes in one embedding table of blobs.sqlite',
  async inject(place) {
    const checks: string[] = [];
    const db = new Database(path.join(place.home, 'blobs.sqlite'));
    const [hash, bytes] = db
      .prepare('SELECT hash, bytes FROM blobs ORDER BY length(bytes) DESC LIMIT 1')
      .raw()
      .get() as [string, Buffer];
    db.close();
    const file = path.join(place.home, 'blobs.sqlite');
    const all = readFileSync(file);
    // Pages that SQLite does not use any more may hold it too.
    for (let at = all.indexOf(bytes); at >= 0; at = all.indexOf(bytes, at + 1)) flip(file, at, 4);
    assert.ok(all.includes(bytes));
    const aside = await place.twofold('backups', 'set-aside', '--json');
    assert.equal(aside.code, 0, aside.stderr);
    const found = z.object({ lost: z.number(), kept: z.number() }).parse(JSON.parse(aside.stdout));
    assert.equal(found.lost, 1);
    checks.push(`${found.kept} others taken over`, `${hash.slice(0, 8)} told as lost`);
    await assertSound(place, checks);
    const sees = (await place.twofold('backups', 'set-aside')).stderr;
    return {
      sees: `1 is lost, ${found.kept} are taken over; asked again: ${sentenceOf(place, sees)}`,
      checks,
    };
  },
};

export const fileFaults: readonly Fault[] = [
  header,
  page,
  gone,
  log,
  logMissing,
  logWhole,
  blobs,
  blobPage,
];
