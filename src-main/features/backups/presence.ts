import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { makeOneFolder } from '../../db/make-folder.ts';
import {
  isProcessAlive,
  ownIdentity,
  type ProcessIdentity,
} from '../runs/train/process-identity.ts';

/*
 * <home>/open/<pid>-<number>-<start>   a file for each time a process opens the home, removed when it has closed it. While it has the
 * database open the file is not empty. A database that is damaged cannot tell who has it open, and a process that was killed leaves
 * its file: that is how the next one knows.
 * <home>/open/restore-lock.sqlite      empty, and locked by the process that restores a backup
 */

export type Entrant = ProcessIdentity & Readonly<{ name: string; hadDatabase: boolean }>;
export type Presence = Readonly<{
  /** The database is open from now on, until `closing`. */
  opened: () => void;
  closing: () => void;
  leave: () => void;
}>;

export const openFolder = (home: string): string => path.join(home, 'open');
let opened = 0;

/** A full or read-only disk keeps nobody from coming in. */
export function enter(home: string): Presence {
  const { pid, startedAt } = ownIdentity();
  opened += 1;
  const file = path.join(openFolder(home), `${pid}-${opened}-${encodeURIComponent(startedAt)}`);
  const write = (text: string): void => {
    try {
      makeOneFolder(openFolder(home));
      writeFileSync(file, text);
    } catch {
      // Others then do not know of this process.
    }
  };
  write('');
  return {
    opened: () => {
      write('open');
    },
    closing: () => {
      write('');
    },
    leave: () => {
      // With those that were killed meanwhile: the last one to close the database has stored what they had written.
      forget(home, [...entrants(home).gone, { name: path.basename(file) }]);
    },
  };
}

/** Who has the home open, and who had it open and ended without closing it. */
export function entrants(
  home: string,
): Readonly<{ alive: readonly Entrant[]; gone: readonly Entrant[] }> {
  let names: string[];
  try {
    names = readdirSync(openFolder(home));
  } catch {
    names = []; // nobody yet
  }
  const all = names.flatMap((name): Entrant[] => {
    const [, pid, startedAt] = /^(\d+)-\d+-(.+)$/.exec(name) ?? [];
    if (pid === undefined || startedAt === undefined) return [];
    const size = statSync(path.join(openFolder(home), name), { throwIfNoEntry: false })?.size ?? 0;
    const identity = { pid: Number(pid), startedAt: decodeURIComponent(startedAt) };
    return [{ name, hadDatabase: size > 0, ...identity }];
  });
  return { alive: all.filter(isProcessAlive), gone: all.filter((one) => !isProcessAlive(one)) };
}

export function forget(home: string, gone: readonly Pick<Entrant, 'name'>[]): void {
  for (const { name } of gone) {
    try {
      rmSync(path.join(openFolder(home), name), { force: true });
    } catch {
      // A read-only disk: the next one tries again.
    }
  }
}
