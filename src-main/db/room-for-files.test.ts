import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { AppError } from '#contract/failure.ts';

import { writeFileWhole } from '../features/files/write-file.ts';
import { makeFolder } from './make-folder.ts';
import { openDatabases } from './open.ts';
import { withRoomForFiles } from './room-for-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'twofold-room-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const error = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: no space left on device`), { code, ...more });
const none = () => ({ files: 100, ffree: 0 });

test('a disk that takes no more files is named, though it has space', () => {
  const sentence = `The disk of ${folder} takes no more files, even where space is free. Delete files that you do not need, then try again.`;
  for (const [raised, place] of [
    [error('ENOSPC'), path.join(folder, 'not', 'yet')],
    [error('ENOSPC', { path: path.join(folder, 'x') }), '/'],
    [error('ENOSPC', { path: '/', dest: path.join(folder, 'x') }), '/'],
    [error('SQLITE_CANTOPEN'), path.join(folder, 'twofold.sqlite')],
  ] as const) {
    const said = withRoomForFiles(raised, place, none);
    expect(said).toBeInstanceOf(AppError);
    expect(said).toMatchObject({ kind: 'storage', message: sentence, cause: raised });
  }
});

/** A disk of its own, which only a privileged user may make. */
const disk = path.join(folder, 'disk');
mkdirSync(disk);
const hasDisk =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=3', 'twofold-test', disk]).status === 0;

test.skipIf(!hasDisk)('a data folder and an export on such a disk say so', () => {
  try {
    const sentence = /takes no more files/;
    mkdirSync(path.join(disk, 'home'));
    writeFileSync(path.join(disk, 'last'), '');
    expect(() => openDatabases(path.join(disk, 'home'))).toThrow(sentence);
    expect(() => makeFolder(path.join(disk, 'other'))).toThrow(sentence);
    const parts = [Buffer.from('x')];
    expect(() => writeFileWhole(path.join(disk, 'x.html'), parts, false)).toThrow(sentence);
  } finally {
    spawnSync('umount', [disk]);
  }
});

test('a disk that is full, and any other error, is left to others', () => {
  const full = error('ENOSPC');
  expect(withRoomForFiles(full, folder, () => ({ files: 100, ffree: 1 }))).toBe(full);
  // Btrfs counts no files.
  expect(withRoomForFiles(full, folder, () => ({ files: 0, ffree: 0 }))).toBe(full);
  const other = error('EACCES');
  expect(withRoomForFiles(other, folder, none)).toBe(other);
});
