import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { flip } from '../../testing/builders/flip.ts';
import { entries } from '../../testing/programs.ts';
import { addStoredRun, judging } from '../../testing/builders/stored-runs.ts';
import { addTestDataset } from '../../testing/test-dataset.ts';
import { mainMigrations, openDatabases } from '../../db/open.ts';
import { openApp, type App, type AppOptions } from '../app.ts';
import { openWorkbench } from '../workbench.ts';
import { hasBlob, putBlob } from '../../db/blobs.ts';
import { maintainDaily } from '../maintenance.ts';
import { backupFile, listBackups, newestBackup } from './place.ts';
import { restoreDatabase } from './restore.ts';
import { setBlobsAside } from './set-aside.ts';

let home: string;
const opened: { close: () => Promise<void> }[] = [];
const options = (more: Partial<AppOptions> = {}): AppOptions => ({
  home,
  ...entries,
  ...more,
});
const open = (more: Partial<AppOptions> = {}): App => {
  const app = openApp(options(more));
  opened.push(app);
  return app;
};
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-backups-'));
});
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
  rmSync(home, { recursive: true, force: true });
});

/** A dataset and finished runs, put in while nobody has the home open. */
function fill(...runIds: string[]): void {
  const databases = openDatabases(home);
  if (databases.main.prepare('SELECT 1 FROM datasets').get() === undefined)
    addTestDataset(databases.main, home);
  for (const runId of runIds) {
    addStoredRun(databases, {
      runId,
      config: { variant: 'A' },
      probabilities: [judging(4, (row) => row < 3)],
    });
  }
  databases.close();
}

const main = () => path.join(home, 'twofold.sqlite');
const runIds = () => {
  const db = new Database(main(), { readonly: true });
  const ids = db.prepare('SELECT run_id FROM runs ORDER BY run_key').pluck().all();
  db.close();
  return ids;
};

async function backup(): Promise<string> {
  const app = openApp(options());
  const { backupId } = await app.services.backups.create();
  await app.close();
  return backupId;
}

