import { expect, test } from 'vitest';

import { rowsInTurns } from './turns.ts';

test('rows come once each, in order and in blocks, and others get their turn between them', async () => {
  const seen: number[] = [];
  const sizes: number[] = [];
  let turns = 0;
  const beside = (): void => {
    turns += 1;
    if (sizes.length < 7) setImmediate(beside);
  };
  setImmediate(beside);
  for await (const rows of rowsInTurns(9000, 300)) {
    seen.push(...rows);
    sizes.push(rows.length);
    expect(turns).toBeGreaterThanOrEqual(sizes.length - 1);
  }
  expect(seen).toEqual(Array.from({ length: 9000 }, (_, row) => row));
  expect(sizes).toEqual([1333, 1333, 1333, 1333, 1333, 1333, 1002]);
});

test('a small table is one block, and none without rows', async () => {
  const blocks = [];
  for await (const rows of rowsInTurns(5, 64)) blocks.push(rows);
  for await (const rows of rowsInTurns(0, 64)) blocks.push(rows);
  expect(blocks).toEqual([[0, 1, 2, 3, 4]]);
});
