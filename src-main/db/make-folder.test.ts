import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { makeFolder } from './make-folder.ts';

test('makes parents, and what is there already is fine', () => {
  const base = mkdtempSync(path.join(tmpdir(), 'twofold-folder-'));
  const deep = path.join(base, 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  expect(existsSync(deep)).toBe(true);
  rmSync(base, { recursive: true });
});

test('a place that refuses is one sentence', () => {
  const base = mkdtempSync(path.join(tmpdir(), 'twofold-folder-'));
  const file = path.join(base, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(path.join(file, 'home'))).toThrow(/cannot be made\. Choose another one/);
  rmSync(base, { recursive: true });
});

test('a path that no folder can have is named as the reason', () => {
  const base = mkdtempSync(path.join(tmpdir(), 'twofold-folder-'));
  expect(() => makeFolder(path.join(base, 'x'.repeat(300)))).toThrow(
    /too long for this disk\. Set TWOFOLD_HOME to a shorter path\.$/,
  );
  rmSync(base, { recursive: true });
});

test.skipIf(!existsSync('/proc/self'))(
  'a file system that makes no folders is refused, not waited for',
  () => {
    expect(() => makeFolder('/proc/nope')).toThrow(/TWOFOLD_HOME/);
  },
);
