import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { bytesOf, npyHeader } from '#core/util/npy.ts';
import { rankOfId, specialWords, wordOrRank } from '#core/text/ids.ts';
import * as m from '#messages';

import { writeFileWhole } from '../files/write-file.ts';

export type ExportedTable = Readonly<{
  /** Row-major [rows, dims]. */
  values: Float32Array;
  rows: number;
  dims: number;
  /** By frequency rank. */
  words: readonly (string | null)[];
}>;

/** `.npy` (NumPy's format 1.0, float32) or `.tsv` (id, word, then the values), complete or not at all. */
export function exportTable(
  table: ExportedTable,
  file: string,
  isForced: boolean,
): Readonly<{ path: string; bytes: number }> {
  const extension = path.extname(file).toLowerCase();
  if (extension !== '.npy' && extension !== '.tsv') {
    throw new AppError('invalid', m.embeddings_export_ending(), { field: 'out' });
  }
  return writeFileWhole(file, extension === '.npy' ? npyParts(table) : tsvParts(table), isForced);
}

function* npyParts({ values, rows, dims }: ExportedTable): Generator<Uint8Array> {
  yield npyHeader({ values, shape: [rows, dims] });
  yield bytesOf(values);
}

function* tsvParts({ values, rows, dims, words }: ExportedTable): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const columns = Array.from({ length: dims }, (_, index) => `d${index}`);
  yield encoder.encode(`${['id', 'word', ...columns].join('\t')}\n`);
  for (let id = 0; id < rows; id += 1) {
    // Nine digits give every float32 back.
    const numbers = Array.from(values.subarray(id * dims, (id + 1) * dims), (value) =>
      Number(value.toPrecision(9)),
    );
    yield encoder.encode(`${[id, wordOf(id, words), ...numbers].join('\t')}\n`);
  }
}

function wordOf(id: number, words: readonly (string | null)[]): string {
  const rank = rankOfId(id);
  const word = specialWords[id] ?? wordOrRank(words[rank], rank);
  // Words of the pipeline hold no tab or line feed, but other white space may be part of one.
  return word.replaceAll(/[\t\n\r]/g, ' ');
}
