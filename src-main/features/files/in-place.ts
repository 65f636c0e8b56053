import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { mainFile } from '../backups/place.ts';
import { isPidAlive } from '../runs/train/process-identity.ts';
import { shareAsUsual } from '../system/private-home.ts';

/** A name beside the target, of this process and this writing alone, and of a form that nobody gives a file by hand. */
export const temporaryOf = (target: string): string =>
  `${target}.twofold-${process.pid}-${randomBytes(4).toString('hex')}.tmp`;

/** The name under which what a new one replaces waits until that is in its place. */
export const replacedOf = (temporary: string): string => temporary.replace(/tmp$/, 'old');

/** What a link leads to: it is written, and the link stays. Throws where it leads to nothing, or into what Twofold itself keeps. */
export function linkedTo(file: string): string {
  // Where such a name is printed, what follows its line break reads as a line of Twofold's own.
  if (/\p{Cc}/u.test(path.basename(file)))
    throw new AppError('storage', m.storage_bad_name(), { field: 'path' });
  const target = behindLink(file);
  const home = homeThatOwns(target);
  if (home !== null)
    throw new AppError('storage', m.storage_owned({ file, home }), { field: 'path' });
  return target;
}

function behindLink(file: string): string {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return file;
  try {
    return realpathSync.native(file);
  } catch (error) {
    throw new AppError('storage', m.storage_dead_link({ file }), { field: 'path', cause: error });
  }
}

/** The data folder to whose own files a target belongs, whichever links its path goes through; null where it belongs to none. */
const homeThatOwns = (target: string): string | null =>
  homeAbove(target, (name) => ownNames.test(name));

/** The data folder in which a target lies behind a name that counts; null where there is none. */
function homeAbove(target: string, counts: (name: string) => boolean): string | null {
  // Not resolved by its letters: the system goes through a link before it takes the `..` behind it.
  const folder = path.dirname(target);
  if (!existsSync(folder)) return null;
  let inside = path.join(realpathSync.native(folder), path.basename(target));
  for (;;) {
    const above = path.dirname(inside);
    if (above === inside) return null;
    if (counts(path.basename(inside)) && existsSync(mainFile(above))) return above;
    inside = above;
  }
}

/** Outside of data folders, which keep everything private, a finished file is as the user's own umask has it. */
function shareOutside(temporary: string, target: string): void {
  if (homeAbove(target, () => true) === null) shareAsUsual(temporary);
}

/** Files and folders that Twofold keeps in a data folder; other names there are free. */
const ownNames =
  /^((twofold|\.?blobs|\.restoring).*\.sqlite(-wal|-shm)?|twofold-replaced-.*|log-(damaged|missing)-.*\.wal|restore\.json|\.?shell.*|\.?last-port.*|slow-queries\.log|datasets|runs|backups|logs|open|slurm|electron)$/i;

/**
 * Gives a finished file its name and its modes, in one step. Unless `isForced`, one of that name that came meanwhile stays, and it is refused as
 * a name that is taken.
 */
export function putInPlace(temporary: string, target: string, isForced: boolean): void {
  shareOutside(temporary, target);
  if (isForced) {
    renameSync(temporary, target);
    return;
  }
  try {
    linkSync(temporary, target);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') throw taken(target);
    if (!withoutLinks.includes(code)) throw error;
    reserve(target);
    renameSync(temporary, target);
    return;
  }
  rmSync(temporary);
}

/** The same for a folder, which must not be there yet. */
export function putFolderInPlace(temporary: string, target: string): void {
  shareOutside(temporary, target);
  try {
    renameSync(temporary, target);
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EPERM'].includes(codeOf(error)) && isThere(target))
      throw taken(target);
    throw error;
  }
}

/** A folder for exported files, with the modes that they have. */
export function makeOutFolder(folder: string): void {
  mkdirSync(folder);
  shareOutside(folder, folder);
}

/** Removes what writings to this target left behind whose process is gone. */
export function removeLeftovers(target: string): void {
  for (const file of leftoversOf(target)) rmSync(file, { recursive: true, force: true });
}

/** Writes a file of the data folder: whole or not at all, whatever ends this meanwhile. */
export function writeOwnFile(file: string, text: string): void {
  const temporary = temporaryOf(file);
  try {
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Gives a folder its name back that a process had moved aside, which then ended before the new one was in its place. */
export function restoreReplaced(folder: string): void {
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const target = isLink ? path.resolve(path.dirname(folder), readlinkSync(folder)) : folder;
  const parent = statSync(path.dirname(target), { throwIfNoEntry: false });
  if (isThere(target) || parent?.isDirectory() !== true) return;
  const old = leftoversOf(target).find((file) => file.endsWith('old'));
  if (old !== undefined) renameSync(old, target);
}

/** Files and folders beside a target, of processes that are gone: new ones (.tmp), and what they were to replace (.old). */
function leftoversOf(target: string): string[] {
  const folder = path.dirname(target);
  const begin = `${path.basename(target)}.`;
  return readdirSync(folder)
    .filter((name) => {
      if (!name.startsWith(begin)) return false;
      const pid = /^twofold-(\d+)-[\da-f]{8}\.(?:tmp|old)$/.exec(name.slice(begin.length))?.[1];
      return pid !== undefined && !isPidAlive(Number(pid));
    })
    .map((name) => path.join(folder, name));
}

/** Of file systems without hard links, such as those of memory sticks. */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK'];

function reserve(target: string): void {
  try {
    closeSync(openSync(target, 'wx'));
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? taken(target) : error;
  }
}

const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

const taken = (file: string): AppError =>
  new AppError('storage', m.storage_exists({ file }), { field: 'path', flag: '--force' });

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
