import type { Migration } from '../handles.ts';

/** The view of runs says whether each seed drew its own training sample. Runs of before the setting drew one for all seeds. */
export const subsetColumn: Migration = {
  version: 300,
  name: 'subset column',
  up: (db) => {
    const sql = String(
      db
        .prepare(`SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'v_runs'`)
        .pluck()
        .get(),
    );
    const validation = `json_extract(r.config, '$.validation') AS validation`;
    const subset = `COALESCE(json_extract(r.config, '$.subset'), 'fixed') AS subset`;
    db.exec('DROP VIEW v_runs');
    db.exec(sql.replace(validation, () => `${validation},\n        ${subset}`));
  },
};
