import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';

import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

import type { z } from 'zod';

import {
  splitNames,
  type Dataset,
  type exportedFileSchema,
  type SplitName,
} from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { linkedTo, putInPlace, removeLeftovers, temporaryOf } from '../files/in-place.ts';
import { assertFree, withPath } from '../files/write-file.ts';

import { assertUnaltered, createContentHasher } from './store/content-hash.ts';
import type { Identity, OpenDataset } from './store/open-datasets.ts';

export type ExportOptions = Readonly<{
  isForced: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}>;

export type ExportedFile = z.infer<typeof exportedFileSchema>;

/**
 * Writes all reviews with label, split, rating and row to a file that imports back to the same content; whole or not at all. Throws
 * `storage` where the stored reviews are no longer those of the content hash.
 */
export async function exportDataset(
  dataset: Dataset,
  files: OpenDataset,
  format: 'jsonl' | 'parquet',
  file: string,
  { isForced, signal, onProgress }: ExportOptions,
): Promise<ExportedFile> {
  assertFree(file, isForced);
  const total = splitNames.reduce((sum, split) => sum + (dataset.splits[split]?.count ?? 0), 0);
  const target = linkedTo(file);
  const temporary = temporaryOf(target);
  try {
    const fd = openSync(temporary, 'wx');
    try {
      const writer = format === 'jsonl' ? createJsonl(fd) : createParquet(fd, dataset.hasTexts);
      let batch: ExportedRow[] = [];
      let done = 0;
      for (const row of rowsOf(dataset, files)) {
        batch.push(row);
        done += 1;
        if (batch.length < BATCH_ROWS && done < total) continue;
        writer.write(batch);
        batch = [];
        onProgress?.(done, total);
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
      writer.finish();
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    putInPlace(temporary, target, isForced);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw withPath(error, target);
  }
  removeLeftovers(target);
  return { path: file, bytes: statSync(file).size };
}

/** Rows a turn, and a row group. */
const BATCH_ROWS = 1000;

type ExportedRow = Readonly<{
  content: string | Int32Array;
  label: 0 | 1;
  split: SplitName;
  rating: number | null;
  row: number;
}>;

/** Every review, and behind the last one a `storage` error where they are not those of the dataset's content hash. */
export function* rowsOf(
  { splits, hasTexts, pipeline, contentHash }: Identity,
  { documents, encoded }: Pick<OpenDataset, 'documents' | 'encoded'>,
): Generator<ExportedRow> {
  const hasher = createContentHasher(pipeline);
  for (const split of splitNames) {
    for (let row = 0; row < (splits[split]?.count ?? 0); row += 1) {
      const document = documents.document(split, row);
      if (document === null)
        throw new AppError(
          'storage',
          m.datasets_export_row_missing({ row, split: splitWord(split) }),
        );
      const content = hasTexts ? (document.text ?? '') : encoded.ids(split, row);
      hasher.add(split, document.label, content);
      yield { content, label: document.label, split, rating: document.rating, row };
    }
  }
  assertUnaltered(hasher, contentHash);
}

type RowWriter = Readonly<{ write: (rows: readonly ExportedRow[]) => void; finish: () => void }>;

function createJsonl(fd: number): RowWriter {
  return {
    write(rows) {
      writeAll(fd, jsonLines(rows));
    },
    finish: () => undefined,
  };
}

export function jsonLines(rows: readonly ExportedRow[]): Buffer {
  const lines = rows.map(({ content, label, split, rating, row }) => {
    const what = typeof content === 'string' ? { text: content } : { ids: Array.from(content) };
    return `${JSON.stringify({ ...what, label, split, rating, row })}\n`;
  });
  return Buffer.from(lines.join(''));
}

function createParquet(fd: number, hasTexts: boolean): RowWriter {
  const pending = new ByteWriter();
  // Positions in the file go on counting while the buffer starts again.
  const flush = (): void => {
    writeAll(fd, new Uint8Array(pending.buffer, 0, pending.index));
    pending.index = 0;
  };
  const writer = new ParquetWriter({
    writer: Object.assign(pending, { flush, finish: flush }),
    schema: schemaOf(hasTexts),
    createdBy: 'Twofold',
  });
  return {
    write(rows) {
      const column = (name: string, valueOf: (row: ExportedRow) => unknown) => ({
        name,
        data: rows.map(valueOf),
      });
      void writer.write({
        columnData: [
          column(hasTexts ? 'text' : 'ids', ({ content }) =>
            typeof content === 'string' ? content : Array.from(content),
          ),
          column('label', ({ label }) => label),
          column('split', ({ split }) => split),
          column('rating', ({ rating }) => rating),
          column('row', ({ row }) => row),
        ],
        rowGroupSize: BATCH_ROWS,
      });
    },
    finish: () => void writer.finish(),
  };
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

function schemaOf(hasTexts: boolean): Schema {
  const content: Schema = hasTexts
    ? [{ name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' }]
    : [
        { name: 'ids', repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT32', repetition_type: 'REQUIRED' },
      ];
  return [
    { name: 'root', num_children: 5 },
    ...content,
    { name: 'label', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'split', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'rating', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
    { name: 'row', type: 'INT32', repetition_type: 'REQUIRED' },
  ];
}

/** `writeSync` may write less than it was given. */
function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done);
}
