import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { writeFolderWhole } from '../reports/write/write-folder.ts';
import { writeFilesWhole, writeFileWhole } from './write-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-place-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: string[]): string => path.join(folder, ...names);
const bytes = (text: string): Uint8Array[] => [new TextEncoder().encode(text)];
const file = (name: string, text: string) => ({ path: name, parts: () => bytes(text) });

test('of two writers of one new name one is refused, and nothing of it stays', async () => {
  const outcomes = await Promise.allSettled(
    ['one', 'two'].map((text) =>
      writeFilesWhole([file(at('a.md'), text), file(at('a-figures', `${text}.png`), text)], false),
    ),
  );
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(String(refused?.reason)).toMatch(/a\.md is there already/);
  const [kept] = ['one', 'two'].filter((_, index) => outcomes[index]?.status === 'fulfilled');
  expect(readFileSync(at('a.md'), 'utf8')).toBe(kept);
  expect(readdirSync(folder).toSorted()).toEqual(['a-figures', 'a.md']);
  expect(readdirSync(at('a-figures'))).toEqual([`${kept}.png`]);
});

test('of two writers of one new folder one is refused, also where it comes at the last moment', async () => {
  const late = async (written: number): Promise<void> => {
    await Promise.resolve();
    if (written === 1 && !readdirSync(folder).includes('out')) {
      mkdirSync(at('out'));
      writeFileSync(at('out', 'mine.txt'), 'mine');
    }
  };
  await expect(writeFolderWhole(at('out'), [file('a.txt', 'a')], false, late)).rejects.toThrow(
    /out is there already/,
  );
  expect(readdirSync(folder)).toEqual(['out']);
  const both = await Promise.allSettled(
    ['one', 'two'].map((text) => writeFolderWhole(at('new'), [file('a.txt', text)], false)),
  );
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(readdirSync(folder).toSorted()).toEqual(['new', 'out']);
});

test('what a killed process left of the same target goes with the next writing, what another writes stays', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const kept = [`x.md.twofold-${process.pid}-0123abcd.tmp`, `y.md.twofold-${pid}-0123abcd.tmp`];
  for (const name of [`x.md.twofold-${pid}-0123abcd.tmp`, ...kept]) writeFileSync(at(name), 'left');
  writeFileWhole(at('x.md'), bytes('x'), false);
  const others = ['x.md', ...kept];
  expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
  for (const ending of ['tmp', 'old'])
    mkdirSync(at(`k.twofold-${pid}-0123abcd.${ending}`, 'deep'), { recursive: true });
  await writeFolderWhole(at('k'), [file('a.txt', 'a')], true);
  expect(readdirSync(folder).toSorted()).toEqual([...others, 'k'].toSorted());
});

test('what a user keeps beside a target stays, whatever number its name holds', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const mine = ['2024.old', 'notes.tmp', `${pid}.tmp`, `${pid}-3.tmp`, `${pid}.old`, 'twofold.old'];
  for (const ending of mine) {
    writeFileSync(at(`x.md.${ending}`), 'mine');
    mkdirSync(at(`k.${ending}`));
    writeFileSync(at(`k.${ending}`, 'thesis.txt'), 'mine');
  }
  writeFileWhole(at('x.md'), bytes('x'), false);
  await writeFolderWhole(at('k'), [file('a.txt', 'a')], false);
  const names = mine.flatMap((ending) => [`x.md.${ending}`, `k.${ending}`]);
  expect(readdirSync(folder).toSorted()).toEqual(['k', 'x.md', ...names].toSorted());
});

test.skipIf(process.platform === 'win32')(
  'a link is followed and stays; one that leads nowhere, a pipe and a device are refused',
  async () => {
    writeFileSync(at('real.html'), 'old');
    symlinkSync('real.html', at('link.html'));
    await writeFilesWhole([file(at('link.html'), 'new')], true);
    expect(lstatSync(at('link.html')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real.html'), 'utf8')).toBe('new');

    symlinkSync('gone.html', at('dead.html'));
    spawnSync('mkfifo', [at('pipe')]);
    for (const [name, sentence] of [
      ['dead.html', /is a link to a file that is not there/],
      ['pipe', /is a device or a pipe, and is not replaced/],
      ['/dev/null', /is a device or a pipe, and is not replaced/],
    ] as const) {
      const target = path.resolve(folder, name);
      for (const isForced of [true, false]) {
        expect(() => writeFileWhole(target, bytes('x'), isForced)).toThrow(sentence);
        await expect(writeFilesWhole([file(target, 'x')], isForced)).rejects.toThrow(sentence);
      }
    }
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(['dead.html', 'link.html', 'pipe', 'real.html']);
  },
);

test('a name with a line break is refused', async () => {
  const sentence = /^No file can have that name/;
  expect(() => writeFileWhole(at('a\nreport: sound'), bytes('x'), true)).toThrow(sentence);
  await expect(writeFolderWhole(at('a\nb'), [file('a.txt', 'x')], false)).rejects.toThrow(sentence);
  expect(readdirSync(folder)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('a folder that takes no files is named', async () => {
  const sentence = '/proc takes no files. Choose another folder.';
  expect(() => writeFileWhole('/proc/x.html', bytes('x'), false)).toThrow(sentence);
  await expect(writeFilesWhole([file('/proc/x.html', 'x')], false)).rejects.toThrow(sentence);
  await expect(writeFolderWhole('/proc/x', [file('a.txt', 'x')], false)).rejects.toThrow(sentence);
});

test.each([
  ['twofold.sqlite'],
  ['blobs.sqlite-wal'],
  ['restore.json'],
  ['log-damaged-20261202-231638.wal'],
  ['datasets', 'reviews.bin'],
  ['runs', 'x1', 'last.ckpt'],
])('what a data folder keeps is never written over: %s %s', async (...names) => {
  mkdirSync(at('home', ...names.slice(0, -1)), { recursive: true });
  writeFileSync(at('home', 'twofold.sqlite'), 'runs');
  writeFileSync(at('home', ...names), 'kept');
  const kept = readFileSync(at('home', 'twofold.sqlite'), 'utf8');
  symlinkSync(at('home'), at('way'));
  symlinkSync(at('home', ...names), at('link'));
  mkdirSync(at('home', 'logs', 'deep'), { recursive: true });
  symlinkSync(at('home', 'logs'), at('logs'));
  for (const target of [
    at('home', ...names),
    at('home', '..', 'home', ...names),
    // The system takes the `..` from where the link leads to.
    `${at('logs')}/../${names.join('/')}`,
    at('way', ...names),
    at('link'),
  ]) {
    const why = /belongs to the data folder/;
    expect(() => writeFileWhole(target, bytes('report'), true)).toThrow(why);
    await expect(
      writeFilesWhole([{ path: target, parts: () => bytes('report') }], true),
    ).rejects.toThrow(why);
  }
  await expect(writeFolderWhole(at('way', 'slurm'), [file('a.txt', 'a')], true)).rejects.toThrow(
    /belongs to the data folder/,
  );
  expect(readFileSync(at('home', ...names), 'utf8')).toBe('kept');
  expect(readFileSync(at('home', 'twofold.sqlite'), 'utf8')).toBe(
    names.length === 1 && names[0] === 'twofold.sqlite' ? 'kept' : kept,
  );
  // Names that nobody keeps are free.
  expect(writeFileWhole(at('home', 'report.html'), bytes('report'), false).bytes).toBe(6);
});
