import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { listFiles } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('listFiles', () => {
  it('lists folders first, in the order of people, without hidden entries and dangling links', () => {
    for (const name of ['b10', 'b9']) mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, 'a.npz'), 'four');
    writeFileSync(path.join(folder, '.hidden'), '');
    symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'dangling'));
    expect(listFiles({ folder: folder })).toEqual({
      folder,
      parent: path.dirname(folder),
      entries: [
        { name: 'b9', path: path.join(folder, 'b9'), isFolder: true, sizeBytes: 0 },
        { name: 'b10', path: path.join(folder, 'b10'), isFolder: true, sizeBytes: 0 },
        { name: 'a.npz', path: path.join(folder, 'a.npz'), isFolder: false, sizeBytes: 4 },
      ],
    });
  });

  it('has no parent above the root, and says what cannot be listed', () => {
    const { root } = path.parse(folder);
    expect(listFiles({ folder: root }).parent).toBeNull();
    writeFileSync(path.join(folder, 'file'), '');
    expect(() => listFiles({ folder: path.join(folder, 'file') })).toThrow(/is not a folder/);
    expect(() => listFiles({ folder: path.join(folder, 'gone') })).toThrow(/does not exist/);
  });
});
