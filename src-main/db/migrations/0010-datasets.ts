import type { Migration } from '../handles.ts';

export const datasets: Migration = {
  version: 10,
  name: 'datasets',
  up: (db) => {
    db.exec(`
      CREATE TABLE datasets (
        dataset_id      TEXT PRIMARY KEY,
        name            TEXT NOT NULL,
        format          TEXT NOT NULL,
        content_hash    TEXT NOT NULL UNIQUE,
        splits          TEXT NOT NULL CHECK (json_valid(splits)),
        warnings        TEXT NOT NULL CHECK (json_valid(warnings)),
        has_texts       INTEGER NOT NULL,
        has_words       INTEGER NOT NULL,
        vocabulary_size INTEGER NOT NULL,
        size_bytes      INTEGER NOT NULL,
        created_at      TEXT NOT NULL,
        deleted_at      TEXT
      ) STRICT;
    `);
  },
};
