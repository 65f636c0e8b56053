import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { AppError } from '#contract/failure.ts';
import type { OutsideTable } from '#contract/embedding-diff.ts';
import * as m from '#messages';

export type ReadTable = Readonly<{
  format: OutsideTable['format'];
  words: string[];
  dims: number;
  values: Float32Array;
  leftOut: number;
}>;

/** A blob holds at most a gigabyte. */
const mostBytes = 500_000_000;
const mostDims = 4096;
const longestLine = 200_000;

/**
 * Word vectors from text: word2vec's (a first line with the counts), GloVe's (none), or TSV with a header or without (a header's `id`
 * column is skipped). Words keep their first row; what is beyond half a gigabyte is left out and counted.
 */
export async function readTable(file: string, limitBytes = mostBytes): Promise<ReadTable> {
  const name = path.basename(file);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isFile() !== true)
    throw new AppError('notFound', m.embeddings_outside_no_file({ file }));
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  const seen = new Set<string>();
  let shape: Shape | null = null;
  let values = new Float32Array(0);
  let lineNumber = 0;
  let leftOut = 0;
  try {
    for await (const raw of lines) {
      lineNumber += 1;
      const line = lineNumber === 1 ? raw.replace(/^\uFEFF/, '') : raw;
      if (line.length > longestLine)
        throw new AppError('badInput', m.embeddings_outside_not_text({ name }));
      if (line.trim() === '') continue;
      if (shape === null) {
        shape = shapeOf(line);
        if (shape === null)
          throw new AppError('badInput', m.embeddings_outside_unknown_form({ name }));
        if (shape.isHeader) continue;
      }
      const row = readRow(line, shape);
      if (shape.dims === 0 && row !== null) shape = { ...shape, dims: row.values.length };
      if (row?.values.length !== shape.dims || shape.dims > mostDims) {
        throw new AppError(
          'badInput',
          m.embeddings_outside_bad_line({ name, line: lineNumber, dims: shape.dims }),
        );
      }
      const begin = seen.size * shape.dims;
      if (seen.has(row.word) || (begin + shape.dims) * 4 > limitBytes) {
        leftOut += 1;
        continue;
      }
      seen.add(row.word);
      if (begin + shape.dims > values.length) {
        const grown = new Float32Array(Math.max(1000 * shape.dims, 2 * values.length));
        grown.set(values);
        values = grown;
      }
      values.set(row.values, begin);
    }
  } finally {
    lines.close();
  }
  if (shape === null || seen.size === 0)
    throw new AppError('badInput', m.embeddings_outside_empty({ name }));
  return {
    format: shape.format,
    words: [...seen],
    dims: shape.dims,
    values: values.slice(0, seen.size * shape.dims),
    leftOut,
  };
}

type Shape = Readonly<{
  format: OutsideTable['format'];
  /** The first line holds no word. */
  isHeader: boolean;
  separator: RegExp;
  /** Cells before the word. */
  skipped: number;
  /** 0 until a row has told. */
  dims: number;
}>;

function shapeOf(first: string): Shape | null {
  if (first.includes('\t')) {
    const cells = first.split('\t');
    const isHeader = cells.slice(1).some((cell) => !isNumeric(cell));
    const skipped = isHeader && cells[0]?.trim().toLowerCase() === 'id' ? 1 : 0;
    const dims = cells.length - 1 - skipped;
    return dims < 2 ? null : { format: 'tsv', isHeader, separator: /\t/, skipped, dims };
  }
  const cells = first.trim().split(/ +/);
  const [count, dims] = cells.map(Number);
  if (cells.length === 2 && Number.isInteger(count) && Number.isInteger(dims)) {
    return { format: 'word2vec', isHeader: true, separator: / +/, skipped: 0, dims: dims ?? 0 };
  }
  return cells.length > 2
    ? { format: 'glove', isHeader: false, separator: / +/, skipped: 0, dims: 0 }
    : null;
}

/** Numbers are at the end: a word of GloVe may hold spaces. Null where any is not a finite number. */
function readRow(
  line: string,
  { separator, skipped, dims, format }: Shape,
): Readonly<{ word: string; values: number[] }> | null {
  const cells = line.trimEnd().split(separator).slice(skipped);
  const first = dims === 0 || format === 'tsv' ? 1 : Math.max(1, cells.length - dims);
  const numbers = cells.slice(first);
  if (!numbers.every(isNumeric)) return null;
  const values = numbers.map(Number);
  const word = cells.slice(0, first).join(' ');
  return values.every((value) => Number.isFinite(Math.fround(value))) ? { word, values } : null;
}

const isNumeric = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(Number(cell));
