import type { Migration } from '../handles.ts';

/** The labels of reviews that are not in this home: a bundle that leaves the texts behind brings them. */
export const datasetLabels: Migration = {
  version: 280,
  name: 'dataset labels',
  up: (db) => {
    db.exec(`
      CREATE TABLE dataset_labels (
        dataset_id TEXT NOT NULL REFERENCES datasets (dataset_id) ON DELETE CASCADE,
        split      TEXT NOT NULL CHECK (split IN ('train', 'test', 'validation')),
        -- Of the whole split, one bit a review (core/label-bits.ts)
        bits       BLOB NOT NULL,
        PRIMARY KEY (dataset_id, split)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
