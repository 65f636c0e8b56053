import type { Migration } from '../handles.ts';

/** Bags of words whose penalty and term frequency a validation split has chosen; those before had the defaults, and nobody asks for them any more. */
export const tunedBaselines: Migration = {
  version: 260,
  name: 'tuned baselines',
  up: (db) => {
    db.exec(`
      ALTER TABLE baselines ADD COLUMN c REAL NOT NULL DEFAULT 1;
      ALTER TABLE baselines ADD COLUMN is_sublinear INTEGER NOT NULL DEFAULT 0;
    `);
  },
};
