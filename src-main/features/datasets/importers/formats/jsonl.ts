import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';
import { isTangled } from './json-shape.ts';
import { badRow, grouped, sayTooLarge, type Table, type TableRow } from '../table.ts';
import { badText, BadText, readText, type TextSource } from '../sources/text-source.ts';

/** Opens a file with one JSON object a line. Its columns are the keys of the first rows. */
export async function openJsonl(source: TextSource, limits: ImportLimits): Promise<Table> {
  const keys = new Set<string>();
  let seen = 0;
  for await (const { objects } of readObjects(source, limits)) {
    for (const { object } of objects) {
      for (const key of Object.keys(object)) keys.add(key);
      if (keys.size > MOST_KEYS) {
        throw new AppError(
          'badInput',
          m.datasets_too_many_keys({ source: source.sourceName, most: grouped(MOST_KEYS) }),
        );
      }
    }
    seen += objects.length;
    if (seen >= ROWS_FOR_KEYS) break;
  }
  const columns = [...keys];
  let share = 0;
  let rowsAtShare = 0;
  return {
    format: 'jsonl',
    sourceName: source.sourceName,
    encoding: source.encoding,
    isEncodingGuessed: source.isEncodingGuessed,
    delimiter: null,
    hasHeader: null,
    columns,
    async *rows(wanted) {
      const names = wanted.map((index) => columns[index] ?? '');
      for await (const batch of readObjects(source, limits)) {
        share = batch.share;
        rowsAtShare += batch.objects.length;
        if (batch.objects.length > 0) {
          yield batch.objects.map(({ object, row }) => ({
            row,
            line: row,
            // Own keys only: `__proto__` and `constructor` are names like any other.
            cells: names.map((name) =>
              Object.hasOwn(object, name) ? (object[name] ?? null) : null,
            ),
          }));
        }
      }
    },
    estimate: (rowsRead) =>
      share < 0.0001 ? null : Math.max(rowsRead, Math.round(rowsAtShare / share)),
  };
}

const ROWS_FOR_KEYS = 1000;
const MOST_KEYS = 2000;

type JsonRow = Readonly<{ object: Readonly<Record<string, unknown>>; row: number }>;

async function* readObjects(
  source: TextSource,
  limits: ImportLimits,
): AsyncGenerator<Readonly<{ objects: JsonRow[]; share: number }>> {
  // As for a row of CSV: parsing takes many times the memory of the line.
  const mostCharacters = 2 * limits.reviewBytes;
  let row = 0;
  let parts: string[] = [];
  let partsLength = 0;
  const parseLine = (line: string, objects: JsonRow[]): void => {
    row += 1;
    if (line.trim() === '') return;
    objects.push({ row, object: parseObject(line, source, { row, line: row }) });
  };
  try {
    for await (const { text, share } of readText(source, limits)) {
      const lines = text.split('\n');
      const last = lines.pop() ?? '';
      const objects: JsonRow[] = [];
      for (const line of lines) {
        parts.push(line);
        parseLine(parts.length === 1 ? line : parts.join(''), objects);
        parts = [];
        partsLength = 0;
      }
      parts.push(last);
      partsLength += last.length;
      if (partsLength > mostCharacters) {
        throw badRow(source, { row: row + 1, line: row + 1 }, sayTooLarge(mostCharacters));
      }
      yield { objects, share };
    }
    const objects: JsonRow[] = [];
    parseLine(parts.join(''), objects);
    yield { objects, share: 1 };
  } catch (error) {
    if (error instanceof BadText) throw badText(error, source, { row: row + 1, line: row + 1 });
    throw error;
  }
}

function parseObject(
  line: string,
  source: TextSource,
  place: Omit<TableRow, 'cells'>,
): Readonly<Record<string, unknown>> {
  if (isTangled(line)) throw badRow(source, place, m.datasets_row_tangled);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw badRow(source, place, m.datasets_row_no_json);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRow(source, place, m.datasets_row_no_object);
  }
  return value as Record<string, unknown>;
}
