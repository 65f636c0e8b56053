import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import {
  factsOfColumn,
  guessColumns,
  type ColumnFacts,
  type ColumnGuess,
} from '#core/table/columns.ts';
import * as m from '#messages';

import { quoted, visible, type Table, type TableRow } from '../table.ts';

export type ChosenColumns = ColumnGuess & Readonly<{ facts: readonly ColumnFacts[] }>;
export type ColumnRequest = Pick<ImportRequest, 'textColumn' | 'labelColumn' | 'splitColumn'>;

/** The columns a request names, and a guess for the others from the first rows. */
export function chooseColumns(
  table: Table,
  rows: readonly TableRow[],
  request: ColumnRequest,
): ChosenColumns {
  const facts = table.columns.map((name, index) =>
    factsOfColumn(
      table.headings?.[index] ?? name,
      rows.map(({ cells }) => cells[index]),
    ),
  );
  const named = (field: keyof ColumnRequest) => {
    const name = request[field];
    return name === undefined || name === null ? undefined : columnOf(table, name, field);
  };
  const [text, label] = [named('textColumn'), named('labelColumn')];
  const split = request.splitColumn === null ? null : named('splitColumn');
  assertDifferent(table, { textColumn: text, labelColumn: label, splitColumn: split });
  const known = {
    ...(text === undefined ? {} : { text }),
    ...(label === undefined ? {} : { label }),
    ...(split === undefined ? {} : { split }),
  };
  const guess = guessColumns(facts, known);
  const sure = (index: number | null, asked?: number | null) =>
    index !== null && index !== asked && isRepeated(table, index) ? null : index;
  if (guess.split !== null && sure(guess.split, split) === null) {
    throw repeated(table, guess.split, 'splitColumn');
  }
  return {
    text: sure(guess.text, text),
    label: sure(guess.label, label),
    split: guess.split,
    rating: sure(guess.rating),
    facts: facts.map((fact, index) => ({ ...fact, name: table.columns[index] ?? fact.name })),
  };
}

/** Whether a column has one of the names that `isName` knows, and others have the same. */
export const isRepeatedName = (
  table: Table,
  index: number,
  isName: (name: string) => boolean,
): boolean => isRepeated(table, index) && isName(headingAt(table, index));

/** The numbers of the columns of one name: a person has to say which. */
export function repeated(table: Table, index: number, field: keyof ColumnRequest): AppError {
  const heading = headingAt(table, index);
  const numbers = table.columns.flatMap((_, other) =>
    headingAt(table, other) === heading ? [String(other + 1)] : [],
  );
  return new AppError(
    'badInput',
    m.datasets_columns_repeated({
      source: table.sourceName,
      column: quoted(table.headings?.[index]),
      numbers: listed(numbers),
    }),
    { field, flag: `${flags[field]} ${numbers[0] ?? '1'}` },
  );
}

const flags: Record<keyof ColumnRequest, string> = {
  textColumn: '--text-column',
  labelColumn: '--label-column',
  splitColumn: '--split-column',
};

const headingAt = (table: Table, index: number): string =>
  (table.headings?.[index] ?? '').toLowerCase();

const isRepeated = (table: Table, index: number): boolean => {
  const heading = headingAt(table, index);
  return (
    heading !== '' &&
    table.columns.some((_, other) => other !== index && headingAt(table, other) === heading)
  );
};

const MOST_CHARACTERS = 16_000_000;

/** The rows that columns are chosen by, with all columns: the first ones, fewer where they are long. */
export async function firstRows(table: Table, count: number): Promise<readonly TableRow[]> {
  if (table.look !== undefined) return table.look();
  const rows: TableRow[] = [];
  let characters = 0;
  for await (const batch of table.rows(table.columns.map((_, index) => index))) {
    for (const row of batch) {
      if (rows.length === count || characters > MOST_CHARACTERS) return rows;
      rows.push(row);
      for (const cell of row.cells) {
        if (typeof cell === 'string' || Array.isArray(cell)) characters += cell.length;
      }
    }
  }
  if (rows.length === 0) {
    throw new AppError('badInput', m.datasets_no_rows({ source: table.sourceName }), {
      field: 'path',
    });
  }
  return rows;
}

/** "review, sentiment": what to choose from, in a sentence. */
export function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, 12)
    .map((name) => visible(name.length > 42 ? `${name.slice(0, 40)}...` : name));
  return names.length > shown.length
    ? m.datasets_listed({ shown: shown.join(', '), more: names.length - shown.length })
    : shown.join(', ');
}

function columnOf(table: Table, name: string, field: keyof ColumnRequest): number {
  const exact = table.columns.indexOf(name);
  if (exact !== -1) return exact;
  const heading = table.columns.findIndex(
    (_, index) => headingAt(table, index) === name.trim().toLowerCase() && isRepeated(table, index),
  );
  if (heading !== -1) throw repeated(table, heading, field);
  const loose = table.columns.findIndex(
    (column) => column.toLowerCase() === name.trim().toLowerCase(),
  );
  if (loose !== -1) return loose;
  const number = /^\d+$/.test(name) ? Number(name) : 0;
  if (number >= 1 && number <= table.columns.length) return number - 1;
  throw new AppError(
    'invalid',
    m.datasets_no_column({
      source: table.sourceName,
      column: quoted(name),
      columns: listed(table.columns),
      count: table.columns.length,
    }),
    { field },
  );
}

function assertDifferent(
  table: Table,
  chosen: Readonly<Record<keyof ColumnRequest, number | null | undefined>>,
): void {
  const seen = new Set<number>();
  for (const field of ['textColumn', 'labelColumn', 'splitColumn'] as const) {
    const index = chosen[field];
    if (index === undefined || index === null) continue;
    if (seen.has(index)) {
      throw new AppError(
        'invalid',
        m.datasets_column_twice({ column: quoted(table.columns[index]) }),
        { field },
      );
    }
    seen.add(index);
  }
}
