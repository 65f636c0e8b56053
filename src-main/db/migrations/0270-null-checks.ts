import type { Migration } from '../handles.ts';

/**
 * `json_valid(NULL)` is NULL since SQLite 3.42, which a CHECK lets pass, but 0 before: an older SQLite (3.40.1 in Debian 12) reported
 * every healthy run without a plan as damaged. A table's CHECK is changed by building the table anew (https://sqlite.org/lang_altertable.html,
 * section 7), with its indexes, and with the views, which keep a table that they name from being renamed.
 */
export const nullChecks: Migration = {
  version: 270,
  name: 'null checks',
  up: (db) => {
    const schema = db
      .prepare(
        `SELECT type, name, sql FROM sqlite_schema
         WHERE sql IS NOT NULL AND (tbl_name = 'runs' OR type = 'view') ORDER BY rowid`,
      )
      .all() as { type: string; name: string; sql: string }[];
    const table = schema.find(({ type }) => type === 'table');
    const others = schema.filter(({ type }) => type !== 'table');
    for (const { type, name } of others) db.exec(`DROP ${type} ${name}`);
    const sound = table?.sql
      .replace('CREATE TABLE runs', 'CREATE TABLE runs_anew')
      .replace(
        /CHECK \(json_valid\((plan|versions|progress|expected)\)\)/g,
        'CHECK ($1 IS NULL OR json_valid($1))',
      );
    db.exec(`
      ${sound ?? ''};
      INSERT INTO runs_anew SELECT * FROM runs;
      DROP TABLE runs;
      ALTER TABLE runs_anew RENAME TO runs;
    `);
    for (const { sql } of others) db.exec(sql);
  },
};
