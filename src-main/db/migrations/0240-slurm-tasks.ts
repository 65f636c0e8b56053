import type { Migration } from '../handles.ts';

/** Which runs are trained, or were last trained, by a task of a Slurm job array. */
export const slurmTasks: Migration = {
  version: 240,
  name: 'slurm tasks',
  up: (db) => {
    db.exec(`
      CREATE TABLE slurm_tasks (
        run_key INTEGER PRIMARY KEY REFERENCES runs (run_key) ON DELETE CASCADE,
        -- The job folder on the shared file system.
        folder  TEXT NOT NULL,
        -- Its number in that folder, from 1.
        task    INTEGER NOT NULL,
        -- The job array; null until sbatch has answered.
        job_id  TEXT,
        -- Slurm's own words for where it stands, and why it waits, as they were last read.
        state   TEXT,
        reason  TEXT,
        -- Its bundle has been taken in.
        is_collected INTEGER NOT NULL DEFAULT 0 CHECK (is_collected IN (0, 1)),
        UNIQUE (folder, task)
      ) STRICT;
      CREATE INDEX slurm_tasks_open ON slurm_tasks (folder) WHERE is_collected = 0;
    `);
  },
};
