import type { Migration } from '../handles.ts';

/** What an import noticed, with kinds, counts and rows; of datasets from before, the sentences alone. */
export const findings: Migration = {
  version: 60,
  name: 'findings',
  up: (db) => {
    db.exec(`
      ALTER TABLE datasets ADD COLUMN findings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(findings));
      UPDATE datasets SET findings = (
        SELECT json_group_array(json_object('kind', 'note', 'text', value, 'count', 0)) FROM json_each(datasets.warnings)
      );
    `);
  },
};
