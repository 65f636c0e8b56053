import { expect, it } from 'vitest';

import { reviewFacts } from './review-facts.ts';

const offsets = Uint32Array.of(0, 3, 8, 9);
const tokens = Int32Array.of(1, 4, 5, /**/ 1, 4, 2, 90, 6, /**/ 1);

it('says how long a review is, how much of it is cut, and how many of its kept words are unknown', () => {
  const facts = reviewFacts(offsets, tokens, { maxLength: 4, numWords: 50, truncating: 'pre' });
  expect([...facts.lengths]).toEqual([3, 5, 1]);
  expect([...facts.cutShares]).toEqual([0, 1 / 5, 0]);
  // Of 4, unknown, beyond the vocabulary, 6; without words there is nothing unknown.
  expect([...facts.oovShares]).toEqual([0, 1 / 2, 0]);
});

it('counts what is kept at the end that is asked for', () => {
  const post = reviewFacts(offsets, tokens, { maxLength: 3, numWords: 50, truncating: 'post' });
  expect([...post.oovShares]).toEqual([0, 1 / 2, 0]);
  const pre = reviewFacts(offsets, tokens, { maxLength: 2, numWords: 6, truncating: 'pre' });
  expect([...pre.oovShares]).toEqual([0, 1, 0]);
});
