import Database from 'better-sqlite3';

import { momentText } from '#core/wording/moment-text.ts';
import { program } from '#core/wording/program.ts';
import * as m from '#messages';

import { DamagedError, isDamage } from '../../db/damage.ts';
import { withRoomForFiles } from '../../db/room-for-files.ts';
import { mainFile, mainName, newestBackup } from './place.ts';
import { emptyId } from './restore.ts';

/** Damage of the main database, or a disk without room for files, as one sentence with the way out of it; anything else as it is. */
export function withWayOut(error: unknown, home: string): unknown {
  if (error instanceof DamagedError) {
    if (error.database !== 'main' || explained.has(error)) return error;
    // SQLite does not say of which file it speaks: it may be that of a dataset.
  } else if (!isDamage(error) || !isMainDamaged(home)) return withRoomForFiles(error, home);
  const wayOut = wayOutOf(home, m.backups_last_good, m.backups_none_to_restore);
  return explain(home, m.backups_damaged({ file: mainName, wayOut }), error);
}

/** For a home that has been used and has no database any more. */
export function databaseGone(home: string): DamagedError {
  const wayOut = wayOutOf(home, m.backups_last_before, m.backups_none_to_begin);
  return explain(home, m.backups_gone({ file: mainName, wayOut }));
}

const explained = new WeakSet<DamagedError>();

function explain(home: string, sentence: string, cause?: unknown): DamagedError {
  const backupId = newestBackup(home)?.backupId ?? emptyId;
  const flag = m.backups_restore_command({ program, backupId });
  const error = new DamagedError('main', sentence, { flag, cause });
  explained.add(error);
  return error;
}

function wayOutOf(
  home: string,
  withBackup: (input: { date: string }) => string,
  without: () => string,
): string {
  const backup = newestBackup(home);
  return backup === undefined
    ? without()
    : withBackup({ date: momentText(new Date(backup.createdAt)) });
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
