/** A field's column: `valLoss` is stored as `val_loss`. */
export const columnOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What SELECT reads, each column under its field's name. */
export const selected = (fields: readonly string[]): string =>
  fields.map((field) => `${columnOf(field)} AS ${field}`).join(', ');

/** What INSERT writes, with the fields as named parameters. */
export const inserted = (fields: readonly string[]): string =>
  `(${fields.map(columnOf).join(', ')}) VALUES (${fields.map((field) => `@${field}`).join(', ')})`;
