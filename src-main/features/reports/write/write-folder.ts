import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { AppError, toFailure } from '#contract/failure.ts';
import * as m from '#messages';

import {
  linkedTo,
  putFolderInPlace,
  removeLeftovers,
  replacedOf,
  restoreReplaced,
  temporaryOf,
} from '../../files/in-place.ts';
import { withPath, type Turn } from '../../files/write-file.ts';

export type OutFile = Readonly<{
  /** Within the target, with `/` between folders. */
  path: string;
  /** Asked for once, in the order of the files. */
  parts: () => Iterable<Uint8Array>;
}>;

/**
 * A folder of files, written under a temporary name, then renamed: complete or not at all. An existing target is refused, unless
 * `isForced` and it is empty or holds nothing but what such an export wrote.
 */
export async function writeFolderWhole(
  folder: string,
  files: readonly OutFile[],
  isForced: boolean,
  turn: Turn = () => nextTurn(),
): Promise<Readonly<{ path: string; bytes: number }>> {
  assertReplaceable(folder, isForced);
  const target = linkedTo(folder);
  const temporary = temporaryOf(target);
  const old = replacedOf(temporary);
  try {
    mkdirSync(temporary);
    let bytes = 0;
    for (const [index, { path: name, parts }] of files.entries()) {
      await turn(index);
      bytes += await writeOne(path.join(temporary, name), parts(), () => turn(index));
    }
    const list = `${JSON.stringify(files.map((file) => file.path))}\n`;
    writeFileSync(path.join(temporary, listName), list, { flush: true });
    await turn(files.length);
    // Somebody may have put something there meanwhile.
    assertReplaceable(folder, isForced);
    if (isForced && existsSync(target)) renameSync(target, old);
    try {
      putFolderInPlace(temporary, target);
    } catch (error) {
      // Where another export was quicker, its folder stays.
      if (existsSync(old) && !existsSync(target)) renameSync(old, target);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
    removeLeftovers(target);
    return { path: folder, bytes: bytes + list.length };
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (toFailure(error).kind === 'notFound' && !existsSync(path.dirname(folder)))
      throw new AppError('storage', m.reports_no_folder({ path: folder }), { cause: error });
    throw withPath(error, target);
  }
}

/** Throws where what is there, or was until an export was killed, is not to be replaced. */
export function assertReplaceable(folder: string, isForced: boolean): void {
  restoreReplaced(folder);
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!isForced) {
    throw new AppError('storage', m.storage_exists({ file: folder }), {
      field: 'path',
      flag: '--force',
    });
  }
  if (!there.isDirectory()) throw new AppError('storage', m.reports_no_directory({ path: folder }));
  const known = new Set([listName, ...readList(folder)]);
  const foreign = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .find((name) => !known.has(name.replaceAll(path.sep, '/')));
  if (foreign !== undefined)
    throw new AppError('storage', m.reports_foreign_file({ path: folder, file: foreign }));
}

/** What an export wrote into a folder; nothing where it is no export. */
function readList(folder: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(readFileSync(path.join(folder, listName), 'utf8'));
    return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** The bytes written. */
async function writeOne(
  file: string,
  parts: Iterable<Uint8Array>,
  turn: () => Promise<unknown>,
): Promise<number> {
  mkdirSync(path.dirname(file), { recursive: true });
  const handle = openSync(file, 'wx');
  let bytes = 0;
  try {
    for (const piece of inPieces(parts)) {
      for (let at = 0; at < piece.length;) at += writeSync(handle, piece, at);
      bytes += piece.length;
      await turn();
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return bytes;
}

/** Small parts together: each piece is a call to the system. */
function* inPieces(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for (const part of parts) {
    waiting.push(part);
    size += part.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  yield Buffer.concat(waiting);
}

const pieceBytes = 1 << 18;
const listName = '.twofold-export.json';
