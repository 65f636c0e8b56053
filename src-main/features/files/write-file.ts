import { closeSync, fsyncSync, openSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { AppError, isBadName } from '#contract/failure.ts';
import * as m from '#messages';

import { withRoomForFiles } from '../../db/room-for-files.ts';
import {
  linkedTo,
  makeOutFolder,
  putInPlace,
  removeLeftovers,
  restoreReplaced,
  temporaryOf,
} from './in-place.ts';

export type OutFile = Readonly<{ path: string; parts: () => Iterable<Uint8Array> }>;
export type WrittenFile = Readonly<{ path: string; bytes: number }>;

/** Written under a temporary name, then renamed: complete or not at all. An existing target is refused unless `isForced`. */
export function writeFileWhole(
  file: string,
  parts: Iterable<Uint8Array>,
  isForced: boolean,
): WrittenFile {
  assertFree(file, isForced);
  const target = linkedTo(file);
  const temporary = temporaryOf(target);
  try {
    const fd = openSync(temporary, 'wx');
    try {
      for (const part of parts) writeAll(fd, part);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    putInPlace(temporary, target, isForced);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw withPath(error, target);
  }
  removeLeftovers(target);
  return { path: file, bytes: statSync(file).size };
}

/** Called between pieces with the number of files that are written: lets others work, and may throw to end it all. */
export type Turn = (filesWritten: number) => Promise<unknown>;

/**
 * The same for files that belong together: all or none, and between their parts others get their turn. Folders that only these
 * files need are made, one level deep.
 */
export async function writeFilesWhole(
  files: readonly OutFile[],
  isForced: boolean,
  turn: Turn = () => nextTurn(),
): Promise<readonly WrittenFile[]> {
  const own = path.dirname(files[0]?.path ?? '');
  for (const file of files) assertOutFile(file, own, isForced);
  const made: string[] = [];
  const temporaries: string[] = [];
  const placed: string[] = [];
  try {
    for (const [index, file] of files.entries()) {
      await turn(index);
      const folder = path.dirname(file.path);
      if (folder !== own && !made.includes(folder) && !isFolder(folder)) {
        makeOutFolder(folder);
        made.push(folder);
      }
      const temporary = temporaryOf(linkedTo(file.path));
      temporaries.push(temporary);
      await writeTemporary(temporary, file, () => turn(index));
    }
    await turn(files.length);
    for (const [index, file] of files.entries()) {
      putInPlace(temporaries[index] ?? '', linkedTo(file.path), isForced);
      if (!isForced) placed.push(file.path);
    }
  } catch (error) {
    for (const file of [...temporaries, ...placed]) rmSync(file, { force: true });
    for (const folder of made) removeEmpty(folder);
    throw withPath(error, files[0]?.path ?? '');
  }
  for (const file of files) removeLeftovers(linkedTo(file.path));
  return files.map((file) => ({ path: file.path, bytes: statSync(file.path).size }));
}

/** Throws where a file of that name cannot be written, or would replace one unasked. */
export function assertFree(file: string, isForced: boolean): void {
  if (statOf(file) === undefined && isFolder(path.dirname(file))) restoreReplaced(file);
  assertNotThere(file, isForced);
  const folder = path.dirname(file);
  if (!isFolder(folder)) {
    const text = m.storage_no_folder_of({ folder, name: path.basename(file) });
    throw new AppError('storage', text, { field: 'path' });
  }
}

function assertNotThere(file: string, isForced: boolean): void {
  const there = statOf(file);
  if (there?.isDirectory() === true)
    throw new AppError('storage', m.storage_is_folder({ file }), { field: 'path' });
  // A device or a pipe would be gone, and its name a file's.
  if (there?.isFile() === false)
    throw new AppError('storage', m.storage_not_regular({ file }), { field: 'path' });
  if (!isForced && there !== undefined) {
    throw new AppError('storage', m.storage_exists({ file }), { field: 'path', flag: '--force' });
  }
}

/** Where its folder is not there yet, it can be made. */
function assertOutFile({ path: file }: OutFile, own: string, isForced: boolean): void {
  const folder = path.dirname(file);
  if (folder === own) assertFree(file, isForced);
  else if (isFolder(folder)) assertNotThere(file, isForced);
  else if (statOf(folder) !== undefined) {
    throw new AppError('storage', m.storage_exists({ file: folder }), { field: 'path' });
  }
}

async function writeTemporary(
  temporary: string,
  { parts }: OutFile,
  turn: () => Promise<unknown>,
): Promise<void> {
  const fd = openSync(temporary, 'wx');
  let sinceTurn = 0;
  try {
    for (const part of parts()) {
      writeAll(fd, part);
      sinceTurn += part.length;
      if (sinceTurn < turnBytes) continue;
      sinceTurn = 0;
      await turn();
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const turnBytes = 1 << 20;
const isFolder = (folder: string): boolean => statOf(folder)?.isDirectory() === true;

function statOf(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw withPath(error, file);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // somebody has put a file there meanwhile: it stays
  }
}

/** Names that no file can have, and folders that take none, in words. */
export function withPath(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const folder = path.dirname(file);
  // There, and yet nothing can be made in it: /proc.
  if (code === 'ENOENT' && isFolder(folder))
    return new AppError('storage', m.storage_no_files_in({ folder }), {
      field: 'path',
      cause: error,
    });
  return isBadName(error) || code === 'EINVAL'
    ? new AppError('storage', m.storage_bad_name(), { field: 'path', cause: error })
    : withRoomForFiles(error, file);
}

/** All of it, in as many calls to the system as that takes. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}
