import { expect, test } from 'vitest';

import { readingOf } from './reading.ts';

/** Ten reviews, half of them positive, of 3 tokens (start, two words) and, every other one, of 5. */
function split(count: number) {
  const reviews = Array.from({ length: count }, (_, row) =>
    row % 2 === 0 ? [1, 4, 9] : [1, 4, 5, 2, 6],
  );
  const offsets = new Uint32Array(count + 1);
  reviews.forEach((ids, row) => (offsets[row + 1] = (offsets[row] ?? 0) + ids.length));
  return {
    count,
    labels: Uint8Array.from({ length: count }, (_, row) => (row < count / 2 ? 1 : 0)),
    offsets,
    tokens: Int32Array.from(reviews.flat()),
  };
}

const encoded = { train: split(40), test: split(20) };
const facts = {
  contentHash: 'hash',
  splits: { train: { count: 40, positive: 20 }, test: { count: 20, positive: 10 } },
};
const choice = {
  limit: 'none',
  validation: 0.2,
  subset: 'fixed',
  seed: 1,
  maxLength: 3,
  numWords: 6,
  truncating: 'pre',
} as const;

test('the parts have the sizes that are left after limit and hold-out', () => {
  const { train, validation, test: tested } = readingOf(facts, encoded, { ...choice, limit: 16 });
  // 16 of train, of whose 8 positive and 8 negative reviews a fifth, rounded, is held out; 16 of test.
  expect([train.count, train.positive]).toEqual([12, 6]);
  expect([validation?.count, validation?.positive]).toEqual([4, 2]);
  expect([tested.count, tested.positive]).toEqual([16, 8]);
  expect(readingOf(facts, encoded, { ...choice, validation: 'test' }).validation).toBeNull();
});

test('what is read of them: whole reviews, words after truncation, unknown ones among these', () => {
  const { test: front } = readingOf(facts, encoded, choice);
  // Of 2 + 4 words, 2 and (5, unknown, 6) are read: 9, 2 and 6 are unknown where six ids are kept.
  expect(front.read).toEqual({ percentWhole: 50, percentRead: 83.333, percentUnknown: 60 });
  const { test: end } = readingOf(facts, encoded, { ...choice, truncating: 'post' });
  // The start token, 4 and 5 are left of the longer ones.
  expect(end.read).toEqual({ percentWhole: 50, percentRead: 66.667, percentUnknown: 25 });
});

test('without the reviews the sizes are known from the facts of the dataset', () => {
  const away = readingOf(facts, null, { ...choice, limit: 17 });
  const here = readingOf(facts, encoded, { ...choice, limit: 17 });
  for (const part of ['train', 'validation', 'test'] as const) {
    expect(away[part]).toEqual({ ...here[part], read: null });
  }
});
