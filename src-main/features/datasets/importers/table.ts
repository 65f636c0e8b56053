import type { ImportPreview } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/** One row as a file holds it: a value a column, null where there is none. */
export type TableRow = Readonly<{
  cells: readonly unknown[];
  /** Counted from 1 as a spreadsheet does, the header included. */
  row: number;
  /** Where the row starts, for files of lines; 0 where there are none. */
  line: number;
  /** Said instead of the row, where rows are files. */
  place?: string;
}>;

/** A file of rows and columns, whatever it is written in. */
export type Table = Readonly<{
  format: ImportPreview['format'];
  sourceName: string;
  encoding: string | null;
  /** Whether the encoding was guessed, and is not the usual one. */
  isEncodingGuessed: boolean;
  delimiter: string | null;
  hasHeader: boolean | null;
  columns: readonly string[];
  /** The names as the file has them, where some may come twice; `columns` tells those apart. */
  headings?: readonly string[];
  /** Rows to choose the columns by, where the first ones tell too little; not every one has its text. */
  look?: () => Promise<readonly TableRow[]>;
  /** Lets go of what it is read from. */
  close?: () => void;
  /** Rows in batches, from the start at each call, with the cells of the named columns only. */
  rows: (columns: readonly number[]) => AsyncGenerator<readonly TableRow[]>;
  /** All rows, once some are read; null where nothing tells. */
  estimate: (rowsRead: number) => number | null;
}>;

/** A row that cannot be used. `say` puts its place into the sentence. */
export function badRow(
  table: Pick<Table, 'sourceName'>,
  row: Omit<TableRow, 'cells'>,
  say: (where: Readonly<{ where: string }>) => string,
  way: Readonly<{ field?: string; flag?: string }> = {},
): AppError {
  return new AppError(
    'badInput',
    say({
      where: m.datasets_row_of({
        // The path of a file stays as it is.
        row: row.place ?? capital(placeOf(row)),
        source: table.sourceName,
      }),
    }),
    way,
  );
}

/** "row 49,999", with the line where it is another number. */
export function placeOf({ row, line, place }: Omit<TableRow, 'cells'>): string {
  if (place !== undefined) return place;
  const number = grouped(row);
  return line === 0 || line === row
    ? m.datasets_row({ row: number })
    : m.datasets_row_line({ row: number, line: grouped(line) });
}

/** Says of a row that it is longer than a review may be. */
export const sayTooLarge =
  (mostBytes: number) =>
  ({ where }: Readonly<{ where: string }>): string =>
    m.datasets_review_too_large({ where, most: mostBytes / 1e6 });

export const grouped = (count: number): string => count.toLocaleString('en-US');

/** A value in a sentence, cut short. */
export function quoted(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? m.datasets_an_object() : String(value);
  return `"${visible(text.length > 40 ? `${text.slice(0, 40)}...` : text)}"`;
}

/** A text whose control and direction characters cannot change how a sentence looks. */
export const visible = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  );

/** A flag with its value, as it is typed: a value that begins with a dash stands behind "=". */
export const flagOf = (flag: string, value: string): string =>
  `${flag}${value.startsWith('-') ? '=' : ' '}${asArgument(value)}`;

/** A value as it is given on a command line: quoted where a shell would take it apart. */
export function asArgument(value: string): string {
  const text = visible(value);
  if (/^[\p{L}\p{N}_.:/@%+=-]+$/u.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
