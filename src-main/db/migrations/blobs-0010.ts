import type { Migration } from '../handles.ts';

export const blobs: Migration = {
  version: 10,
  name: 'blobs',
  up: (db) => {
    db.exec(`
      CREATE TABLE blobs (
        hash       TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        bytes      BLOB NOT NULL
      ) STRICT;
    `);
  },
};
