import { afterEach, expect, test } from 'vitest';

import { putBlob } from '../../db/blobs.ts';
import { openTempDb, type TempHome } from '../../testing/open-temp-db.ts';
import { createTables } from './tables.ts';

let temp: TempHome | null = null;
afterEach(() => {
  temp?.remove();
});

test('the scale is of the rows that words use, not of those that never change', () => {
  temp = openTempDb();
  const { blobs } = temp.databases;
  // Two rows of words, then a hundred that kept their small initial values.
  const values = Float32Array.from([...[1, -2, 3, -4], ...Array<number>(200).fill(0.05)]);
  const blobHash = putBlob(blobs, new Uint8Array(values.buffer), new Date());
  const snapshot = {
    snapshotId: 's',
    runId: 'r',
    branch: 'cnn' as const,
    epoch: 1,
    rows: 102,
    dims: 2,
    blobHash,
  };
  const tables = createTables(blobs);
  expect(tables.p99(snapshot, 2)).toBeGreaterThan(3.9);
  expect(tables.p99(snapshot, 102)).toBeLessThan(3);
  expect(tables.values(snapshot)).toEqual(values);
});
