import { type CsvError, type Info, parse, type Options } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';

import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { hasHeaderRow } from '#core/table/columns.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';
import { badRow, grouped, type Table, type TableRow } from '../table.ts';
import {
  badText,
  BadText,
  beginningOf,
  readText,
  type TextSource,
} from '../sources/text-source.ts';

/** Opens a file of delimited values: how it is written is found out from its beginning, as far as nobody said. */
export async function openCsv(
  source: TextSource,
  limits: ImportLimits,
  choice: Pick<ImportRequest, 'delimiter' | 'header'>,
  format: Table['format'],
): Promise<Table> {
  const { text, isWhole } = await sampleOf(source, limits);
  const wanted = choice.delimiter === undefined ? null : delimiterOf(choice.delimiter);
  const dialect = findDialect(text, isWhole, wanted ?? (format === 'tsv' ? '\t' : null));
  const records = recordsOf(text, isWhole, dialect).records;
  const [first = []] = records;
  if (first.length > MOST_COLUMNS) {
    throw new AppError(
      'badInput',
      m.datasets_too_many_columns({
        source: source.sourceName,
        count: grouped(first.length),
        most: grouped(MOST_COLUMNS),
      }),
    );
  }
  const hasHeader =
    choice.header === undefined ? hasHeaderRow(first, records.slice(1)) : choice.header === 'yes';
  let share = 0;
  let rowsAtShare = 0;
  return {
    format: choice.delimiter === undefined && dialect.delimiter === '\t' ? 'tsv' : format,
    sourceName: source.sourceName,
    encoding: source.encoding,
    isEncodingGuessed: source.isEncodingGuessed,
    delimiter: dialect.delimiter,
    hasHeader,
    columns: hasHeader ? uniqueNames(first) : first.map((_, index) => String(index + 1)),
    ...(hasHeader ? { headings: first.map((cell) => cell.trim()) } : {}),
    async *rows(columns) {
      for await (const batch of readRows(
        source,
        dialect,
        first.length,
        hasHeader,
        columns,
        limits,
      )) {
        share = batch.share;
        rowsAtShare += batch.rows.length;
        if (batch.rows.length > 0) yield batch.rows;
      }
    },
    estimate: (rowsRead) =>
      share < 0.0001 ? null : Math.max(rowsRead, Math.round(rowsAtShare / share)),
  };
}

/** The character a flag names. */
export function delimiterOf(text: string): string {
  const named = { tab: '\t', '\\t': '\t', comma: ',', space: ' ' }[text.toLowerCase()];
  const delimiter = named ?? text;
  if (delimiter.length === 1 && !/["\r\n\p{L}\p{N}]/u.test(delimiter)) return delimiter;
  throw new AppError('invalid', m.datasets_delimiter_unusable({ delimiter: text }), {
    field: 'delimiter',
  });
}

type Dialect = Readonly<{ delimiter: string; quote: string | false; escape: string }>;
type Batch = Readonly<{ rows: TableRow[]; share: number }>;

const SAMPLE_CHARACTERS = 131_072;
/** A first row may be this long. */
const MOST_HEADER_CHARACTERS = 2_097_152;
const MOST_COLUMNS = 2000;

/** The beginning, with the first rows in it. */
async function sampleOf(source: TextSource, limits: ImportLimits): ReturnType<typeof beginningOf> {
  const sample = await beginningOf(source, limits, SAMPLE_CHARACTERS);
  if (sample.isWhole || /[\r\n]./.test(sample.text)) return sample;
  return beginningOf(source, limits, MOST_HEADER_CHARACTERS);
}

async function* readRows(
  source: TextSource,
  dialect: Dialect,
  width: number,
  hasHeader: boolean,
  columns: readonly number[],
  limits: ImportLimits,
): AsyncGenerator<Batch> {
  let rows: TableRow[] = [];
  let refused: AppError | null = null;
  const last = { lines: 0, empty: 0, row: 0, line: 0 };
  const parser = parse({
    ...optionsOf(dialect),
    max_record_size: 2 * limits.reviewBytes,
    on_record: (record: string[], info: Info) => {
      const row = info.records + info.empty_lines;
      const line = last.lines + 1 + (info.empty_lines - last.empty);
      Object.assign(last, { lines: info.lines, empty: info.empty_lines, row, line });
      if (hasHeader && info.records === 1) return null;
      if (record.length !== width && !isPadded(record, width)) {
        refused ??= ragged(source, { row, line }, record.length, width);
      }
      rows.push({ cells: columns.map((column) => record[column] ?? null), row, line });
      return null;
    },
  });
  parser.resume();
  // Errors are met where the text is written.
  parser.on('error', () => undefined);
  const take = (): TableRow[] => {
    const taken = rows;
    rows = [];
    if (refused !== null) throw refused;
    return taken;
  };
  const explain = (error: unknown): unknown =>
    isCsvError(error)
      ? sayCsvError(error, source, { row: last.row + 1, line: last.lines + 1 })
      : error;
  const write = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      parser.write(text, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
  const end = (): Promise<void> =>
    new Promise((resolve, reject) => {
      parser.once('error', reject);
      parser.end(resolve);
    });
  /** The row that the text so far ends in: the parser holds back what it cannot tell to be whole. */
  const placeOfNext = async (): Promise<{ row: number; line: number }> => {
    try {
      await write('x');
      await end();
      return { row: last.row, line: last.line };
    } catch {
      return { row: last.row + 1, line: last.lines + 1 };
    }
  };
  try {
    for await (const { text, share } of readText(source, limits)) {
      await write(text);
      yield { rows: take(), share };
    }
    await end();
    yield { rows: take(), share: 1 };
  } catch (error) {
    if (error instanceof BadText) {
      take();
      throw badText(error, source, await placeOfNext());
    }
    // What is wrong further up is said first.
    if (isCsvError(error)) take();
    throw explain(error);
  } finally {
    parser.destroy();
  }
}

function optionsOf({ delimiter, quote, escape }: Dialect): Options {
  return {
    delimiter,
    quote,
    escape,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
  };
}

/** Cells past the last column that hold nothing, as spreadsheets leave behind. */
function isPadded(record: readonly string[], width: number): boolean {
  return record.length > width && record.slice(width).every((cell) => cell === '');
}

function ragged(
  source: TextSource,
  place: { row: number; line: number },
  found: number,
  width: number,
): AppError {
  return badRow(source, place, ({ where }) =>
    m.datasets_row_ragged({ where, count: found, width: grouped(width) }),
  );
}

function isCsvError(error: unknown): error is CsvError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('CSV_')
  );
}

function sayCsvError(
  error: CsvError,
  source: TextSource,
  place: { row: number; line: number },
): AppError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return badRow(source, place, m.datasets_row_open_quote);
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return badRow(source, place, m.datasets_row_too_large_quote);
  }
  return badRow(source, place, ({ where }) =>
    m.datasets_unreadable({ where, why: error.message.replace(/\.$/, '') }),
  );
}

