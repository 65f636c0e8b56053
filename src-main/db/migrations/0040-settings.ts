import type { Migration } from '../handles.ts';

export const settings: Migration = {
  version: 40,
  name: 'settings',
  up: (db) => {
    db.exec(`
      CREATE TABLE settings (
        key   TEXT PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT;
    `);
  },
};
