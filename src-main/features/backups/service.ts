import type { Backup, backupReasons } from '#contract/backup.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import { isBackupDue } from '#core/backups/rotation.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';
import { isAlone } from '../../db/open.ts';
import type { ChildHost } from '../../processes/host.ts';
import { isPidAlive } from '../runs/train/process-identity.ts';
import type { BackupsService } from '../services.ts';
import { copyInChild } from './copier.ts';
import { goodBackups, listBackups, rotate } from './place.ts';

export type BackupsOptions = Readonly<{
  db: ReadDb;
  home: string;
  host: ChildHost;
  /** The copying child's entry file. */
  entry: string;
  emit: Emit;
  now: () => Date;
  /** Hears why the daily backup could not be made, and null when one was. */
  onDaily?: (problem: string | null) => void;
  /** From the start to the first look whether one is due. */
  firstAfterMs: number;
}>;

const lookEveryMs = 60 * 60 * 1000;

/** Copies of the main database. */
export function createBackupsService(
  options: BackupsOptions,
): BackupsService & Readonly<{ close: () => Promise<void> }> {
  const { db, home, emit, now, onDaily = () => undefined } = options;
  const ending = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  function make(reason: (typeof backupReasons)[number]): Promise<Backup> {
    const before = last.catch(() => undefined);
    const made = before.then(async () => {
      // The copying process could not even open the database.
      if (isAlone(db)) throw new AppError('storage', m.storage_disk_full());
      const request = { home, reason, createdAt: now().toISOString() };
      const { host, entry } = options;
      const backupId = await copyInChild({ host, entry, request, signal: ending.signal });
      rotate(home, { now: now(), isAlive: isPidAlive, madeId: backupId });
      emit('backups.changed', {});
      const backup = listBackups(home).find((one) => one.backupId === backupId);
      if (backup === undefined) throw new Error(`The backup ${backupId} is not there.`);
      return backup;
    });
    last = made;
    return made;
  }

  async function daily(): Promise<void> {
    if (!isBackupDue(goodBackups(home), now()) || isEmpty(db)) return;
    try {
      await make('daily');
      onDaily(null);
    } catch (error) {
      const { kind, message } = toFailure(error);
      if (kind !== 'cancelled') onDaily(message);
    }
  }

  const first = setTimeout(() => void daily(), options.firstAfterMs).unref();
  const timer = setInterval(() => void daily(), lookEveryMs).unref();

  return {
    list: () => listBackups(home),
    async create() {
      try {
        return await make('request');
      } catch (error) {
        const { kind, message } = toFailure(error);
        throw new AppError(kind, m.backups_not_made({ reason: message }), { cause: error });
      }
    },
    async close() {
      clearTimeout(first);
      clearInterval(timer);
      ending.abort();
      await last.catch(() => undefined);
    },
  };
}

/** Nothing was done in this home yet. */
const isEmpty = (db: ReadDb): boolean =>
  db
    .prepare('SELECT EXISTS (SELECT 1 FROM datasets) OR EXISTS (SELECT 1 FROM runs)')
    .pluck()
    .get() === 0;
