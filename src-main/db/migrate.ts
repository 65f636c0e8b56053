import type Database from 'better-sqlite3';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { Migration } from './handles.ts';

/**
 * Brings a database to the newest version, each migration in one transaction, and makes a new one in a single transaction: a full
 * disk leaves it new. A database that is newer than this program is refused and left as it is. `beforeUpgrade` is called where an
 * older one holds something already.
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
  if (current > 0 && current < newest && holdsRows(db)) beforeUpgrade(db);
  // A table that is built anew is dropped: what refers to its rows must not go with them. Within a transaction this has no effect.
  const foreignKeys = Number(db.pragma('foreign_keys', { simple: true }));
  db.pragma('foreign_keys = OFF');
  const upgrade = () => {
    for (const migration of migrations) {
      // Immediate: two processes opening a new home at once take turns, and the second finds the work done.
      db.transaction(() => {
        if (versionOf(db) >= migration.version) return;
        migration.up(db);
        db.pragma(`user_version = ${migration.version}`);
      }).immediate();
    }
  };
  if (current === 0) db.transaction(upgrade).immediate();
  else upgrade();
  db.pragma(`foreign_keys = ${foreignKeys}`);
}

function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Whether anybody has stored anything: a first start that a full disk ended has left tables, and the one row that the queue begins with. */
function holdsRows(db: Database.Database): boolean {
  return db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'queue'`,
    )
    .pluck()
    .all()
    .some((name) => db.prepare(`SELECT 1 FROM "${String(name)}" LIMIT 1`).get() !== undefined);
}
