import { writeFile } from 'node:fs/promises';

import { absoluteQuantile } from '#core/util/quantile.ts';

import { getBlob, hasBlob } from '../../db/blobs.ts';
import type { BlobDb } from '../../db/handles.ts';
import type { StoredSnapshot } from './store.ts';

/** Embedding tables by content, the last few kept in memory: one sentence asks for the same ones again and again. */
export type Tables = Readonly<{
  /** Row-major [rows, dims]. */
  values: (snapshot: Pick<StoredSnapshot, 'blobHash'>) => Float32Array;
  has: (blobHash: string) => boolean;
  /** As a file of float32 for another process. */
  write: (blobHash: string, file: string) => Promise<void>;
  /** Its values and the sum of their squares: a product of rows is one too then. */
  isFinite: (blobHash: string) => boolean;
  /**
   * P99 of |value| over the rows of words that the training split has: the first `usedRows`. A larger table ends in rows that never
   * change from their initial values and would pull the scale down.
   */
  p99: (snapshot: StoredSnapshot, usedRows: number) => number;
}>;

/** The largest float32. */
export const largestSquares = (2 - 2 ** -23) * 2 ** 127;

export function createTables(blobs: BlobDb, keptBytes = 64_000_000): Tables {
  // A Map keeps the order of insertion: the first is the one used longest ago.
  const tables = new Map<string, Float32Array>();
  const quantiles = new Map<string, number>();
  const finite = new Map<string, boolean>();
  const values = ({ blobHash }: Pick<StoredSnapshot, 'blobHash'>): Float32Array => {
    const known = tables.get(blobHash);
    const table = known ?? new Float32Array(getBlob(blobs, blobHash));
    tables.delete(blobHash);
    tables.set(blobHash, table);
    let bytes = tables.values().reduce((sum, item) => sum + item.byteLength, 0);
    for (const [hash, item] of tables) {
      if (bytes <= keptBytes || hash === blobHash) break;
      tables.delete(hash);
      bytes -= item.byteLength;
    }
    return table;
  };
  return {
    values,
    has: (blobHash) => tables.has(blobHash) || hasBlob(blobs, blobHash),
    write(blobHash, file) {
      const { buffer, byteOffset, byteLength } = values({ blobHash });
      return writeFile(file, new Uint8Array(buffer, byteOffset, byteLength));
    },
    isFinite(blobHash) {
      const known =
        finite.get(blobHash) ??
        values({ blobHash }).reduce((sum, value) => sum + value * value, 0) <= largestSquares;
      finite.set(blobHash, known);
      return known;
    },
    p99(snapshot, usedRows) {
      const key = `${snapshot.blobHash} ${usedRows}`;
      const known = quantiles.get(key);
      if (known !== undefined) return known;
      const used = values(snapshot).subarray(0, usedRows * snapshot.dims);
      const p99 = absoluteQuantile(used, 0.99);
      quantiles.set(key, p99);
      return p99;
    },
  };
}
