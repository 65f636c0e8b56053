import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import { backupSchema, restoredSchema } from '#contract/backup.ts';

import { flip } from '../../testing/builders/flip.ts';
import { openTestCli } from '../../testing/test-cli.ts';

const cli = openTestCli();
const main = path.join(cli.home, 'twofold.sqlite');
const folder = path.join(cli.home, 'backups');
let datasetId = '';

beforeAll(async () => {
  ({ datasetId } = await cli.json(z.object({ datasetId: z.string() }), 'data', 'sample'));
}, 120_000);
afterAll(() => {
  for (const disk of [cli.home, folder]) spawnSync('umount', [disk]);
  cli.remove();
});

const doctorSchema = z.object({
  backups: z.object({
    good: z.number(),
    newest: z
      .object({ backupId: z.string(), createdAt: z.string(), ageSeconds: z.number() })
      .nullable(),
    damaged: z.array(z.string()),
  }),
});

it('is told by doctor: none, the newest with its age, damaged ones by name', async () => {
  const none = await cli.json(doctorSchema, 'doctor');
  expect(none.backups).toEqual({ good: 0, newest: null, damaged: [] });
  expect((await cli.twofold('doctor')).stdout).toMatch(/^backups +none that is good; /m);

  const { backupId, createdAt } = await cli.json(backupSchema, 'backups', 'create');
  const { backups } = await cli.json(doctorSchema, 'doctor');
  expect(backups).toMatchObject({ good: 1, newest: { backupId, createdAt }, damaged: [] });
  expect(backups.newest?.ageSeconds).toBeGreaterThanOrEqual(0);
  expect((await cli.twofold('doctor')).stdout).toMatch(
    new RegExp(`^backups +1 good, the newest ${backupId}, \\d+ seconds? ago$`, 'm'),
  );

  flip(path.join(folder, backupId, 'twofold.sqlite'), 0, 16);
  const damaged = await cli.json(doctorSchema, 'doctor');
  expect(damaged.backups).toEqual({ good: 0, newest: null, damaged: [backupId] });
  expect((await cli.twofold('doctor')).stdout).toMatch(
    new RegExp(`^backups +none that is good; .*; damaged: ${backupId}$`, 'm'),
  );
  rmSync(folder, { recursive: true });
}, 120_000);

it('makes a backup, finds it though the database is damaged, and brings it back', async () => {
  const made = await cli.json(backupSchema, 'backups', 'create');
  expect(made).toMatchObject({ kind: 'backup', reason: 'request', runs: 0, datasets: 1 });
  flip(main, 0, 16);
  const listed = await cli.twofold('data', 'list', '--json');
  expect(listed).toMatchObject({ code: 1, stdout: '' });
  expect(listed.stderr).toMatch(
    new RegExp(
      `^twofold.sqlite is damaged and cannot be read. The last good backup is of .{16}; restoring it keeps the damaged file as [^\\n]* On the command line: npm run --silent twofold -- backups restore ${made.backupId}.\\n$`,
    ),
  );
  expect(await cli.json(z.array(backupSchema), 'backups', 'list')).toEqual([made]);
  const { replacedId } = await cli.json(restoredSchema, 'backups', 'restore', made.backupId);
  expect((await cli.json(z.array(z.object({})), 'data', 'list')).length).toBe(1);
  const [kept] = await cli.json(z.array(backupSchema), 'backups', 'list');
  expect(kept).toMatchObject({ backupId: replacedId, kind: 'replaced' });
  expect(await cli.twofold('backups', 'restore', 'no-such')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/There is no backup "no-such"/) as string,
  });
}, 120_000);

