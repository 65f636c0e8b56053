import fc from 'fast-check';
import { expect, test } from 'vitest';

import { chooseThinned, keepsBetween, type StoredEpoch } from './thinning.ts';

const run = (name: string, epochs: number, best: number, bytes = 10): StoredEpoch[] =>
  Array.from({ length: epochs + 1 }, (_, epoch) => ({
    run: name,
    epoch,
    bytes,
    isKept: epoch === 0 || epoch === best || epoch === epochs,
  }));

test('a run keeps every epoch, every n-th, or none between its ends', () => {
  const epochs = [0, 1, 2, 3, 4, 5, 6];
  expect(epochs.filter((epoch) => keepsBetween('every', epoch))).toEqual(epochs);
  expect(epochs.filter((epoch) => keepsBetween(1, epoch))).toEqual(epochs);
  expect(epochs.filter((epoch) => keepsBetween(3, epoch))).toEqual([0, 3, 6]);
  expect(epochs.filter((epoch) => keepsBetween('ends', epoch))).toEqual([]);
});

test('drops nothing while all fit', () => {
  expect(chooseThinned(run('a', 10, 4), 110)).toEqual([]);
});

test('leaves epochs spread evenly over a run', () => {
  const stored = run('a', 16, 8);
  const dropped = new Set(chooseThinned(stored, 50).map((item) => item.epoch));
  const left = stored.filter((item) => !dropped.has(item.epoch)).map((item) => item.epoch);
  expect(left).toHaveLength(5);
  const gaps = left.slice(1).map((epoch, index) => epoch - (left[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(8);
});

test('never drops epoch 0, best and last, and reaches the limit whenever it can', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 })), {
        maxLength: 4,
      }),
      fc.integer({ min: 0, max: 800 }),
      (shapes, limit) => {
        const stored = shapes.flatMap(([epochs, best], index) => run(`run${index}`, epochs, best));
        const dropped = chooseThinned(stored, limit);
        expect(dropped.some((item) => item.isKept)).toBe(false);
        const left = stored.length * 10 - dropped.length * 10;
        const kept = stored.filter((item) => item.isKept).length * 10;
        expect(left).toBeLessThanOrEqual(Math.max(limit, kept));
        // No more than needed.
        if (dropped.length > 0) expect(left + 10).toBeGreaterThan(limit);
      },
    ),
  );
});
