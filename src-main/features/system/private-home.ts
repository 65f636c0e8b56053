import { chmodSync, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';

/*
 * The data folder holds reviews and notes that may be confidential: it and all in it is its owner's alone (0700, files 0600). New files
 * are by the umask of every process that opens it, and of their children; those of older versions are tightened once. What is exported
 * elsewhere has the modes that the user's own umask gives. Windows has no modes: there its access lists decide.
 */

const hasModes = process.platform !== 'win32';
const othersBits = 0o077;
let usersUmask: number | null = null;

/** At the start of a process, before it makes any file. */
export function keepFilesPrivate(): void {
  if (hasModes) usersUmask ??= process.umask(othersBits);
}

/** Does it with the user's own umask, such as to start a program that is not ours. */
export function withUsersUmask<T>(work: () => T): T {
  if (usersUmask === null) return work();
  process.umask(usersUmask);
  try {
    return work();
  } finally {
    process.umask(othersBits);
  }
}

/** Gives a finished file, or a folder with all that is in it, the modes that the user's own umask would have given it. */
export function shareAsUsual(target: string): void {
  if (usersUmask === null) return;
  setModes(target, (stats) => (stats.isDirectory() ? 0o777 : 0o666) & ~(usersUmask ?? 0));
}

/**
 * Takes group and others from a data folder of an older version, and from all in it. The database comes last but for the folder: where
 * both are tight, so is all else. A folder of somebody else, one that many share (sticky, such as /tmp) and a file system without modes
 * stay as they are.
 */
export function tightenHome(home: string): void {
  if (!hasModes) return;
  const folder = statOf(home);
  if (folder === null || !isOurs(folder) || (folder.mode & 0o1000) !== 0) return;
  const database = path.join(home, 'twofold.sqlite');
  if (isTight(folder) && isTight(statOf(database) ?? folder)) return;
  for (const name of namesIn(home)) {
    if (name !== path.basename(database)) tighten(path.join(home, name));
  }
  tighten(database);
  chmod(home, folder.mode & ~othersBits);
}

const tighten = (target: string): void => {
  setModes(target, ({ mode }) => mode & ~othersBits);
};

/** Never through a link, and only what is the user's own. */
function setModes(target: string, modeOf: (stats: Stats) => number): void {
  let stats: Stats;
  try {
    stats = lstatSync(target);
  } catch {
    return; // gone meanwhile
  }
  if (!isOurs(stats) || !(stats.isFile() || stats.isDirectory() || stats.isSocket())) return;
  if (stats.isDirectory())
    for (const name of namesIn(target)) setModes(path.join(target, name), modeOf);
  chmod(target, modeOf(stats));
}

function chmod(target: string, mode: number): void {
  try {
    chmodSync(target, mode & 0o777);
  } catch {
    // A file system without modes, or one that is read only: the folder is used as it is.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const statOf = (file: string): Stats | null => {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
};

const isTight = ({ mode }: Stats): boolean => (mode & othersBits) === 0;
const isOurs = ({ uid }: Stats): boolean => uid === process.getuid?.();
