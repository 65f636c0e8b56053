import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { openDatabases } from '../db/open.ts';
import { addExperiment, addStoredRun, judging } from '../testing/builders/stored-runs.ts';
import { openTestCli } from '../testing/test-cli.ts';

const cli = openTestCli();
const imported = z.object({
  datasetId: z.string(),
  splits: z.object({ test: z.object({ count: z.number() }) }),
});
const forbidden = '../a/b\\c:d*e?f"g<h>i|j .. CON.';
const disk = path.join(cli.folder, 'disk');
mkdirSync(disk);
/** A disk of its own, which only a privileged user may make. */
const hasDisk =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'twofold-test', disk]).status === 0;

beforeAll(async () => {
  const { datasetId, splits } = await cli.json(imported, 'data', 'sample');
  const databases = openDatabases(cli.home);
  addExperiment(databases, 'pilot', 'pilot');
  for (const [index, variant] of (['A', 'B'] as const).entries()) {
    addStoredRun(databases, {
      runId: `r${index + 1}`,
      config: { variant, seed: 1 },
      probabilities: [judging(splits.test.count, (row) => row % 5 > 0, index)],
      experimentId: 'pilot',
      datasetId,
    });
  }
  databases.main.prepare('UPDATE runs SET name = ? WHERE run_id = ?').run(forbidden, 'r1');
  databases.close();
}, 120_000);
afterAll(() => {
  if (hasDisk) spawnSync('umount', [disk]);
  cli.remove();
});

const report = (format: string, out: string, ...more: string[]) =>
  cli.twofold(
    'export',
    'report',
    '--experiment',
    'pilot',
    '--format',
    format,
    '--out',
    out,
    ...more,
  );

describe.skipIf(!hasDisk)('a disk', () => {
  const contents = () =>
    Object.fromEntries(
      readdirSync(disk)
        .filter((name) => name !== 'rest')
        .map((name) => [name, readFileSync(path.join(disk, name), 'utf8')]),
    );
  const bundle = (out: string, ...more: string[]) =>
    cli.twofold('bundle', 'export', 'r1', 'r2', '--out', out, ...more);

  it('that is full cuts what is printed onto it: exit 1, and a sentence', () => {
    fill();
    for (const target of [path.join(disk, 'printed.json'), '/dev/full']) {
      const fd = openSync(target, 'w');
      const { status, stderr } = spawnSync(
        process.execPath,
        [path.join(import.meta.dirname, 'main.ts'), 'runs', 'predictions', 'r1', '--json'],
        { env: { ...process.env, TWOFOLD_HOME: cli.home }, stdio: ['ignore', fd, 'pipe'] },
      );
      closeSync(fd);
      expect([status, String(stderr)]).toEqual([
        1,
        expect.stringMatching(/^The output is not whole\. The disk is full\./),
      ]);
    }
    rmSync(path.join(disk, 'printed.json'));
    rmSync(path.join(disk, 'rest'));
  });

  it('that is full keeps what was there, and nothing of what did not fit', async () => {
    writeFileSync(path.join(disk, 'kept.html'), 'mine');
    fill();
    for (const outcome of [
      await report('html', 'disk/kept.html', '--force'),
      await report('csv', 'disk/new.csv'),
      await report('tensorboard', 'disk/new-logs'),
      await bundle('disk/new.twofold'),
    ]) {
      expect(outcome).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^[^\n]*disk is full[^\n]*\n$/i) as string,
      });
      expect(contents()).toEqual({ 'kept.html': 'mine' });
    }
    rmSync(path.join(disk, 'rest'));
  }, 180_000);

  it('that may only be read is named', async () => {
    writeFileSync(path.join(disk, 'kept.html'), 'mine');
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    for (const outcome of [
      await report('html', 'disk/kept.html', '--force'),
      await bundle('disk/new.twofold'),
    ]) {
      expect(outcome).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^[^\n]*(may not|read-only|EROFS)[^\n]*\n$/i) as string,
      });
      expect(contents()).toEqual({ 'kept.html': 'mine' });
    }
  }, 120_000);

  /** All but a few bytes of it. */
  function fill(): void {
    const rest = path.join(disk, 'rest');
    for (let size = 256; size > 0; size -= 4) {
      try {
        writeFileSync(rest, Buffer.alloc(size * 1024));
        return;
      } catch {
        // too much still
      }
    }
  }
});

it('a run whose name no file can have is exported all the same', async () => {
  const outcome = await report('tensorboard', 'logs');
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const names = readdirSync(path.join(cli.folder, 'logs'));
  expect(names).toContain('a-b-c-d-e-f-g-h-i-j .. CON');
  for (const name of names) expect(name).not.toMatch(/[/\\:*?"<>|]|\.$/);
  expect(readdirSync(cli.folder).sort()).toEqual(['disk', 'home', 'logs']);
}, 60_000);

it('runs are named one by one, or by their experiment; without any it says so', async () => {
  expect(await cli.twofold('export', 'report', '--format', 'csv', '--out', 'x.csv')).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('needs RUN..., --experiment E or --saved REPORT') as string,
  });
  expect(await report('csv', 'pilot.csv')).toMatchObject({ code: 0 });
  const [, ...runs] = readFileSync(path.join(cli.folder, 'pilot.csv'), 'utf8').trim().split('\r\n');
  expect(runs.map((line) => line.split(',')[0])).toEqual(['r1', 'r2']);
}, 60_000);

it('a run in the trash is named where it is asked for, and left out of its experiment', async () => {
  await cli.twofold('runs', 'delete', 'r2');
  const asked = await cli.twofold('export', 'report', 'r2', '--format', 'html', '--out', 'r2.html');
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(/r2.*trash/) as string });
  expect(await report('csv', 'rest.csv')).toMatchObject({ code: 0 });
  const lines = readFileSync(path.join(cli.folder, 'rest.csv'), 'utf8').trim().split('\r\n');
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['r1']);
  expect(readdirSync(cli.folder)).not.toContain('r2.html');
}, 90_000);

it('a curve from outside is drawn where it is asked for, and told apart', async () => {
  writeFileSync(path.join(cli.folder, 'log.csv'), 'epoch,loss,val_loss\n0,0.6,0.5\n1,0.4,0.45\n');
  await cli.twofold('runs', 'import-curves', 'log.csv', '--name', '<b>Keras</b>');
  expect(await report('html', 'with.html', '--curve', '<b>Keras</b>')).toMatchObject({ code: 0 });
  expect(await report('html', 'without.html')).toMatchObject({ code: 0 });
  const html = readFileSync(path.join(cli.folder, 'with.html'), 'utf8');
  expect(html).toContain('&lt;b&gt;Keras&lt;/b&gt; (outside)');
  expect(html.match(/<path class="line solid" data-run="[0-9a-f]{12}"/g)).toHaveLength(2);
  expect(html).toContain('no verdict, mean or metric of this report takes them');
  expect(readFileSync(path.join(cli.folder, 'without.html'), 'utf8')).not.toContain('(outside)');
}, 90_000);
