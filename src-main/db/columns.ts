import { snakeCase } from '#contract/metric.ts';

import type { WriteDb } from './handles.ts';
import { prepared } from './prepared.ts';

/** What SELECT reads, each column under its field's name. */
export const selected = (fields: readonly string[]): string =>
  fields.map((field) => `${snakeCase(field)} AS ${field}`).join(', ');

/** Each field into its column. `insert` is SQL as far as the table's name, `conflict` what follows the values. */
export function insertRow(db: WriteDb, insert: string, row: object, conflict = '') {
  const fields = Object.keys(row);
  const values = fields.map((field) => `@${field}`).join(', ');
  const columns = fields.map(snakeCase).join(', ');
  return prepared(db, `${insert} (${columns}) VALUES (${values}) ${conflict}`).run(row);
}
