import { closeSync, openSync, readSync, statSync } from 'node:fs';

import {
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from 'hyparquet';
import { compressors as allCompressors } from 'hyparquet-compressors';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';
import { badRow, grouped, type Table, type TableRow } from '../table.ts';
import { createScales } from '../sources/zip.ts';

/** Opens a Parquet file; it is read in windows of rows, so that a row group never has to fit in memory unpacked. */
export async function openParquet(
  file: string,
  sourceName: string,
  limits: ImportLimits,
): Promise<Table> {
  const metadata = await withFile(file, sourceName, async (buffer) => {
    const found = await parquetMetadataAsync(buffer);
    assertHonest(found, sourceName);
    return found;
  });
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  return {
    format: 'parquet',
    sourceName,
    encoding: null,
    isEncodingGuessed: false,
    delimiter: null,
    hasHeader: null,
    columns,
    rows: (wanted) =>
      readRows(
        file,
        sourceName,
        metadata,
        wanted.map((index) => columns[index] ?? ''),
        limits,
      ),
    estimate: () => Number(metadata.num_rows),
  };
}

const WINDOW_BYTES = 8_000_000;
/** Of one column of one row group, packed. */
const MOST_CHUNK_BYTES = 256_000_000;
const MOST_PAGE_BYTES = 256_000_000;

async function* readRows(
  file: string,
  sourceName: string,
  metadata: FileMetaData,
  columns: readonly string[],
  limits: ImportLimits,
): AsyncGenerator<readonly TableRow[]> {
  const fd = openSync(file, 'r');
  const packedBytes = statSync(file).size;
  const buffer = cached(bufferOf(fd, packedBytes, sourceName));
  const weigh = createScales(sourceName, packedBytes, limits);
  let groupStart = 0;
  try {
    for (const group of metadata.row_groups) {
      const groupRows = Number(group.num_rows);
      const bytesPerRow = Math.max(1, Number(group.total_byte_size) / Math.max(1, groupRows));
      const window = Math.min(8192, Math.max(64, Math.floor(WINDOW_BYTES / bytesPerRow)));
      for (let at = 0; at < groupRows; at += window) {
        const end = Math.min(groupRows, at + window);
        const rows = await readWindow(
          buffer,
          metadata,
          columns,
          groupStart + at,
          groupStart + end,
          sourceName,
        );
        yield rows.map((cells, index): TableRow => {
          const place = { row: groupStart + at + index + 1, line: 0 };
          // Null is a value that is missing; undefined one that the footer promised.
          if (cells.length < columns.length || cells.includes(undefined)) {
            throw badRow({ sourceName }, place, m.datasets_row_not_there);
          }
          weigh(cells);
          return { ...place, cells };
        });
      }
      groupStart += groupRows;
      buffer.forget();
    }
  } finally {
    closeSync(fd);
  }
}

async function readWindow(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
  sourceName: string,
): Promise<unknown[][]> {
  let rows: unknown[][] = [];
  try {
    await parquetRead({
      file,
      metadata,
      columns: [...columns],
      rowStart,
      rowEnd,
      compressors: boundedCompressors(sourceName),
      parsers: { stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes) },
      onComplete: (found) => {
        rows = found;
      },
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const where = { source: sourceName, first: grouped(rowStart + 1), last: grouped(rowEnd) };
    throw new AppError(
      'badInput',
      error instanceof TypeError &&
        'code' in error &&
        error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? m.datasets_parquet_encoding(where)
        : m.datasets_parquet_rows(where),
      { cause: error },
    );
  }
  return rows;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a footer says that no honest one would. */
function assertHonest(metadata: FileMetaData, sourceName: string): void {
  const rows = metadata.row_groups.map((group) => Number(group.num_rows));
  const total = rows.reduce((sum, count) => sum + count, 0);
  const isCount = (count: number) => Number.isSafeInteger(count) && count >= 0;
  if (!rows.every(isCount) || total !== Number(metadata.num_rows) || total > 4_000_000_000)
    throw damaged(sourceName);
  if (total === 0)
    throw new AppError('badInput', m.datasets_no_rows({ source: sourceName }), { field: 'path' });
}

async function withFile<T>(
  file: string,
  sourceName: string,
  work: (buffer: AsyncBuffer) => Promise<T>,
): Promise<T> {
  const fd = openSync(file, 'r');
  try {
    return await work(bufferOf(fd, statSync(file).size, sourceName));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw damaged(sourceName, error);
  } finally {
    closeSync(fd);
  }
}

function damaged(sourceName: string, cause?: unknown): AppError {
  return new AppError('badInput', m.datasets_parquet_footer({ source: sourceName }), {
    cause,
    field: 'path',
  });
}

function bufferOf(fd: number, byteLength: number, sourceName: string): AsyncBuffer {
  return {
    byteLength,
    slice(start, end = byteLength) {
      const length = end - start;
      if (!(start >= 0 && end <= byteLength && length >= 0)) throw damaged(sourceName);
      if (length > MOST_CHUNK_BYTES) {
        throw new AppError(
          'badInput',
          m.datasets_parquet_groups({ source: sourceName, most: MOST_CHUNK_BYTES / 1e6 }),
        );
      }
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const got = readSync(fd, bytes, done, length - done, start + done);
        if (got === 0) throw damaged(sourceName);
        done += got;
      }
      return bytes.buffer;
    },
  };
}

/** Keeps what was read of a row group until the next one. */
function cached(buffer: AsyncBuffer): AsyncBuffer & { forget: () => void } {
  const slices = new Map<string, ArrayBuffer | Promise<ArrayBuffer>>();
  return {
    byteLength: buffer.byteLength,
    slice(start, end) {
      const key = `${start}-${end ?? ''}`;
      const found = slices.get(key) ?? buffer.slice(start, end);
      slices.set(key, found);
      return found;
    },
    forget: () => {
      slices.clear();
    },
  };
}

function boundedCompressors(sourceName: string): Compressors {
  return Object.fromEntries(
    Object.entries(allCompressors).map(([codec, decompress]) => [
      codec,
      (input: Uint8Array, outputLength: number) => {
        if (!(outputLength <= MOST_PAGE_BYTES)) {
          throw new AppError(
            'badInput',
            m.datasets_parquet_page({ source: sourceName, most: MOST_PAGE_BYTES / 1e6 }),
          );
        }
        return decompress(input, outputLength);
      },
    ]),
  );
}
