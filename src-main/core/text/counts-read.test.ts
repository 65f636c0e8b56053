import { expect, test } from 'vitest';

import { countsRead } from './counts-read.ts';

/** Start token 1, unknown 2, words from 4. */
const reviews = [
  [1, 4, 4, 5],
  [1, 5, 6, 2],
  [1, 4],
];
const split = {
  count: 3,
  labels: Uint8Array.of(0, 1, 0),
  offsets: Uint32Array.of(0, 4, 8, 10),
  tokens: Int32Array.from(reviews.flat()),
};
const rows = Int32Array.of(0, 1);
const choice = { numWords: 7, maxLength: 10, truncating: 'pre' } as const;

test('words are counted in the reviews of a run, not in the others', () => {
  expect([...countsRead(split, rows, choice)]).toEqual([0, 2, 2, 1]);
  expect([...countsRead(split, Int32Array.of(2), choice)]).toEqual([0, 1, 0, 0]);
});

test('words are counted in the part that is read, on either side', () => {
  expect([...countsRead(split, rows, { ...choice, maxLength: 2 })]).toEqual([0, 1, 1, 1]);
  const post = { ...choice, maxLength: 2, truncating: 'post' } as const;
  expect([...countsRead(split, rows, post)]).toEqual([0, 1, 1, 0]);
});

test('words beyond the vocabulary of a run are not read', () => {
  expect([...countsRead(split, rows, { ...choice, numWords: 5 })]).toEqual([0, 2]);
});
