import type Database from 'better-sqlite3';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { Migration } from './handles.ts';

/**
 * Brings a database to the newest version, each migration in one transaction. A database that is newer than this program is
 * refused and left as it is. `beforeUpgrade` is called where an older one holds something already.
 */
export function migrate(
  db: Database.Database,
  migrations: readonly Migration[],
  fileName: string,
  beforeUpgrade: (db: Database.Database) => void = () => undefined,
): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const current = versionOf(db);
  if (current > newest) {
    throw new AppError('storage', m.storage_newer({ fileName, current, newest }));
  }
  if (current > 0 && current < newest) beforeUpgrade(db);
  // A table that is built anew is dropped: what refers to its rows must not go with them. Within a transaction this has no effect.
  const foreignKeys = Number(db.pragma('foreign_keys', { simple: true }));
  db.pragma('foreign_keys = OFF');
  for (const migration of migrations) {
    // Immediate: two processes opening a new home at once take turns, and the second finds the work done.
    db.transaction(() => {
      if (versionOf(db) >= migration.version) return;
      migration.up(db);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
  db.pragma(`foreign_keys = ${foreignKeys}`);
}

function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}
