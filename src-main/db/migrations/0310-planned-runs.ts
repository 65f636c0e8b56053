import type { Migration } from '../handles.ts';

/** What an experiment that came with a bundle was planned to have: runs may have stayed behind. */
export const plannedRuns: Migration = {
  version: 310,
  name: 'planned runs',
  up: (db) => {
    db.exec(`
      -- 0: it came with a bundle of an older version, which says nothing of runs that stayed behind.
      ALTER TABLE experiments ADD COLUMN is_plan_known INTEGER NOT NULL DEFAULT 1 CHECK (is_plan_known IN (0, 1));

      -- The runs of its plan as a bundle lists them. Of a run that is here too, its own row counts.
      CREATE TABLE planned_runs (
        run_id           TEXT PRIMARY KEY,
        experiment_id    TEXT NOT NULL REFERENCES experiments (experiment_id) ON DELETE CASCADE,
        name             TEXT NOT NULL,
        state            TEXT NOT NULL,
        experiment_round INTEGER NOT NULL,
        config           TEXT NOT NULL CHECK (json_valid(config)),
        created_at       TEXT NOT NULL,
        is_in_trash      INTEGER NOT NULL CHECK (is_in_trash IN (0, 1)),
        -- When its state was as it says.
        noted_at         TEXT NOT NULL
      ) STRICT;
      CREATE INDEX planned_runs_by_experiment ON planned_runs (experiment_id);

      -- Every run of it came with a bundle, and none of them from a cluster that this home sent it to.
      UPDATE experiments AS e SET is_plan_known = 0
      WHERE EXISTS (SELECT 1 FROM runs r WHERE r.experiment_id = e.experiment_id)
        AND NOT EXISTS (
          SELECT 1 FROM runs r WHERE r.experiment_id = e.experiment_id
            AND (r.epochs_elsewhere = 0 OR r.run_key IN (SELECT run_key FROM slurm_tasks)));
    `);
  },
};
