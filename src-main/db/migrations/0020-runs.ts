import type { Migration } from '../handles.ts';

export const runs: Migration = {
  version: 20,
  name: 'runs',
  up: (db) => {
    db.exec(`
      CREATE TABLE experiments (
        experiment_id TEXT PRIMARY KEY,
        name          TEXT NOT NULL,
        created_at    TEXT NOT NULL
      ) STRICT;

      CREATE TABLE runs (
        run_key             INTEGER PRIMARY KEY,
        run_id              TEXT NOT NULL UNIQUE,
        name                TEXT NOT NULL,
        state               TEXT NOT NULL CHECK (state IN
          ('queued', 'running', 'paused', 'stopped', 'finished', 'diverged', 'failed', 'interrupted')),
        reason              TEXT,
        dataset_id          TEXT NOT NULL REFERENCES datasets (dataset_id),
        experiment_id       TEXT REFERENCES experiments (experiment_id),
        variant             TEXT CHECK (variant IN ('A', 'B')),
        config              TEXT NOT NULL CHECK (json_valid(config)),
        parameters          INTEGER NOT NULL,
        plan                TEXT CHECK (json_valid(plan)),
        versions            TEXT CHECK (json_valid(versions)),
        colour_slot         INTEGER NOT NULL,
        best_epoch          INTEGER,
        weights_hash        TEXT,
        best_weights_hash   TEXT,
        last_train_accuracy REAL,
        best_train_accuracy REAL,
        progress            TEXT CHECK (json_valid(progress)),
        request             TEXT CHECK (request IN ('stop', 'pause')),
        -- The process that trains it and when that process started (pids are used again).
        supervisor_pid        INTEGER,
        supervisor_started_at TEXT,
        trained_seconds     REAL NOT NULL DEFAULT 0,
        disk_bytes          INTEGER NOT NULL DEFAULT 0,
        created_at          TEXT NOT NULL,
        started_at          TEXT,
        ended_at            TEXT,
        deleted_at          TEXT
      ) STRICT;
      CREATE INDEX runs_by_dataset ON runs (dataset_id);
      CREATE INDEX runs_by_state ON runs (state) WHERE deleted_at IS NULL;
    `);
  },
};
