import type { Migration } from '../handles.ts';

/** A bag-of-words model, once for all runs that read the same words of the same reviews. */
export const baselines: Migration = {
  version: 100,
  name: 'baselines',
  up: (db) => {
    db.exec(`
      CREATE TABLE baselines (
        -- sha256 of the dataset's hash and all that decides the figures
        key            TEXT PRIMARY KEY,
        dataset_id     TEXT NOT NULL REFERENCES datasets (dataset_id) ON DELETE CASCADE,
        words          INTEGER NOT NULL,
        train_accuracy REAL NOT NULL,
        val_accuracy   REAL NOT NULL,
        val_loss       REAL NOT NULL,
        seconds        REAL NOT NULL,
        -- Predictions of the test rows, as in the table of that name.
        count          INTEGER NOT NULL,
        blob_hash      TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
