import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Problem } from '#contract/backup.ts';
import { momentText } from '#core/wording/moment-text.ts';
import * as m from '#messages';

import { makeFolder } from '../../db/make-folder.ts';
import { lostTransactions } from '../../db/wal.ts';
import { tightenHome } from '../system/private-home.ts';
import { runFolders } from './missing.ts';
import { listBackups, mainFile, newId } from './place.ts';
import { enter, entrants, forget, type Presence } from './presence.ts';
import { finishRestore } from './restore.ts';
import { databaseGone } from './way-out.ts';

/*
 * <home>/log-damaged-<id>.wal   a write-ahead log of which SQLite left a part out
 * <home>/log-missing-<id>.wal   empty: a process was killed, and its write-ahead log was not there any more
 */

/** With sentences about what was found just now. */
export type Entry = Presence & Readonly<{ notices: readonly string[] }>;

/**
 * Comes into a home before its databases are opened: says that this process is there, finishes a restore that was killed, and looks
 * whether what was written last is still there.
 *
 * @throws AppError `inUse` while a restore is underway; DamagedError where the database is gone
 */
export function enterHome(home: string, now: Date): Entry {
  makeFolder(home);
  tightenHome(home);
  const { alive } = entrants(home);
  const presence = enter(home);
  try {
    finishRestore(home);
    if (!isThere(mainFile(home)) && (listBackups(home).length > 0 || runFolders(home).length > 0))
      throw databaseGone(home);
    const { gone } = entrants(home);
    const wasKilled = gone.some(({ hadDatabase }) => hadDatabase);
    const notices = alive.length === 0 ? noteLostLog(home, wasKilled, now) : [];
    forget(home, gone);
    return { ...presence, notices };
  } catch (error) {
    presence.leave();
    throw error;
  }
}

/** What was found of lost write-ahead logs in the last weeks. */
export function logProblems(home: string, now: Date): Problem[] {
  return lostLogs(home)
    .filter(({ at }) => now.getTime() - at.getTime() < shownMs)
    .map(({ name, at, isMissing }) => ({ kind: 'log', message: sentence(name, at, isMissing) }));
}

function noteLostLog(home: string, wasKilled: boolean, now: Date): string[] {
  const log = `${mainFile(home)}-wal`;
  // Every process that writes has one, and only the last to close takes it away.
  const isMissing = wasKilled && !existsSync(log) && isThere(mainFile(home));
  const lost = existsSync(log) ? lostTransactions(log) : 0;
  if (!isMissing && lost === 0) return [];
  const nameOf = (id: string): string => `log-${isMissing ? 'missing' : 'damaged'}-${id}.wal`;
  const name = nameOf(newId(now, (id) => existsSync(path.join(home, nameOf(id)))));
  try {
    if (isMissing) writeFileSync(path.join(home, name), '');
    else copyFileSync(log, path.join(home, name));
  } catch {
    // A full disk: it is said all the same.
  }
  return [sentence(name, now, isMissing)];
}

function lostLogs(home: string): { name: string; at: Date; isMissing: boolean }[] {
  return readdirSync(home).flatMap((name) => {
    const kind = /^log-(damaged|missing)-.+\.wal$/.exec(name)?.[1];
    if (kind === undefined) return [];
    return [{ name, at: statSync(path.join(home, name)).mtime, isMissing: kind === 'missing' }];
  });
}

const sentence = (file: string, at: Date, isMissing: boolean): string =>
  isMissing
    ? m.backups_log_missing({ date: momentText(at) })
    : m.backups_log_damaged({ date: momentText(at), file });

const isThere = (file: string): boolean =>
  (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

const shownMs = 30 * 24 * 60 * 60 * 1000;
