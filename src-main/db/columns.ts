import { snakeCase } from '#contract/metric.ts';

/** What SELECT reads, each column under its field's name. */
export const selected = (fields: readonly string[]): string =>
  fields.map((field) => `${snakeCase(field)} AS ${field}`).join(', ');

/** What INSERT writes, with the fields as named parameters. */
export const inserted = (fields: readonly string[]): string =>
  `(${fields.map(snakeCase).join(', ')}) VALUES (${fields.map((field) => `@${field}`).join(', ')})`;
