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
  return explain(m.backups_damaged({ file: mainName, wayOut: wayOut(home) }), error);
}

/** For a home that has been used and has no database any more. */
export const databaseGone = (home: string): DamagedError =>
  explain(m.backups_gone({ file: mainName, wayOut: wayOut(home) }));

const explained = new WeakSet<DamagedError>();

function explain(sentence: string, cause?: unknown): DamagedError {
  const error = new DamagedError('main', sentence, { cause });
  explained.add(error);
  return error;
}

function wayOut(home: string): string {
  const backup = newestBackup(home);
  if (backup === undefined) return m.backups_none_to_restore({ backupId: emptyId });
  const { backupId, createdAt } = backup;
  return m.backups_last_good({ date: momentText(new Date(createdAt)), backupId });
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
