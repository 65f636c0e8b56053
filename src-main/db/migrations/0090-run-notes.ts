import type { Migration } from '../handles.ts';

/** What people write about a run: tags, a note, and which runs are favourites. */
export const runNotes: Migration = {
  version: 90,
  name: 'run notes',
  up: (db) => {
    db.exec(`
      ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
      ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
      ALTER TABLE runs ADD COLUMN is_favourite INTEGER NOT NULL DEFAULT 0 CHECK (is_favourite IN (0, 1));
    `);
  },
};
