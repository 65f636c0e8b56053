import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { backupReasons, backupSchema, missingSchema, type Backup } from '#contract/backup.ts';
import { backupsToDrop } from '#core/backups/rotation.ts';

/*
 * <home>/backups/<id>/twofold.sqlite   a copy of the main database, in one file
 *                     facts.json       what is in it, and its sha256
 *                     refers.txt       what it refers to, a line each: `blob <sha256>`, `file runs/<runId>/last.ckpt`
 * <home>/backups/.making-<pid>-<random>/   one underway; renamed to the above at its end
 * <home>/twofold-replaced-<id>.sqlite      what a restore replaced, with its -wal where there was one, and a .json beside
 * An id is the moment in UTC: 20260131-123456, with -2 and so on where that is taken.
 */

export const mainName = 'twofold.sqlite';
export const mainFile = (home: string): string => path.join(home, mainName);
export const backupsFolder = (home: string): string => path.join(home, 'backups');
export const backupFile = (home: string, backupId: string): string =>
  path.join(backupsFolder(home), backupId, mainName);
export const refersFile = (home: string, backupId: string): string =>
  path.join(backupsFolder(home), backupId, 'refers.txt');
export const replacedFile = (home: string, replacedId: string): string =>
  path.join(home, `twofold-replaced-${replacedId}.sqlite`);
export const replacedFacts = (home: string, replacedId: string): string =>
  path.join(home, `twofold-replaced-${replacedId}.json`);

export const factsSchema = backupSchema.pick({ createdAt: true, bytes: true }).extend({
  reason: z.enum(backupReasons),
  schemaVersion: z.number().int(),
  runs: z.number().int(),
  datasets: z.number().int(),
  blobs: z.number().int(),
  checkpoints: z.number().int(),
  sha256: z.string(),
  sequence: z.number().int().default(0),
});
export type BackupFacts = z.infer<typeof factsSchema>;

export const replacedFactsSchema = z.object({
  createdAt: z.string(),
  replacedBy: z.object({ backupId: z.string(), missing: missingSchema }),
});

/** Whether a backup or a replaced database has that id. */
export const isTaken = (home: string, id: string): boolean =>
  existsSync(path.join(backupsFolder(home), id)) || existsSync(replacedFile(home, id));

/** `taken` tells whether an id is in use. */
export function newId(now: Date, taken: (id: string) => boolean): string {
  const [date = '', time = ''] = now.toISOString().slice(0, 19).split('T');
  const base = `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}`;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken(id)) return id;
  }
}

/** Backups and replaced databases, newest first. What cannot be read is left out. */
export function listBackups(home: string): Backup[] {
  const all = [...copies(home), ...replaced(home)];
  return all.toSorted(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || b.backupId.localeCompare(a.backupId),
  );
}

