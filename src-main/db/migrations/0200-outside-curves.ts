import type { Migration } from '../handles.ts';

/** Curves of trainings outside of Twofold. */
export const outsideCurves: Migration = {
  version: 200,
  name: 'outside curves',
  up: (db) => {
    db.exec(`
      CREATE TABLE outside_curves (
        -- Of the figures: the same again are the same curve.
        curve_id    TEXT PRIMARY KEY,
        name        TEXT NOT NULL,
        file_name   TEXT NOT NULL,
        imported_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE outside_epochs (
        curve_id      TEXT NOT NULL REFERENCES outside_curves (curve_id) ON DELETE CASCADE,
        epoch         INTEGER NOT NULL,
        loss          REAL,
        accuracy      REAL,
        val_loss      REAL,
        val_accuracy  REAL,
        test_loss     REAL,
        test_accuracy REAL,
        PRIMARY KEY (curve_id, epoch)
      ) STRICT, WITHOUT ROWID;

      CREATE VIEW v_outside_epochs AS
      SELECT c.curve_id, c.name, e.epoch, e.loss, e.accuracy, e.val_loss, e.val_accuracy, e.test_loss, e.test_accuracy
      FROM outside_epochs e JOIN outside_curves c USING (curve_id);
    `);
  },
};
