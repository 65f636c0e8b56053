import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { writeFileWhole } from '../../files/write-file.ts';
import { writeFolderWhole, type OutFile } from './write-folder.ts';

let parent: string;
let target: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'twofold-folder-'));
  target = path.join(parent, 'out');
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const file = (name: string, text: string): OutFile => ({
  path: name,
  parts: () => [new TextEncoder().encode(text)],
});
const read = (name: string) => readFileSync(path.join(target, name), 'utf8');
const names = () => readdirSync(target).filter((name) => !name.startsWith('.'));

test('a folder is written with its files, and nothing is left beside it', async () => {
  const written = await writeFolderWhole(
    target,
    [file('a.txt', 'one'), file('b/c.txt', 'two')],
    false,
  );
  expect(written.path).toBe(target);
  expect([read('a.txt'), read('b/c.txt')]).toEqual(['one', 'two']);
  expect(readdirSync(parent)).toEqual(['out']);
  const list = readFileSync(path.join(target, '.twofold-export.json'));
  expect(written.bytes).toBe(6 + list.length);
});

test('what is there already stays, unless it is an earlier export and replacing is asked for', async () => {
  await writeFolderWhole(target, [file('a.txt', 'one'), file('old.txt', 'old')], false);
  await expect(writeFolderWhole(target, [file('a.txt', 'two')], false)).rejects.toThrow(
    /there already/,
  );
  expect(read('a.txt')).toBe('one');
  await writeFolderWhole(target, [file('a.txt', 'two')], true);
  expect([names(), read('a.txt')]).toEqual([['a.txt'], 'two']);
  expect(readdirSync(parent)).toEqual(['out']);
});

test('a folder with anything else in it is never replaced', async () => {
  await writeFolderWhole(target, [file('a.txt', 'one')], false);
  mkdirSync(path.join(target, 'mine'));
  writeFileSync(path.join(target, 'mine', 'thesis.txt'), 'years of work');
  await expect(writeFolderWhole(target, [file('a.txt', 'two')], true)).rejects.toThrow(
    /thesis\.txt/,
  );
  expect([read('a.txt'), read('mine/thesis.txt')]).toEqual(['one', 'years of work']);
  await expect(writeFolderWhole(path.join(target, 'a.txt'), [], true)).rejects.toThrow(/is a file/);
});

test('an empty folder is filled where replacing is asked for', async () => {
  mkdirSync(target);
  await writeFolderWhole(target, [file('a.txt', 'one')], true);
  expect(names()).toEqual(['a.txt']);
});

test('what fails on the way leaves the target as it was', async () => {
  const full: OutFile = {
    path: 'b.txt',
    parts: () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
  };
  await expect(writeFolderWhole(target, [file('a.txt', 'two'), full], false)).rejects.toThrow(
    'no space',
  );
  expect(readdirSync(parent)).toEqual([]);
  await writeFolderWhole(target, [file('a.txt', 'one')], false);
  await expect(writeFolderWhole(target, [file('a.txt', 'two'), full], true)).rejects.toThrow(
    'no space',
  );
  expect([readdirSync(parent), read('a.txt')]).toEqual([['out'], 'one']);
});

test('what an export had moved aside when it was killed is put back by the next one', async () => {
  await writeFolderWhole(target, [file('a.txt', 'one')], false);
  const { pid } = spawnSync(process.execPath, ['--version']);
  const killed = () => {
    cpSync(target, `${target}.twofold-${pid}-0123abcd.tmp`, { recursive: true });
    renameSync(target, `${target}.twofold-${pid}-0123abcd.old`);
  };
  killed();
  await expect(writeFolderWhole(target, [file('a.txt', 'two')], false)).rejects.toThrow(
    /there already/,
  );
  expect(read('a.txt')).toBe('one');
  symlinkSync('out', path.join(parent, 'link'));
  killed();
  const link = path.join(parent, 'link');
  await expect(writeFolderWhole(link, [file('a.txt', 'two')], false)).rejects.toThrow(
    /there already/,
  );
  expect(read('a.txt')).toBe('one');
  await writeFolderWhole(target, [file('a.txt', 'two')], true);
  expect([read('a.txt'), readdirSync(parent).toSorted()]).toEqual(['two', ['link', 'out']]);
  killed();
  expect(() => writeFileWhole(target, [], true)).toThrow(/is a folder/);
  expect(read('a.txt')).toBe('two');
});

test('two at once that replace the same folder: one is there, whole, and the other says so', async () => {
  await writeFolderWhole(target, [file('a.txt', 'one')], false);
  // The other comes between the two renames of the first.
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const rename = fs.renameSync;
    fs.renameSync = (from, to) => {
      rename(from, to);
      if (!to.endsWith('.old')) return;
      fs.mkdirSync(from);
      fs.writeFileSync(from + '/a.txt', 'other');
    };
    syncBuiltinESMExports();
    const { writeFolderWhole } = await import(${JSON.stringify(path.join(import.meta.dirname, 'write-folder.ts'))});
    const parts = () => [Buffer.from('two')];
    await writeFolderWhole(process.argv[1], [{ path: 'a.txt', parts }], true);`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, target], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/there already/);
  expect(read('a.txt')).toBe('other');
});

test('an export that is killed between its two renames loses nothing', async () => {
  await writeFolderWhole(target, [file('a.txt', 'one')], false);
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const rename = fs.renameSync;
    fs.renameSync = (from, to) => {
      rename(from, to);
      if (to.endsWith('.old')) process.kill(process.pid, 'SIGKILL');
    };
    syncBuiltinESMExports();
    const { writeFolderWhole } = await import(${JSON.stringify(path.join(import.meta.dirname, 'write-folder.ts'))});
    const parts = () => [Buffer.from('two')];
    await writeFolderWhole(process.argv[1], [{ path: 'a.txt', parts }], true);`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script, target], {
    cwd: import.meta.dirname,
  });
  expect([signal, existsSync(target)]).toEqual(['SIGKILL', false]);
  await expect(writeFolderWhole(target, [file('a.txt', 'two')], false)).rejects.toThrow(
    /there already/,
  );
  expect(read('a.txt')).toBe('one');
});

test('a cancel on the way leaves the target as it was', async () => {
  const { signal, abort } = cancellable();
  const turns: number[] = [];
  const turn = async (written: number): Promise<void> => {
    turns.push(written);
    await Promise.resolve();
    if (written === 1) abort();
    signal.throwIfAborted();
  };
  const files = [file('a.txt', 'two'), file('b.txt', 'two')];
  await expect(writeFolderWhole(target, files, false, turn)).rejects.toThrow('enough');
  expect([readdirSync(parent), turns]).toEqual([[], [0, 0, 1]]);
});

test('a folder that does not exist is named', async () => {
  const lost = path.join(parent, 'nowhere', 'out');
  await expect(writeFolderWhole(lost, [file('a.txt', 'one')], false)).rejects.toThrow(
    `${lost} cannot be written: its folder does not exist.`,
  );
});

function cancellable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error('enough')) };
}