/** Of a backup; throws where it cannot be read. */
export function readFacts(home: string, backupId: string): BackupFacts {
  const file = path.join(backupsFolder(home), backupId, 'facts.json');
  return factsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The last one made of those that are not damaged. By its number: where a clock was wrong, its date says nothing. */
export const newestBackup = (home: string): Backup | undefined => lastMade(goodBackups(home));

const lastMade = (backups: readonly Backup[]): Backup | undefined =>
  backups.reduce<Backup | undefined>(
    (newest, one) => ((one.sequence ?? 0) > (newest?.sequence ?? 0) ? one : (newest ?? one)),
    undefined,
  );

/** Of the backup that is made next. */
export const nextSequence = (home: string): number =>
  Math.max(0, ...copies(home).map(({ sequence }) => sequence ?? 0)) + 1;

/** What a restore replaced last and is still kept: it may be put back, and refer to what the present database does not. */
export const keptReplaced = (home: string): Backup | undefined =>
  listBackups(home).find(({ kind }) => kind === 'replaced');

/** Backups that are not damaged, newest first. */
export const goodBackups = (home: string): Backup[] =>
  listBackups(home).filter(({ kind, isDamaged }) => kind === 'backup' && !isDamaged);

export type RotateOptions = Readonly<{
  now: Date;
  isAlive: (pid: number) => boolean;
  /** The backup just made: it stays, whatever the clock says meanwhile. */
  madeId?: string;
}>;

/**
 * Removes what the rotation leaves out, what a restore replaced 30 days ago, and what was never completed by processes that are gone.
 * Those 30 days begin no earlier than the backup that was restored, and end at the last backup but one: a clock that was behind then, or
 * is ahead for a day, costs nothing.
 */
export function rotate(home: string, { now, isAlive, madeId }: RotateOptions): void {
  const folder = backupsFolder(home);
  const all = listBackups(home);
  const copiesHere = all.filter(({ kind }) => kind === 'backup');
  // A damaged one takes no good one's place.
  const drop = [
    ...backupsToDrop(goodBackups(home), now),
    ...backupsToDrop(copiesHere, now).filter((id) =>
      copiesHere.some(({ backupId, isDamaged }) => backupId === id && isDamaged),
    ),
  ].filter((backupId) => backupId !== madeId);
  const msOf = (backup: Backup | undefined): number => Date.parse(backup?.createdAt ?? '');
  const previous = lastMade(copiesHere.filter(({ backupId }) => backupId !== madeId));
  const until = Math.min(now.getTime(), msOf(previous) || Infinity);
  for (const one of all) {
    const restored = copiesHere.find(({ backupId }) => backupId === one.replacedBy?.backupId);
    const since = Math.max(msOf(one), msOf(restored) || 0);
    if (one.kind === 'replaced' && until - since > replacedKeptMs)
      removeReplaced(home, one.backupId);
  }
  for (const backupId of drop) {
    rmSync(path.join(folder, backupId), { recursive: true, force: true });
  }
  for (const name of namesIn(folder)) {
    const pid = Number(/^\.making-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid))
      rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/** With its logs: SQLite would play one that is left into the next database of that name. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    rmSync(`${file}${suffix}`, { force: true });
}

export function removeReplaced(home: string, replacedId: string): void {
  removeDatabase(replacedFile(home, replacedId));
  rmSync(replacedFacts(home, replacedId), { force: true });
}

function copies(home: string): Backup[] {
  return namesIn(backupsFolder(home)).flatMap((backupId): Backup[] => {
    if (!idPattern.test(backupId)) return [];
    try {
      const { sha256, ...facts } = readFacts(home, backupId);
      const file = path.join('backups', backupId, mainName);
      const isDamaged = !isAsMade(backupFile(home, backupId), facts.bytes);
      return [{ backupId, kind: 'backup', ...facts, file, replacedBy: null, isDamaged }];
    } catch {
      return [];
    }
  });
}

/** As far as its size and its first bytes tell. */
function isAsMade(file: string, bytes: number): boolean {
  const head = Buffer.alloc(sqliteHead.length);
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    readSync(fd, head, 0, head.length, 0);
    return fstatSync(fd).size === bytes && head.toString('latin1') === sqliteHead;
  } catch {
    return false; // gone, or it cannot be read
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function replaced(home: string): Backup[] {
  return namesIn(home).flatMap((name): Backup[] => {
    const backupId = /^twofold-replaced-(.+)\.sqlite$/.exec(name)?.[1];
    if (backupId === undefined || !idPattern.test(backupId)) return [];
    try {
      const facts = replacedFactsSchema.parse(
        JSON.parse(readFileSync(replacedFacts(home, backupId), 'utf8')),
      );
      const bytes = [name, `${name}-wal`].reduce(
        (sum, part) =>
          sum + (statSync(path.join(home, part), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
      const unknown = {
        schemaVersion: null,
        runs: null,
        datasets: null,
        blobs: null,
        checkpoints: null,
        sequence: null,
      };
      const shared = { reason: null, file: name, bytes, isDamaged: false };
      return [{ backupId, kind: 'replaced', ...shared, ...unknown, ...facts }];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // none yet
  }
}

/** What every SQLite database begins with: https://www.sqlite.org/fileformat.html#magic_header_string */
const sqliteHead = 'SQLite format 3\0';
const replacedKeptMs = 30 * 24 * 60 * 60 * 1000;
const idPattern = /^\d{8}-\d{6}(-\d+)?$/;
