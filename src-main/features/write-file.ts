import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/** Written under a temporary name, then renamed: complete or not at all. An existing target is refused unless `isForced`. */
export function writeFileWhole(
  file: string,
  parts: Iterable<Uint8Array>,
  isForced: boolean,
): Readonly<{ path: string; bytes: number }> {
  assertFree(file, isForced);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, 'w');
    try {
      for (const part of parts) writeAll(fd, part);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return { path: file, bytes: statSync(file).size };
}

/** Throws where a file of that name cannot be written, or would replace one unasked. */
export function assertFree(file: string, isForced: boolean): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory() === true)
    throw new AppError('storage', m.storage_is_folder({ file }), { field: 'path' });
  if (!isForced && there !== undefined) {
    throw new AppError('storage', m.storage_exists({ file }), { field: 'path', flag: '--force' });
  }
  const folder = path.dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const text = m.storage_no_folder_of({ folder, name: path.basename(file) });
    throw new AppError('storage', text, { field: 'path' });
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}
