import type { Migration } from '../handles.ts';

/** What was expected of a run at its start, beside what it took; and what short measurements of planned runs gave. */
export const estimates: Migration = {
  version: 80,
  name: 'estimates',
  up: (db) => {
    db.exec(`
      ALTER TABLE runs ADD COLUMN expected TEXT CHECK (json_valid(expected));

      CREATE TABLE probes (
        probe_key                INTEGER PRIMARY KEY,
        backend                  TEXT NOT NULL CHECK (backend IN ('native', 'wasm')),
        config                   TEXT NOT NULL CHECK (json_valid(config)),
        train_samples_per_second REAL NOT NULL,
        eval_samples_per_second  REAL NOT NULL,
        memory_bytes             INTEGER NOT NULL,
        probed_at                TEXT NOT NULL
      ) STRICT;
    `);
  },
};
