import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { z } from 'zod';

import { missingSchema, type Missing, type Restored } from '#contract/backup.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import * as m from '#messages';

import { isDamage } from '../../db/damage.ts';
import { makeOneFolder } from '../../db/make-folder.ts';
import { isBusy, mainMigrations } from '../../db/open.ts';
import { withRoomForFiles } from '../../db/room-for-files.ts';
import { removeLeftovers, writeOwnFile } from '../files/in-place.ts';
import { resolveName } from '../resolve.ts';
import { isProcessAlive, ownIdentity } from '../runs/train/process-identity.ts';
import { assertAlone } from './alone.ts';
import { syncTo } from './copy.ts';
import { missingOf, nothingMissing } from './missing.ts';
import {
  backupFile,
  isTaken,
  listBackups,
  mainFile,
  newId,
  readFacts,
  refersFile,
  removeDatabase,
  removeReplaced,
  replacedFacts,
  replacedFile,
} from './place.ts';
import { entrants, forget, openFolder } from './presence.ts';

/** In place of a backup's id: a new database without anything in it. */
export const emptyId = 'empty';

/**
 * Puts a backup, or what an earlier restore replaced, in place of the main database, which is kept under another name. Nobody else may
 * have the home open. Survives being killed at any moment: the next one to open the home finishes it, or nothing was done.
 *
 * @throws AppError `inUse` where others have it open, `notFound` and `ambiguous` for the id, `storage` where the copy is damaged or newer
 */
export function restoreDatabase(home: string, wanted: string, now: Date): Restored {
  const backupId = resolveBackup(home, wanted);
  return oneAtATime(home, () => {
    finish(home, readPlan(home));
    writePlan(home, { phase: 'copy', ...ownIdentity() });
    try {
      // After the claim: who comes in from now on sees it.
      assertAlone(home);
      const missing = prepare(home, backupId);
      const isReplaced = existsSync(replacedFile(home, backupId));
      const replacedId = newId(now, (id) => isTaken(home, id));
      const plan: Plan = {
        ...ownIdentity(),
        phase: 'swap',
        backupId,
        replacedId,
        replacedAt: now.toISOString(),
        isReplaced,
        hasLog: existsSync(`${nextFile(home)}-wal`),
        missing,
      };
      writePlan(home, plan);
      const hadOne = existsSync(mainFile(home));
      swap(home, plan);
      return {
        backupId,
        replacedId: hadOne ? replacedId : null,
        isQueuePaused: backupId !== emptyId && !isReplaced,
        missing,
      };
    } catch (error) {
      if (readPlan(home)?.phase !== 'swap') abandon(home);
      throw error;
    }
  });
}

/** What a restore left that was killed: done, or undone where nothing had been moved. Throws `inUse` while one is underway. */
export function finishRestore(home: string): void {
  if (existsSync(planFile(home)))
    oneAtATime(home, () => {
      finish(home, readPlan(home));
    });
}

/**
 * Works while no other process restores or finishes a restore: the system itself gives the lock back of a process that is killed.
 *
 * @throws AppError `inUse` where another process restores
 */
function oneAtATime<T>(home: string, work: () => T): T {
  assertNoneUnderway(readPlan(home));
  let lock: Database.Database | undefined;
  try {
    lock = lockRestores(home);
    return work();
  } catch (error) {
    if (isBusy(error)) assertNoneUnderway(readPlan(home));
    throw withRoomForFiles(error, nextFile(home));
  } finally {
    lock?.close();
  }
}

function lockRestores(home: string): Database.Database {
  makeOneFolder(openFolder(home));
  const file = path.join(openFolder(home), 'restore-lock.sqlite');
  // Nobody can hold what is no database: it is made anew.
  if (lstatSync(file, { throwIfNoEntry: false })?.size !== 0)
    rmSync(file, { recursive: true, force: true });
  const lock = new Database(file);
  try {
    return lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error;
  }
}

function assertNoneUnderway(plan: AnyPlan | null): void {
  if (plan !== null && plan.pid !== ownIdentity().pid && isProcessAlive(plan))
    throw new AppError('inUse', m.backups_restore_underway({ pid: plan.pid }));
}

function finish(home: string, plan: AnyPlan | null): void {
  assertNoneUnderway(plan);
  removeLeftovers(planFile(home));
  if (plan?.phase === 'swap') swap(home, plan);
  else abandon(home);
}

const planSchema = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('copy'), pid: z.number(), startedAt: z.string() }),
  z.object({
    phase: z.literal('swap'),
    pid: z.number(),
    startedAt: z.string(),
    backupId: z.string(),
    replacedId: z.string(),
    replacedAt: z.string(),
    /** The one that is put back was replaced by a restore itself. */
    isReplaced: z.boolean(),
    /** The one that is put back has a write-ahead log. */
    hasLog: z.boolean(),
    missing: missingSchema,
  }),
]);
type AnyPlan = z.infer<typeof planSchema>;
type Plan = Extract<AnyPlan, { phase: 'swap' }>;

const planFile = (home: string): string => path.join(home, 'restore.json');
/** What will be the main database. */
const nextFile = (home: string): string => path.join(home, '.restoring.sqlite');