/** The delimiter and quoting under which the rows of the beginning have one width. */
function findDialect(text: string, isWhole: boolean, wanted: string | null): Dialect {
  const delimiters = wanted === null ? [',', '\t', ';', '|'] : [wanted];
  const usual: Dialect = { delimiter: delimiters[0] ?? ',', quote: '"', escape: '"' };
  let best = { dialect: usual, score: 0.5 };
  for (const delimiter of delimiters) {
    if (!text.includes(delimiter)) continue;
    for (const quoting of quotings) {
      if (quoting.escape === '\\' && !text.includes('\\"')) continue;
      // Files of tabs are often written without quoting; elsewhere a quote that is not closed is a fault.
      if (quoting.quote === false && delimiter !== '\t') continue;
      const dialect = { delimiter, ...quoting };
      const score = scoreOf(text, isWhole, dialect);
      if (score > best.score) best = { dialect, score };
    }
  }
  return best.dialect;
}

const quotings: readonly Pick<Dialect, 'quote' | 'escape'>[] = [
  { quote: '"', escape: '"' },
  { quote: '"', escape: '\\' },
  { quote: false, escape: '"' },
];

/** The share of the text in rows of the most frequent width; 0 where that is one column. */
function scoreOf(text: string, isWhole: boolean, dialect: Dialect): number {
  const { records, readCharacters } = recordsOf(text, isWhole, dialect);
  const widths = new Map<number, number>();
  for (const { length } of records) widths.set(length, (widths.get(length) ?? 0) + 1);
  const [usual] = [...widths].toSorted((a, b) => b[1] - a[1]);
  if (usual === undefined || usual[0] < 2) return 0;
  return (usual[1] / records.length) * (readCharacters / text.length);
}

/** The whole rows of a beginning. */
function recordsOf(
  text: string,
  isWhole: boolean,
  dialect: Dialect,
): Readonly<{ records: string[][]; readCharacters: number }> {
  const records: string[][] = [];
  let readBytes = 0;
  try {
    parseSync(text, {
      ...optionsOf(dialect),
      on_record: (record: string[], info: Info) => {
        records.push(record);
        readBytes = info.bytes;
        return null;
      },
    });
  } catch {
    // A quote that is open at the end, or never closed: the rows before it tell enough.
    return { records, readCharacters: Math.min(text.length, readBytes) };
  }
  // Without an error the last row may still be cut off.
  if (!isWhole && records.length > 1) records.pop();
  return { records, readCharacters: text.length };
}

function uniqueNames(names: readonly string[]): string[] {
  const plain = names.map((cell, index) => (cell.trim() === '' ? String(index + 1) : cell.trim()));
  const taken = new Set(plain);
  const seen = new Map<string, number>();
  return plain.map((name) => {
    if (plain.indexOf(name) === plain.lastIndexOf(name)) return name;
    let times = (seen.get(name) ?? 0) + 1;
    while (taken.has(`${name} (${times})`)) times += 1;
    seen.set(name, times);
    return `${name} (${times})`;
  });
}
