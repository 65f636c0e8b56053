import type { Migration } from '../handles.ts';

/** Reports as they were composed; their figures are gathered anew whenever they are shown. */
export const reports: Migration = {
  version: 210,
  name: 'reports',
  up: (db) => {
    db.exec(`
      CREATE TABLE reports (
        report_id  TEXT PRIMARY KEY,
        -- JSON: title, runs, sections and the user's own text
        spec       TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        deleted_at TEXT
      ) STRICT;
    `);
  },
};