/** None, too, where it is no plan: earlier versions could leave half a claim, before anything was moved. */
function readPlan(home: string): AnyPlan | null {
  let text: string;
  try {
    text = readFileSync(planFile(home), 'utf8');
  } catch (error) {
    if (toFailure(error).kind === 'notFound') return null;
    throw error;
  }
  try {
    return planSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function writePlan(home: string, plan: AnyPlan): void {
  writeOwnFile(planFile(home), JSON.stringify(plan));
  syncTo(home);
}

function abandon(home: string): void {
  removeDatabase(nextFile(home));
  rmSync(planFile(home), { force: true });
}

/** Every step sees from the files whether it was done already. */
function swap(home: string, plan: Plan): void {
  const [main, next, kept] = [mainFile(home), nextFile(home), replacedFile(home, plan.replacedId)];
  if (existsSync(next)) {
    if (existsSync(main)) {
      const { backupId, missing } = plan;
      const facts = { createdAt: plan.replacedAt, replacedBy: { backupId, missing } };
      writeFileSync(replacedFacts(home, plan.replacedId), JSON.stringify(facts));
      if (existsSync(`${main}-wal`) && !existsSync(`${kept}-wal`))
        renameSync(`${main}-wal`, `${kept}-wal`);
      renameSync(main, kept);
    }
    // A log of a database that was gone belongs to no other.
    const isLogDone = plan.hasLog && !existsSync(`${next}-wal`);
    if (!isLogDone && existsSync(`${main}-wal`)) renameSync(`${main}-wal`, `${kept}-wal`);
    rmSync(`${main}-shm`, { force: true });
    if (plan.hasLog && !isLogDone) renameSync(`${next}-wal`, `${main}-wal`);
    renameSync(next, main);
  }
  rmSync(`${next}-shm`, { force: true });
  syncTo(home);
  // The log of those that were killed was put away with their database.
  forget(home, entrants(home).gone);
  if (plan.isReplaced) removeReplaced(home, plan.backupId);
  rmSync(planFile(home), { force: true });
}

/** Copies and checks what will be put in place; tells what that does not have. */
function prepare(home: string, backupId: string): Missing {
  const next = nextFile(home);
  removeDatabase(next);
  if (backupId === emptyId) return prepareEmpty(home, next);
  const old = replacedFile(home, backupId);
  if (existsSync(old)) return prepareReplaced(home, old, next);
  const copy = backupFile(home, backupId);
  const isThere = existsSync(copy);
  if (isThere) copyFileSync(copy, next, constants.COPYFILE_FICLONE);
  if (!isThere || digestOf(next) !== readFacts(home, backupId).sha256)
    throw new AppError('storage', m.backups_copy_damaged({ backupId }));
  return readNext(next, (db) => {
    // What waits in it may have been trained since: nothing starts before somebody has looked.
    if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'queue'`).get() !== undefined)
      db.exec('UPDATE queue SET is_paused = 1');
    return missingOf(db, home, refersFile(home, backupId));
  });
}

/** As it was, log and all; one that is damaged is put back as damaged as it was. */
function prepareReplaced(home: string, old: string, next: string): Missing {
  for (const suffix of ['', '-wal']) {
    if (existsSync(`${old}${suffix}`))
      copyFileSync(`${old}${suffix}`, `${next}${suffix}`, constants.COPYFILE_FICLONE);
  }
  try {
    return readNext(next, (db) => missingOf(db, home, null));
  } catch (error) {
    if (isDamage(error)) return nothingMissing;
    throw error;
  }
}

function prepareEmpty(home: string, next: string): Missing {
  return readNext(next, (db) => {
    for (const migration of mainMigrations) migration.up(db);
    db.pragma(`user_version = ${mainMigrations.at(-1)?.version ?? 0}`);
    return missingOf(db, home, null);
  });
}

function readNext(next: string, work: (db: Database.Database) => Missing): Missing {
  const db = new Database(next);
  try {
    if (!existsSync(`${next}-wal`)) db.pragma('page_size = 8192');
    // Folds its log, where it has one, into the one file.
    db.pragma('journal_mode = DELETE');
    const version = Number(db.pragma('user_version', { simple: true }));
    const newest = mainMigrations.at(-1)?.version ?? 0;
    if (version > newest)
      throw new AppError(
        'storage',
        m.storage_newer({ fileName: path.basename(next), current: version, newest }),
      );
    return work(db);
  } finally {
    db.close();
    if (existsSync(next)) syncTo(next);
  }
}

function digestOf(file: string): string {
  const hash = createHash('sha256');
  const part = new Uint8Array(1 << 20);
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      const length = readSync(fd, part, 0, part.length, null);
      if (length === 0) return hash.digest('hex');
      hash.update(part.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}

/** By id or unique prefix of it; throws notFound and ambiguous. */
export function resolveBackup(home: string, wanted: string): string {
  if (wanted === emptyId) return emptyId;
  const items = listBackups(home).map(({ backupId }) => ({ id: backupId, name: '' }));
  return resolveName('backup', wanted, items);
}
