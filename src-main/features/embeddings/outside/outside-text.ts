import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';

import { AppError } from '#contract/failure.ts';
import type { OutsideTable } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import { LineTooLong, linesOf } from './outside-lines.ts';
import { cellsOf, readRow, shapeOf, type Shape } from './outside-shape.ts';
import { largestSquares } from '../tables.ts';

export type ReadTable = Readonly<{
  format: OutsideTable['format'];
  words: string[];
  dims: number;
  values: Float32Array;
  leftOut: number;
  /** What has to be known of the file, a sentence each. */
  notes: string[];
}>;

/** A blob holds at most a gigabyte. */
const mostBytes = 500_000_000;
const mostDims = 4096;
/** Far above any row: a number has some twenty letters. */
const mostLetters = 256 * mostDims;

/**
 * Word vectors from text: word2vec's (a first line with the counts), GloVe's (none), or TSV with a header or without (a header's `id`
 * column is skipped). Words keep their first row; what is beyond half a gigabyte is left out and counted.
 */
export async function readTable(file: string, limitBytes = mostBytes): Promise<ReadTable> {
  const name = path.basename(file);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isFile() !== true)
    throw new AppError('notFound', m.embeddings_outside_no_file({ file }));
  // Files of /proc are regular ones of size 0, and may be waited for for ever.
  const stream = there.size === 0 ? Readable.from([]) : createReadStream(file, 'utf8');
  const seen = new Set<string>();
  let shape: Shape | null = null;
  let values = new Float32Array(0);
  let leftOut = 0;
  let squares = 0;
  try {
    for await (const { text, number: lineNumber } of linesOf(stream, mostLetters)) {
      const line = lineNumber === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (line.trim() === '') continue;
      if (shape === null) {
        shape = readShape(line, name);
        if (shape.isHeader) continue;
      }
      const row = readRow(line, shape);
      if (row === null) throw refusal(problemOf(line, shape, { name, line: lineNumber }));
      const begin = seen.size * shape.dims;
      if (seen.has(row.word) || (begin + shape.dims) * 4 > limitBytes) {
        leftOut += 1;
        continue;
      }
      squares += row.values.reduce((sum, value) => sum + value * value, 0);
      if (squares > largestSquares)
        throw refusal(m.embeddings_outside_too_large({ name, line: lineNumber }));
      seen.add(row.word);
      if (begin + shape.dims > values.length) {
        const grown = new Float32Array(Math.max(1000 * shape.dims, 2 * values.length));
        grown.set(values);
        values = grown;
      }
      values.set(row.values, begin);
    }
  } catch (error) {
    if (error instanceof LineTooLong) throw refusal(tooLong(error, name));
    throw error;
  } finally {
    stream.destroy();
  }
  if (shape === null || seen.size === 0) throw refusal(m.embeddings_outside_empty({ name }));
  if (Math.fround(squares) === 0) throw refusal(m.embeddings_outside_zeros({ name }));
  return {
    format: shape.format,
    words: [...seen],
    dims: shape.dims,
    values: values.slice(0, seen.size * shape.dims),
    leftOut,
    notes: notesOf(shape, seen.size + leftOut, name),
  };
}

const refusal = (sentence: string) => new AppError('badInput', sentence);

function readShape(first: string, name: string): Shape {
  if (packed.some((mark) => first.startsWith(mark)))
    throw refusal(m.embeddings_outside_packed({ name }));
  const shape = shapeOf(first);
  if (shape !== null && shape.dims >= 2 && shape.dims <= mostDims) return shape;
  if (isBinary(first)) throw refusal(m.embeddings_outside_not_text({ name }));
  if (shape === null) throw refusal(m.embeddings_outside_unknown_form({ name }));
  const found = shape.dims;
  throw refusal(
    found < 2
      ? m.embeddings_outside_too_narrow({ name })
      : m.embeddings_outside_too_wide({ name, found, most: mostDims }),
  );
}

function tooLong({ line, start }: LineTooLong, name: string): string {
  if (packed.some((mark) => start.startsWith(mark))) return m.embeddings_outside_packed({ name });
  return isBinary(start)
    ? m.embeddings_outside_not_text({ name })
    : m.embeddings_outside_long_line({ name, line, most: mostDims });
}

/** Why a line is no row of the table. */
function problemOf(
  line: string,
  shape: Shape,
  place: Readonly<{ name: string; line: number }>,
): string {
  if (isBinary(line)) return m.embeddings_outside_not_text(place);
  const { dims, format } = shape;
  const found = cellsOf(line, shape).length - 1;
  return format === 'word2vec' && found !== dims
    ? m.embeddings_outside_other_width({ ...place, dims, found })
    : m.embeddings_outside_bad_line({ ...place, dims });
}

function notesOf({ promised }: Shape, found: number, name: string): string[] {
  return promised === null || promised === found
    ? []
    : [m.embeddings_outside_other_count({ name, promised, found })];
}

/** Beginnings of gzip, zip and xz, read as UTF-8. */
const packed = ['\u001F\uFFFD', 'PK\u0003\u0004', '\uFFFD7zXZ'];

/** Bytes that are no text, where numbers are expected: a word may be in another encoding. */
function isBinary(line: string): boolean {
  const rest = line.slice(line.search(/\s/) + 1);
  return rest.includes('\0') || rest.includes('\uFFFD');
}
