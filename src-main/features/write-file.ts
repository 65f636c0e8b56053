import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { AppError, toFailure } from '#contract/failure.ts';
import * as m from '#messages';

export type OutFile = Readonly<{ path: string; parts: () => Iterable<Uint8Array> }>;
export type WrittenFile = Readonly<{ path: string; bytes: number }>;

/** Written under a temporary name, then renamed: complete or not at all. An existing target is refused unless `isForced`. */
export function writeFileWhole(
  file: string,
  parts: Iterable<Uint8Array>,
  isForced: boolean,
): WrittenFile {
  assertFree(file, isForced);
  const temporary = temporaryOf(file);
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
    throw withPath(error, file);
  }
  return { path: file, bytes: statSync(file).size };
}

/**
 * The same for files that belong together: all or none, and between their parts others get their turn. Folders that only these
 * files need are made, one level deep.
 */
export async function writeFilesWhole(
  files: readonly OutFile[],
  isForced: boolean,
): Promise<readonly WrittenFile[]> {
  for (const file of files) assertFree(file.path, isForced);
  const [first] = files;
  const own = first === undefined ? '' : path.dirname(first.path);
  const made: string[] = [];
  const written: string[] = [];
  let current = '';
  try {
    for (const file of files) {
      current = file.path;
      const folder = path.dirname(file.path);
      if (folder !== own && !made.includes(folder) && !isFolder(folder)) {
        mkdirSync(folder);
        made.push(folder);
      }
      written.push(file.path);
      await writeTemporary(file);
    }
    for (const file of files) {
      current = file.path;
      renameSync(temporaryOf(file.path), file.path);
    }
  } catch (error) {
    for (const file of written) rmSync(temporaryOf(file), { force: true });
    for (const folder of made) removeEmpty(folder);
    throw withPath(error, current);
  }
  return files.map((file) => ({ path: file.path, bytes: statSync(file.path).size }));
}

/** A folder, and nothing of that name in it that must not be replaced: known before the work begins. */
export function assertTarget(file: string, isForced: boolean): void {
  assertFree(file, isForced);
  if (!attempt(file, () => isFolder(path.dirname(file))))
    throw new AppError('storage', m.storage_no_folder_of({ file }));
}

export function assertFree(file: string, isForced: boolean): void {
  const there = attempt(file, () => statSync(file, { throwIfNoEntry: false }));
  if (there?.isDirectory() === true) throw new AppError('storage', m.storage_is_folder({ file }));
  if (!isForced && there !== undefined) throw new AppError('storage', m.storage_exists({ file }));
}

async function writeTemporary({ path: file, parts }: OutFile): Promise<void> {
  const fd = openSync(temporaryOf(file), 'w');
  let sinceTurn = 0;
  try {
    for (const part of parts()) {
      writeAll(fd, part);
      sinceTurn += part.length;
      if (sinceTurn < turnBytes) continue;
      sinceTurn = 0;
      await nextTurn();
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const turnBytes = 1 << 20;
const temporaryOf = (file: string): string => `${file}.${process.pid}.tmp`;
const isFolder = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // somebody has put a file there meanwhile: it stays
  }
}

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw withPath(error, file);
  }
}

/** Names that no file can have, and folders that are not there, in words. */
function withPath(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_INVALID_ARG_VALUE' || code === 'ENAMETOOLONG' || code === 'EINVAL')
    return new AppError('storage', m.storage_bad_name(), { cause: error });
  if (code === 'ENOTDIR' || toFailure(error).kind === 'notFound')
    return new AppError('storage', m.storage_no_folder_of({ file }), { cause: error });
  return error;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}
