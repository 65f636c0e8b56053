import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectInstall, linkTo, sealInstall, stampVerdict, unlink } from './native-install.mjs';

let folder;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-install-'));
  mkdirSync(path.join(folder, 'build', 'lib'), { recursive: true });
  writeFileSync(path.join(folder, 'build', 'binding.node'), 'binding');
  writeFileSync(path.join(folder, 'build', 'lib', 'big.so'), 'library');
  await sealInstall(build(), {
    names: ['binding.node', 'lib/big.so'],
    hashes: new Map(),
    facts: { tensorflow: '2.18.1' },
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const build = () => path.join(folder, 'build');

test('size and time decide what has to be read', () => {
  const noted = { size: 10, mtimeMs: 5 };
  expect(stampVerdict(noted, { size: 10, mtimeMs: 5 })).toBe('same');
  expect(stampVerdict(noted, { size: 10, mtimeMs: 6 })).toBe('unsure');
  expect(stampVerdict(noted, { size: 11, mtimeMs: 5 })).toBe('differs');
  expect(stampVerdict(noted, null)).toBe('differs');
});

describe('inspectInstall', () => {
  test('a sealed build is ready, no folder is absent', async () => {
    expect(await inspectInstall(build())).toMatchObject({
      state: 'ready',
      manifest: { tensorflow: '2.18.1' },
    });
    expect(await inspectInstall(path.join(folder, 'other'))).toEqual({ state: 'absent' });
  });

  test('another time with the same content is ready, and noted', async () => {
    const file = path.join(build(), 'lib', 'big.so');
    utimesSync(file, new Date(1_000_000), new Date(1_000_000));
    expect(await inspectInstall(build())).toMatchObject({ state: 'ready' });
    const noted = JSON.parse(readFileSync(path.join(build(), 'manifest.json'), 'utf8')).files;
    expect(noted.find(({ name }) => name === 'lib/big.so').mtimeMs).toBe(1_000_000);
  });

  test.each([
    [
      'a changed file of the same size',
      () => writeFileSync(path.join(build(), 'lib', 'big.so'), 'LIBRARY'),
      'lib/big.so has another content',
    ],
    [
      'a shortened file',
      () => writeFileSync(path.join(build(), 'lib', 'big.so'), 'lib'),
      'lib/big.so is missing or has another size',
    ],
    [
      'a missing file',
      () => rmSync(path.join(build(), 'binding.node')),
      'binding.node is missing or has another size',
    ],
    [
      'no manifest',
      () => rmSync(path.join(build(), 'manifest.json')),
      'manifest.json is missing or unreadable',
    ],
    [
      'half a manifest',
      () => writeFileSync(path.join(build(), 'manifest.json'), '{"files": ['),
      'manifest.json is missing or unreadable',
    ],
  ])('%s is damage', async (_what, harm, why) => {
    harm();
    // A clock too coarse to tell the two writes apart must not hide the change.
    if (existsSync(path.join(build(), 'lib', 'big.so')))
      utimesSync(path.join(build(), 'lib', 'big.so'), new Date(5_000), new Date(5_000));
    expect(await inspectInstall(build())).toEqual({ state: 'damaged', why });
  });
});

test('a link is made, corrected, and removed; a real file is left alone', () => {
  const link = path.join(folder, 'module', 'lib', 'binding.node');
  linkTo(link, path.join(build(), 'old.node'));
  linkTo(link, path.join(build(), 'binding.node'));
  expect(readlinkSync(link)).toBe(path.join(build(), 'binding.node'));
  unlink(link);
  expect(existsSync(link)).toBe(false);
  writeFileSync(link, 'real');
  unlink(link);
  expect(readFileSync(link, 'utf8')).toBe('real');
});
