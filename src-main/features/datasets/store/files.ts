import { readdirSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import type { CallOutput, ParsedInput } from '#contract/index.ts';
import * as m from '#messages';

/** A folder's content for choosing what to import: folders first, hidden entries and what cannot be read left out. */
export function listFiles({ folder }: ParsedInput<'files.list'>): CallOutput<'files.list'> {
  const asked = path.resolve(folder ?? os.homedir());
  const names = namesIn(asked).filter((name) => !name.startsWith('.'));
  const entries = names.flatMap((name) => {
    const entryPath = path.join(asked, name);
    const stat = statOf(entryPath);
    if (stat === null) return [];
    return [{ name, path: entryPath, isFolder: stat.isFolder, sizeBytes: stat.sizeBytes }];
  });
  entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || byName.compare(a.name, b.name));
  const parent = path.dirname(asked);
  return { folder: asked, parent: parent === asked ? null : parent, entries };
}

const byName = new Intl.Collator('en', { numeric: true });

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT')
      throw new AppError('notFound', m.datasets_folder_missing({ folder }), { field: 'folder' });
    if (code === 'ENOTDIR')
      throw new AppError('invalid', m.datasets_not_a_folder({ folder }), { field: 'folder' });
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('invalid', m.datasets_folder_refused({ folder }), { field: 'folder' });
    }
    throw error;
  }
}

/** Null for what vanished, is a dangling link, or is neither file nor folder. */
function statOf(entry: string): Readonly<{ isFolder: boolean; sizeBytes: number }> | null {
  try {
    const stat = statSync(entry);
    if (!stat.isFile() && !stat.isDirectory()) return null;
    return { isFolder: stat.isDirectory(), sizeBytes: stat.isFile() ? stat.size : 0 };
  } catch {
    return null;
  }
}
