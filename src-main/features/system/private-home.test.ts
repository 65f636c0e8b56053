import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { openTestCli } from '../../testing/test-cli.ts';
import { tightenHome } from './private-home.ts';

const modeOf = (file: string): string => (lstatSync(file).mode & 0o7777).toString(8);

/** What a user other than the owner could read or enter, by its path. */
function openToOthers(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [folder, ...names.map((name) => path.join(folder, name))]
    .filter((file) => !lstatSync(file).isSymbolicLink() && (lstatSync(file).mode & 0o077) !== 0)
    .map((file) => `${path.relative(folder, file)} ${modeOf(file)}`);
}

const folders: string[] = [];
function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-private-'));
  folders.push(folder);
  return folder;
}
const cli = openTestCli();
afterAll(() => {
  cli.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('a data folder', () => {
  it('is private with all that trainings, backups and exports leave in it; what is exported elsewhere is not', async () => {
    const before = process.umask(0o027);
    try {
      const { datasetId } = await cli.json(
        z.looseObject({ datasetId: z.string() }),
        'data',
        'sample',
      );
      const train = await cli.twofold(
        ...['train', '--dataset', datasetId, '--variant', 'A', '--max-length', '20'],
        ...['--embedding-dim', '4', '--hidden-units', '4', '--filters', '4', '--limit', '64'],
        ...['--epochs', '1', '--name', 'tiny'],
      );
      expect([train.code, train.stderr]).toEqual([0, '']);
      for (const args of [
        ['backups', 'create'],
        [
          'data',
          'export',
          datasetId,
          '--format',
          'jsonl',
          '--out',
          path.join(cli.home, 'inside.jsonl'),
        ],
        ['data', 'export', datasetId, '--format', 'jsonl', '--out', 'outside.jsonl'],
        ['bundle', 'export', 'tiny', '--out', 'outside.twofold'],
        ['export', 'report', 'tiny', '--format', 'tensorboard', '--out', 'folder'],
      ])
        expect(await cli.twofold(...args)).toMatchObject({ code: 0 });
    } finally {
      process.umask(before);
    }
    expect(openToOthers(cli.home)).toEqual([]);
    for (const name of ['outside.jsonl', 'outside.twofold'])
      expect([name, modeOf(path.join(cli.folder, name))]).toEqual([name, '640']);
    expect(modeOf(path.join(cli.folder, 'folder'))).toBe('750');
    expect(readdirSync(cli.home)).toEqual(expect.arrayContaining(['logs', 'runs', 'backups']));
  }, 120_000);

  it('of an older version is tightened once it is opened', async () => {
    const all = readdirSync(cli.home, { recursive: true, encoding: 'utf8' });
    for (const file of [cli.home, ...all.map((name) => path.join(cli.home, name))])
      chmodSync(file, statSync(file).isDirectory() ? 0o755 : 0o644);
    expect(openToOthers(cli.home).length).toBeGreaterThan(10);
    expect((await cli.twofold('runs', 'list')).code).toBe(0);
    expect(openToOthers(cli.home)).toEqual([]);
  }, 60_000);

  it('keeps its executables, and what its links lead to is left alone', () => {
    const [home, elsewhere] = [makeFolder(), makeFolder()];
    chmodSync(home, 0o755);
    mkdirSync(path.join(home, 'runs'));
    writeFileSync(path.join(home, 'runs', 'script.sh'), '', { mode: 0o755 });
    writeFileSync(path.join(elsewhere, 'data'), '', { mode: 0o644 });
    symlinkSync(path.join(elsewhere, 'data'), path.join(home, 'link'));
    tightenHome(home);
    expect(openToOthers(home)).toEqual([]);
    expect(modeOf(path.join(home, 'runs', 'script.sh'))).toBe('700');
    expect(modeOf(path.join(elsewhere, 'data'))).toBe('644');
  });

  it('that many share, or that is not there, stays as it is', () => {
    const home = makeFolder();
    writeFileSync(path.join(home, 'file'), '', { mode: 0o644 });
    chmodSync(home, 0o1777);
    tightenHome(home);
    expect([modeOf(home), modeOf(path.join(home, 'file'))]).toEqual(['1777', '644']);
    tightenHome(path.join(home, 'none'));
    tightenHome('/proc');
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is used as it is', () => {
    const home = makeFolder();
    chmodSync(home, 0o755);
    writeFileSync(path.join(home, 'file'), '', { mode: 0o644 });
    chownSync(home, 12_345, 12_345);
    tightenHome(home);
    expect([modeOf(home), modeOf(path.join(home, 'file'))]).toEqual(['755', '644']);
  });
});
