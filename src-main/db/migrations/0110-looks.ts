import type { Migration } from '../handles.ts';

/** How often an experiment's result is looked at, planned before its start. */
export const looks: Migration = {
  version: 110,
  name: 'looks',
  up: (db) => {
    db.exec(
      'ALTER TABLE experiments ADD COLUMN looks INTEGER NOT NULL DEFAULT 1 CHECK (looks BETWEEN 1 AND 20)',
    );
  },
};
