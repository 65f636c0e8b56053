import type { Migration } from '../handles.ts';

/** What a model does with another run's embedding table, beside the comparison that aligned them. */
export const transplants: Migration = {
  version: 170,
  name: 'transplants',
  up: (db) => {
    db.exec(`
      CREATE TABLE transplants (
        diff_id    TEXT NOT NULL REFERENCES embedding_diffs ON DELETE CASCADE,
        -- Indices of the comparison's tables
        donor      INTEGER NOT NULL,
        receiver   INTEGER NOT NULL,
        -- JSON
        transplant TEXT NOT NULL,
        PRIMARY KEY (diff_id, donor, receiver)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
