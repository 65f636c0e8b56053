import type { Migration } from '../handles.ts';

/** Figures are NULL where they were NaN, which SQLite cannot hold; infinities are kept. */
export const results: Migration = {
  version: 30,
  name: 'results',
  up: (db) => {
    db.exec(`
      CREATE TABLE epochs (
        run_key                  INTEGER NOT NULL REFERENCES runs (run_key) ON DELETE CASCADE,
        epoch                    INTEGER NOT NULL,
        last_step                INTEGER NOT NULL,
        seconds                  REAL NOT NULL,
        loss                     REAL,
        accuracy                 REAL,
        val_loss                 REAL,
        val_accuracy             REAL,
        test_loss                REAL,
        test_accuracy            REAL,
        train_seconds            REAL NOT NULL,
        eval_seconds             REAL NOT NULL,
        train_samples_per_second REAL NOT NULL,
        eval_samples_per_second  REAL NOT NULL,
        memory_bytes             INTEGER NOT NULL,
        PRIMARY KEY (run_key, epoch)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE steps (
        run_key            INTEGER NOT NULL REFERENCES runs (run_key) ON DELETE CASCADE,
        step               INTEGER NOT NULL,
        epoch              INTEGER NOT NULL,
        seconds            REAL NOT NULL,
        loss               REAL,
        accuracy           REAL,
        gradient_norm      REAL,
        samples_per_second REAL,
        PRIMARY KEY (run_key, step)
      ) STRICT, WITHOUT ROWID;

      -- Rows and probabilities of one split after one epoch: a blob of int32 rows, then float32 probabilities.
      CREATE TABLE predictions (
        run_key   INTEGER NOT NULL REFERENCES runs (run_key) ON DELETE CASCADE,
        epoch     INTEGER NOT NULL,
        split     TEXT NOT NULL CHECK (split IN ('train', 'test', 'validation')),
        count     INTEGER NOT NULL,
        blob_hash TEXT NOT NULL,
        PRIMARY KEY (run_key, epoch, split)
      ) STRICT, WITHOUT ROWID;

      -- An embedding table: a blob of float32, row-major.
      CREATE TABLE snapshots (
        snapshot_id TEXT PRIMARY KEY,
        run_key     INTEGER NOT NULL REFERENCES runs (run_key) ON DELETE CASCADE,
        branch      TEXT NOT NULL CHECK (branch IN ('cnn', 'lstm', 'shared')),
        epoch       INTEGER NOT NULL,
        rows        INTEGER NOT NULL,
        dims        INTEGER NOT NULL,
        blob_hash   TEXT NOT NULL,
        UNIQUE (run_key, epoch, branch)
      ) STRICT;

      CREATE TABLE log_lines (
        run_key INTEGER NOT NULL REFERENCES runs (run_key) ON DELETE CASCADE,
        seq     INTEGER NOT NULL,
        at      TEXT NOT NULL,
        level   TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
        text    TEXT NOT NULL,
        PRIMARY KEY (run_key, seq)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
