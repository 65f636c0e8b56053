import Database from 'better-sqlite3';

import { momentText } from '#core/moment-text.ts';
import * as m from '#messages';

import { DamagedError, isDamage } from '../../db/damage.ts';
import { mainFile, mainName, newestBackup } from './place.ts';
import { emptyId } from './restore.ts';

/** Damage of the main database as one sentence with the way out of it; anything else as it is. */
export function withWayOut(error: unknown, home: string): unknown {
  if (error instanceof DamagedError) {
    if (error.database !== 'main' || explained.has(error)) return error;
    // SQLite does not say of which file it speaks: it may be that of a dataset.
  } else if (!isDamage(error) || !isMainDamaged(home)) return error;
  return explain(home, (wayOut) => m.backups_damaged({ file: mainName, wayOut }), error);
}

/** For a home that has been used and has no database any more. */
export const databaseGone = (home: string): DamagedError =>
  explain(home, (wayOut) => m.backups_gone({ file: mainName, wayOut }));

const explained = new WeakSet<DamagedError>();

function explain(
  home: string,
  sentence: (wayOut: string) => string,
  cause?: unknown,
): DamagedError {
  const backup = newestBackup(home);
  const wayOut =
    backup === undefined
      ? m.backups_none_to_restore()
      : m.backups_last_good({ date: momentText(new Date(backup.createdAt)) });
  const flag = m.backups_restore_command({ backupId: backup?.backupId ?? emptyId });
  const error = new DamagedError('main', sentence(wayOut), { flag, cause });
  explained.add(error);
  return error;
}

function isMainDamaged(home: string): boolean {
  let db: Database.Database | undefined;
  try {
    db = new Database(mainFile(home), { readonly: true, fileMustExist: true });
    return db.pragma('quick_check(1)', { simple: true }) !== 'ok';
  } catch (error) {
    return isDamage(error);
  } finally {
    db?.close();
  }
}