it('of two restores that find the claim of a killed one, each keeps what it replaced', async () => {
  const { backupId } = await cli.json(backupSchema, 'backups', 'create');
  const claim = { phase: 'copy', pid: 2 ** 22 + 1, startedAt: 'long ago' };
  writeFileSync(path.join(cli.home, 'restore.json'), JSON.stringify(claim));
  const before = (await cli.json(z.array(backupSchema), 'backups', 'list')).length;
  // The second removes the claim that it has read when the first has made its own, and has yet to replace anything.
  const restores = [
    { before: 500, after: 1200 },
    { before: 1000, after: 0 },
  ].map(async (waits, index) => {
    const hook = path.join(cli.folder, `slow-${index}.mjs`);
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const cell = new Int32Array(new SharedArrayBuffer(4));
      const wait = (ms) => Atomics.wait(cell, 0, 0, ms);
      const { rmSync, renameSync } = fs;
      fs.rmSync = (file, ...more) => {
        if (file.endsWith('restore.json')) wait(${waits.before});
        rmSync(file, ...more);
      };
      fs.renameSync = (from, to) => {
        renameSync(from, to);
        if (to.endsWith('restore.json')) wait(${waits.after});
      };
      syncBuiltinESMExports();`;
    writeFileSync(hook, script);
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };
    const { code, stdout } = await cli.beginAs({ env }, 'backups', 'restore', backupId, '--json')
      .outcome;
    return code === 0 ? [restoredSchema.parse(JSON.parse(stdout)).replacedId] : [];
  });
  const replaced = (await Promise.all(restores)).flat();
  expect(replaced).not.toEqual([]);
  const after = await cli.json(z.array(backupSchema), 'backups', 'list');
  expect(after.map((one) => one.backupId)).toEqual(expect.arrayContaining(replaced));
  expect(after).toHaveLength(before + replaced.length);
}, 120_000);

it('says who has to end first', async () => {
  const [, made] = await cli.json(z.array(backupSchema), 'backups', 'list');
  const config = [
    '--max-length',
    '60',
    '--embedding-dim',
    '4',
    '--hidden-units',
    '4',
    '--filters',
    '4',
  ];
  const training = cli.begin(
    'train',
    '--dataset',
    datasetId,
    '--epochs',
    '10000',
    '--patience',
    'none',
    ...config,
    '--json',
  );
  await training.line('"event":"epoch"');
  const refused = await cli.twofold('backups', 'restore', made?.backupId ?? '');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    /^"[^\n]*" is training or waits to \(process \d+\). Pause or stop it first, then restore.\n$/,
  );
  training.child.kill('SIGINT');
  await training.outcome;
  // The run is newer than the backup.
  const restored = await cli.twofold('backups', 'restore', made?.backupId ?? '');
  expect(restored.stdout).toMatch(/newer and not in it: 1; their files stay/);
  expect(await cli.json(z.array(z.object({})), 'runs', 'list')).toEqual([]);
}, 180_000);

/** A disk of its own, which only a privileged user may make. */
const hasDisk = (at: string, size: string): boolean =>
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'twofold-test', at]).status === 0;

it('on a full disk or one that may only be read makes none, and says so', async (context) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  if (!hasDisk(folder, '192k')) context.skip();
  writeFileSync(path.join(folder, 'rest'), Buffer.alloc(120 * 1024));
  expect(await cli.twofold('backups', 'create')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^No backup was made\. The disk is full\.[^\n]*\n$/) as string,
  });
  expect(readdirSync(folder)).toEqual(['rest']);
  spawnSync('mount', ['-o', 'remount,ro', folder]);
  expect(await cli.twofold('backups', 'create')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^No backup was made\. No right to write there [^\n]*\n$/,
    ) as string,
  });
  expect(existsSync(main)).toBe(true);
}, 60_000);

it('says that the disk is full where not even the index that processes share has room', async (context) => {
  if (!hasDisk(cli.home, '2m')) context.skip();
  expect(await cli.twofold('runs', 'list')).toMatchObject({ code: 0 });
  const { bavail, bsize } = statfsSync(cli.home);
  writeFileSync(path.join(cli.home, 'rest'), Buffer.alloc(bavail * bsize));
  expect(await cli.twofold('backups', 'create')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No backup was made\. The disk is full\.[^\n]*\n$/) as string,
  });
}, 60_000);
