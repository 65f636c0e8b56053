import type { Migration } from '../handles.ts';

/** The queue of a home: which runs wait in which order, and the one process that starts them. */
export const queue: Migration = {
  version: 120,
  name: 'queue',
  up: (db) => {
    db.exec(`
      -- Waiting runs, the lowest first. A paused run that has one goes on when the queue is served again.
      ALTER TABLE runs ADD COLUMN queue_position INTEGER;

      CREATE TABLE queue (
        id        INTEGER PRIMARY KEY CHECK (id = 1),
        is_paused INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
        -- The process that serves it, and when that process started.
        server_pid        INTEGER,
        server_started_at TEXT
      ) STRICT;
      INSERT INTO queue (id) VALUES (1);
    `);
  },
};