describe('a backup', () => {
  test('is a whole copy with a list of what it refers to, made while others write', async () => {
    fill('a1');
    const app = open();
    const writing = openDatabases(home);
    let isDone = false;
    const made = app.services.backups.create().finally(() => (isDone = true));
    let written = 0;
    while (!isDone) {
      writing.main.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)').run(`k${written}`, '1');
      written += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    writing.close();
    const { backupId, ...facts } = await made;
    expect(written).toBeGreaterThan(0);
    expect(facts).toMatchObject({
      kind: 'backup',
      reason: 'request',
      runs: 1,
      datasets: 1,
      blobs: 1,
      schemaVersion: mainMigrations.at(-1)?.version,
    });
    const copy = new Database(backupFile(home, backupId), { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT run_id FROM runs').pluck().all()).toEqual(['a1']);
    const [hash] = copy.prepare('SELECT blob_hash FROM predictions').pluck().all();
    copy.close();
    const folder = path.dirname(backupFile(home, backupId));
    expect(readFileSync(path.join(folder, 'refers.txt'), 'utf8')).toContain(
      `blob ${String(hash)}\n`,
    );
    const { sha256 } = JSON.parse(readFileSync(path.join(folder, 'facts.json'), 'utf8')) as {
      sha256: string;
    };
    expect(
      createHash('sha256')
        .update(readFileSync(backupFile(home, backupId)))
        .digest('hex'),
    ).toBe(sha256);
    expect(readdirSync(folder).toSorted()).toEqual(['facts.json', 'refers.txt', 'twofold.sqlite']);
  });

  test('is made by itself once a day, and not of an empty home', async () => {
    let now = new Date('2026-06-01T12:00:00Z');
    const started = (heard: string[] = []): App => {
      const app = open({ now: () => now, firstBackupAfterMs: 0 });
      app.onEvent((name) => heard.push(name));
      return app;
    };
    const empty = started();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await empty.close();
    expect(listBackups(home)).toEqual([]);
    fill('a1');
    for (const [at, count] of [
      ['2026-06-01T12:00:00Z', 1],
      ['2026-06-01T20:00:00Z', 1],
      ['2026-06-02T13:00:00Z', 2],
    ] as const) {
      now = new Date(at);
      const app = started();
      await expect.poll(() => listBackups(home).length, { timeout: 20_000 }).toBe(count);
      await app.close();
      expect(listBackups(home).every(({ reason }) => reason === 'daily')).toBe(true);
    }
  });

  test('is made before an older database is brought to the new format', () => {
    const old = new Database(main());
    for (const migration of mainMigrations.filter(({ version }) => version <= 90))
      migration.up(old);
    old.exec(`INSERT INTO settings VALUES ('theme', '"dark"')`);
    old.pragma('user_version = 90');
    old.close();
    const app = open();
    expect(newestBackup(home)).toMatchObject({ reason: 'upgrade', schemaVersion: 90, runs: 0 });
    const [only] = app.services.backups.list();
    const copy = new Database(backupFile(home, only?.backupId ?? ''), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(90);
    copy.close();
  });

  test('takes no good one away where the clock was set back, or where newer ones are damaged', async () => {
    fill('a1');
    let now = new Date('2026-06-10T12:00:00Z');
    const app = open({ now: () => now });
    const made = async (at: string): Promise<string> => {
      now = new Date(at);
      return (await app.services.backups.create()).backupId;
    };
    const late = [
      await made('2026-06-10T12:00:00Z'),
      await made('2026-06-10T12:01:00Z'),
      await made('2026-06-10T12:02:00Z'),
    ];
    const early = [
      await made('2026-06-09T12:00:00Z'),
      await made('2026-06-09T12:01:00Z'),
      await made('2026-06-09T12:02:00Z'),
    ];
    const ids = (): string[] => listBackups(home).map(({ backupId }) => backupId);
    expect(ids()).toEqual([...early, ...late].toSorted().toReversed());
    for (const backupId of early.slice(1)) writeFileSync(backupFile(home, backupId), 'damaged');
    const next = await made('2026-06-09T12:03:00Z');
    // Of the damaged ones the rotation takes the one that it would have taken from whole ones.
    expect(ids()).toEqual([...late.toReversed(), next, ...early.toReversed()]);
    expect(await made('2026-06-09T12:04:00Z')).toBe(ids()[3]);
    expect(ids()).toContain(early[0]);
    expect(ids()).not.toContain(early[1]);
  });

  test('of a damaged database is none, and nothing is left of it', async () => {
    fill('a1');
    const app = open();
    app.services.runs.rename({ runId: 'a1', name: 'before' });
    const { main: db, close } = openDatabases(home);
    db.pragma('wal_checkpoint(TRUNCATE)');
    close();
    flip(main(), pageOf(main(), 'runs'), 200);
    await expect(app.services.backups.create()).rejects.toThrow(/No backup was made.*damaged/);
    expect(readdirSync(path.join(home, 'backups'))).toEqual([]);
  });
});

describe('a restore', () => {
  test('keeps what it replaces, says what is missing, and can be undone', async () => {
    fill('a1');
    const backupId = await backup();
    fill('b1');
    const runs = path.join(home, 'runs', 'b1');
    mkdirSync(runs, { recursive: true });
    writeFileSync(path.join(runs, 'last.ckpt'), 'x');
    const restored = restoreDatabase(home, backupId.slice(0, 8), new Date('2027-01-01T00:00:00Z'));
    expect(restored).toMatchObject({
      backupId,
      replacedId: '20270101-000000',
      isQueuePaused: true,
      missing: { newerRuns: ['b1'], blobs: 0, files: 0 },
    });
    expect(runIds()).toEqual(['a1']);
    const app = open();
    expect(app.services.queue.get().isPaused).toBe(true);
    expect(app.services.backups.list()[0]).toMatchObject({
      kind: 'replaced',
      replacedBy: { backupId, missing: { newerRuns: ['b1'] } },
    });
    await app.close();
    restoreDatabase(home, '20270101-000000', new Date('2027-01-02T00:00:00Z'));
    expect(runIds()).toEqual(['a1', 'b1']);
    // The undo can be undone as well.
    expect(listBackups(home).map((one) => one.backupId)).toEqual(['20270102-000000', backupId]);
  });

  test('what it replaced is kept for 30 days, and what it refers to with it', async () => {
    fill('a1');
    const backupId = await backup();
    const databases = openDatabases(home);
    const now = new Date('2027-06-01T00:00:00Z');
    const later = new Date('2027-06-20T00:00:00Z');
    const hash = putBlob(databases.blobs, Uint8Array.of(1), now);
    databases.close();
    const { replacedId } = restoreDatabase(home, backupId, now);
    const maintained = () => {
      const { main: db, blobs, close } = openDatabases(home);
      maintainDaily({ main: db, blobs, blobsDamage: null, close }, home, later);
      const isKept = hasBlob(blobs, hash);
      close();
      return isKept;
    };
    const isKeptAfterBackup = async (date: string): Promise<boolean> => {
      const app = open({ now: () => new Date(date), queue: 'process' });
      await app.services.backups.create();
      await app.close();
      return listBackups(home).some((one) => one.backupId === replacedId);
    };
    expect(maintained()).toBe(true);
    expect(await isKeptAfterBackup('2027-06-20')).toBe(true);
    // A day with a clock that is ahead, and the days after it.
    expect(await isKeptAfterBackup('2028-01-01')).toBe(true);
    expect(await isKeptAfterBackup('2027-06-30')).toBe(true);
    expect(await isKeptAfterBackup('2027-07-05')).toBe(true);
    expect(await isKeptAfterBackup('2027-07-06')).toBe(false);
    expect(readdirSync(home).filter((name) => name.includes('replaced'))).toEqual([]);
    expect(maintained()).toBe(false);
  });

  test('with a clock that was behind: what it replaced is not taken for old', async () => {
    fill('a1');
    const backupId = await backup();
    const { replacedId } = restoreDatabase(home, backupId, new Date('2020-01-01T00:00:00Z'));
    await backup();
    await backup();
    expect(listBackups(home).map((one) => one.backupId)).toContain(replacedId);
  });

  test('keeps the datasets that what it replaced may use', async () => {
    fill('a1');
    const backupId = await backup();
    const { replacedId } = restoreDatabase(home, backupId, new Date());
    const app = open();
    expect(() => app.services.datasets.emptyTrash()).toThrow(
      `the database that a restore replaced (${replacedId ?? ''}) may use these datasets`,
    );
    await app.close();
  });

  test('of an id that is not there, of a damaged copy, of a newer one: nothing is changed', async () => {
    fill('a1');
    const backupId = await backup();
    const before = statSync(main()).mtimeMs;
    expect(() => restoreDatabase(home, 'nope', new Date())).toThrow(/no backup "nope"/);
    flip(backupFile(home, backupId), 5000, 1);
    expect(() => restoreDatabase(home, backupId, new Date())).toThrow(
      /damaged itself.*nothing was changed/,
    );
    expect(statSync(main()).mtimeMs).toBe(before);
    expect(readdirSync(home).filter((name) => /restor|replaced/.test(name))).toEqual([]);
  });

  test('takes half a claim, which an older version left on a full disk, for none', async () => {
    fill('first');
    const backup = await open().services.backups.create();
    await opened[0]?.close();
    const unfinished = `restore.json.twofold-${2 ** 22 + 1}-0123abcd.tmp`;
    writeFileSync(path.join(home, unfinished), '{');
    for (const half of ['', '{}', 'null', '{"phase":"swap"}']) {
      writeFileSync(path.join(home, 'restore.json'), half);
      expect(restoreDatabase(home, backup.backupId, new Date()).backupId).toBe(backup.backupId);
      expect(readdirSync(home).filter((name) => /restore\.json/.test(name))).toEqual([]);
    }
  });

  test.skipIf(process.platform === 'win32').each([
    ['no database', (lock: string) => writeFileSync(lock, 'x'.repeat(5000))],
    ['a folder', (lock: string) => mkdirSync(lock)],
    ['a link to nothing', (lock: string) => symlinkSync('nowhere/at-all', lock)],
  ])('makes its lock anew where that is %s', async (_, spoil) => {
    fill('first');
    const backup = await open().services.backups.create();
    await opened[0]?.close();
    const lock = path.join(home, 'open', 'restore-lock.sqlite');
    rmSync(lock, { recursive: true, force: true });
    spoil(lock);
    expect(restoreDatabase(home, backup.backupId, new Date()).backupId).toBe(backup.backupId);
    expect(statSync(lock).size).toBe(0);
  });

  test('leaves nothing where its claim cannot be written', async () => {
    fill('first');
    const backup = await open().services.backups.create();
    await opened[0]?.close();
    // A folder of that name refuses the link as a taken name does.
    mkdirSync(path.join(home, 'restore.json'));
    expect(() => restoreDatabase(home, backup.backupId, new Date())).toThrow();
    rmSync(path.join(home, 'restore.json'), { recursive: true });
    expect(readdirSync(home).filter((name) => /restor/.test(name))).toEqual([]);
    expect(restoreDatabase(home, backup.backupId, new Date()).backupId).toBe(backup.backupId);
  });

  test('is refused while another process has the home open', async () => {
    fill('a1');
    const backupId = await backup();
    const app = open();
    expect(() => restoreDatabase(home, backupId, new Date())).toThrow(
      /Another process \(\d+\) has this data folder open/,
    );
    await app.close();
    expect(restoreDatabase(home, backupId, new Date()).backupId).toBe(backupId);
  });

  test('plays the journal of a killed restore into no other copy', async () => {
    fill('a1');
    const backupId = await backup();
    // What a kill left within a transaction of SQLite.
    const killed = path.join(home, 'killed.sqlite');
    writeFileSync(killed, readFileSync(backupFile(home, backupId)));
    const db = new Database(killed);
    db.pragma('journal_mode = DELETE');
    db.pragma('cache_size = 1');
    db.exec('BEGIN; DELETE FROM runs; CREATE TABLE filler AS SELECT randomblob(1000000)');
    const journal = readFileSync(`${killed}-journal`);
    db.close();
    fill('b1', 'c1');
    const left = path.join(home, '.restoring.sqlite-journal');
    writeFileSync(left, journal);
    const { replacedId } = restoreDatabase(home, backupId, new Date());
    expect(runIds()).toEqual(['a1']);
    writeFileSync(left, journal);
    restoreDatabase(home, replacedId ?? '', new Date());
    expect(runIds()).toEqual(['a1', 'b1', 'c1']);
  });

  test('that was killed half way is finished by the next one to come', async () => {
    fill('a1');
    const backupId = await backup();
    fill('b1');
    const gone = { pid: 2 ** 22 + 1, startedAt: 'long ago' };
    const plan = {
      ...gone,
      phase: 'swap',
      backupId,
      replacedId: '20270101-000000',
      replacedAt: '2027-01-01T00:00:00Z',
      isReplaced: false,
      hasLog: false,
      missing: { newerRuns: [], shorterRuns: [], blobs: 0, files: 0, datasets: [] },
    };
    // Killed after the old one was moved, before the new one was.
    writeFileSync(path.join(home, '.restoring.sqlite'), readFileSync(backupFile(home, backupId)));
    writeFileSync(path.join(home, 'restore.json'), JSON.stringify(plan));
    renameSync(main(), path.join(home, 'twofold-replaced-20270101-000000.sqlite'));
    await open().close();
    expect(runIds()).toEqual(['a1']);
    expect(existsSync(path.join(home, 'restore.json'))).toBe(false);
    // Killed while it copied: nothing was done.
    writeFileSync(path.join(home, '.restoring.sqlite'), 'half');
    writeFileSync(path.join(home, 'restore.json'), JSON.stringify({ ...gone, phase: 'copy' }));
    await open().close();
    expect(runIds()).toEqual(['a1']);
    expect(readdirSync(home).filter((name) => name.includes('restor'))).toEqual([]);
  });
});

describe('a damaged database', () => {
  test('is told with the last good backup, and the window offers it', async () => {
    fill('a1');
    const backupId = await backup();
    fill('b1');
    flip(main(), 0, 16);
    const sentence = new RegExp(
      `twofold.sqlite is damaged.*last good backup is of \\d{4}-.* keeps the damaged file`,
    );
    expect(() => openApp(options())).toThrow(sentence);
    const bench = openWorkbench(options());
    opened.push(bench);
    const state = await bench.handlers['home.state']({});
    expect(state).toMatchObject({
      isOpen: false,
      problems: [{ kind: 'database', message: expect.stringMatching(sentence) }],
    });
    await expect(bench.handlers['runs.list']({ isTrash: false })).rejects.toThrow(sentence);
    expect(await bench.handlers['backups.list']({})).toHaveLength(1);
    const events: unknown[] = [];
    bench.onEvent((name, payload) => events.push([name, payload]));
    const { replacedId } = await bench.handlers['home.restore']({ backupId });
    expect(await bench.handlers['home.state']({})).toEqual({ isOpen: true, problems: [] });
    expect(events).toContainEqual(['home.changed', { isOtherDatabase: true }]);
    expect(
      (await bench.handlers['runs.list']({ isTrash: false })).map(({ runId }) => runId),
    ).toEqual(['a1']);
    // Undone: as damaged as it was.
    await bench.handlers['home.restore']({ backupId: replacedId ?? '' });
    expect(await bench.handlers['home.state']({})).toMatchObject({ isOpen: false });
  });

  test('is offered the backup made last, not one of a clock that ran ahead', async () => {
    fill('first');
    const early = await open({ now: () => new Date('2031-01-01') }).services.backups.create();
    await opened[0]?.close();
    const late = await open({ now: () => new Date('2026-12-02') }).services.backups.create();
    expect(late.createdAt < early.createdAt).toBe(true);
    expect(newestBackup(home)?.backupId).toBe(late.backupId);
  });

  test('is not offered a backup that is damaged itself: the one before it is named', async () => {
    fill('a1');
    const [good, cut, gone] = [await backup(), await backup(), await backup()];
    writeFileSync(backupFile(home, cut), Buffer.alloc(5000));
    rmSync(backupFile(home, gone));
    flip(main(), 0, 16);
    expect(listBackups(home).map((one) => [one.backupId, one.isDamaged])).toEqual([
      [gone, true],
      [cut, true],
      [good, false],
    ]);
    expect(newestBackup(home)?.backupId).toBe(good);
    let caught: unknown;
    try {
      open();
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ flag: expect.stringContaining(`restore ${good}`) as string });
    for (const backupId of [cut, gone])
      expect(() => restoreDatabase(home, backupId, new Date())).toThrow(/damaged itself/);
    restoreDatabase(home, good, new Date());
    expect(runIds()).toEqual(['a1']);
  });

  test('without a backup begins anew, the damaged file kept', () => {
    fill('a1');
    flip(main(), 0, 16);
    expect(() => openApp(options())).toThrow(/no backup; an empty database can be begun/);
    const { replacedId } = restoreDatabase(home, 'empty', new Date());
    expect(open().services.runs.list({})).toEqual([]);
    expect(existsSync(path.join(home, `twofold-replaced-${replacedId ?? ''}.sqlite`))).toBe(true);
  });

  test('in one page is told where it is read', async () => {
    fill('a1');
    await backup();
    flip(main(), pageOf(main(), 'runs'), 200);
    const bench = openWorkbench(options());
    opened.push(bench);
    const { problems } = await bench.handlers['home.state']({});
    const message = await Promise.resolve(bench.handlers['runs.list']({ isTrash: false })).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(`${message} ${problems.map((problem) => problem.message).join()}`).toContain(
      'The last good backup is of',
    );
  });

  test('in one page leaves nothing behind that would read the closed database', async () => {
    fill('a1');
    flip(main(), pageOf(main(), 'runs'), 200);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      expect(() => openApp(options())).toThrow(/damaged/);
      await new Promise((resolve) => setImmediate(resolve));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that is gone is told, not made anew', async () => {
    fill('a1');
    await backup();
    rmSync(main());
    expect(() => openApp(options())).toThrow(/missing or empty.*last good backup/);
    writeFileSync(main(), '');
    expect(() => openApp(options())).toThrow(/missing or empty/);
  });
});

describe('a damaged blobs.sqlite', () => {
  test('keeps nobody out, says what is not there, and is set aside', async () => {
    fill('a1', 'b1');
    const file = path.join(home, 'blobs.sqlite');
    flip(file, 0, 16);
    const bench = openWorkbench(options());
    opened.push(bench);
    const { isOpen, problems } = await bench.handlers['home.state']({});
    expect(isOpen).toBe(true);
    expect(problems).toEqual([
      {
        kind: 'blobs',
        message: expect.stringMatching(/0 embedding tables and the predictions of 2 epochs/),
      },
    ]);
    expect(await bench.handlers['runs.list']({ isTrash: false })).toHaveLength(2);
    const done = await bench.handlers['home.setAsideBlobs']({});
    expect(done).toMatchObject({ kept: 0, lost: 1 });
    expect(existsSync(path.join(home, done.file))).toBe(true);
    expect(await bench.handlers['home.state']({})).toEqual({ isOpen: true, problems: [] });
    const lost = /and lost: 1 of the .* nothing to set aside/;
    await expect(bench.handlers['home.setAsideBlobs']({})).rejects.toThrow(lost);
    await bench.close();
    expect(() => setBlobsAside(home, new Date())).toThrow(lost);
  });

  test('that is gone is told with what is lost, before and after a new one is made', async () => {
    fill('a1');
    expect(() => setBlobsAside(home, new Date())).toThrow(/is whole: there is nothing/);
    rmSync(path.join(home, 'blobs.sqlite'));
    const lost = /and lost: 1 of the .* nothing to set aside/;
    expect(() => setBlobsAside(home, new Date())).toThrow(lost);
    await open().close();
    expect(() => setBlobsAside(home, new Date())).toThrow(lost);
    expect(readdirSync(home).filter((name) => name.includes('blobs-'))).toEqual([]);
  });

  test('in one blob: told when that is read, the others are taken over', async () => {
    fill('a1');
    const databases = openDatabases(home);
    addStoredRun(databases, {
      runId: 'c1',
      config: { variant: 'B' },
      probabilities: [judging(4, (row) => row < 1)],
    });
    const hash = databases.main
      .prepare(`SELECT blob_hash FROM predictions JOIN runs USING (run_key) WHERE run_id = 'c1'`)
      .pluck()
      .get();
    databases.blobs
      .prepare('UPDATE blobs SET bytes = zeroblob(length(bytes)) WHERE hash = ?')
      .run(hash);
    databases.close();
    const bench = openWorkbench(options());
    opened.push(bench);
    await expect(bench.handlers['runs.reviews']({ runId: 'c1', weights: 'best' })).rejects.toThrow(
      /blobs.sqlite is damaged/,
    );
    expect(await bench.handlers['home.state']({})).toMatchObject({ problems: [{ kind: 'blobs' }] });
    expect(await bench.handlers['home.setAsideBlobs']({})).toMatchObject({ kept: 1, lost: 1 });
  });
});

/** Where the first page of a table begins. */
function pageOf(file: string, table: string): number {
  const db = new Database(file, { readonly: true });
  const page = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table);
  const bytes = Number(db.pragma('page_size', { simple: true }));
  db.close();
  return (Number(page) - 1) * bytes;
}
