import type { Migration } from '../handles.ts';

/** What is fixed before an experiment starts, and which of its runs were added later. */
export const experimentPlans: Migration = {
  version: 160,
  name: 'experiment plans',
  up: (db) => {
    db.exec(`
      -- Half width of the band that is too small to matter; null where it was not fixed.
      ALTER TABLE experiments ADD COLUMN margin_points REAL CHECK (margin_points BETWEEN 0 AND 10);
      -- A person gave the name; otherwise it is made of its runs.
      ALTER TABLE experiments ADD COLUMN is_named INTEGER NOT NULL DEFAULT 1 CHECK (is_named IN (0, 1));
      -- 0: planned at the start; 1, 2 ...: added afterwards.
      ALTER TABLE runs ADD COLUMN experiment_round INTEGER NOT NULL DEFAULT 0;

      UPDATE experiments AS e SET is_named = 0,
        name = (SELECT name FROM runs r WHERE r.experiment_id = e.experiment_id ORDER BY run_key LIMIT 1)
          || ' and '
          || ((SELECT COUNT(*) FROM runs r WHERE r.experiment_id = e.experiment_id) - 1)
          || ' more'
      WHERE (SELECT COUNT(*) FROM runs r WHERE r.experiment_id = e.experiment_id) > 1
        AND e.name = (SELECT group_concat(r.name, ', ' ORDER BY r.run_key) FROM runs r WHERE r.experiment_id = e.experiment_id);
    `);
  },
};
