import fc from 'fast-check';
import { expect, it } from 'vitest';

import {
  BANDS,
  isNearCopy,
  LEAST_BANDS,
  NEAR_COPY,
  similarityOf,
  writeBandKeys,
} from './near-copies.ts';

const words = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: length, maxLength: length });
const keysOf = (ids: Int32Array): Uint32Array => {
  const keys = new Uint32Array(BANDS);
  expect(writeBandKeys(ids, keys)).toBe(true);
  return keys;
};

const shared = (one: Uint32Array, other: Uint32Array): number =>
  one.filter((key, band) => key === other[band]).length;

it('compares sets of word triples', () => {
  expect(similarityOf(Int32Array.of(1, 2, 3, 4), Int32Array.of(1, 2, 3, 4))).toBe(1);
  expect(similarityOf(Int32Array.of(1, 2, 3, 4), Int32Array.of(1, 2, 3, 5))).toBeCloseTo(1 / 3);
  expect(similarityOf(Int32Array.of(1, 2, 3), Int32Array.of(4, 5, 6))).toBe(0);
});

it('makes candidates of texts of which a word or two differ, and of few others', () => {
  let found = 0;
  let chance = 0;
  let near = 0;
  const pairs = fc.sample(fc.tuple(words(120), words(120), fc.nat(119), fc.nat(119)), {
    numRuns: 200,
    seed: 7,
  });
  for (const [text, other, first, second] of pairs) {
    const one = Int32Array.from(text);
    const changed = one.slice();
    changed[first] = 9999;
    changed[second] = 9998;
    const keys = keysOf(one);
    if (similarityOf(one, changed) >= NEAR_COPY) near += 1;
    if (shared(keysOf(changed), keys) >= LEAST_BANDS) found += 1;
    if (shared(keysOf(Int32Array.from(other)), keys) >= LEAST_BANDS) chance += 1;
  }
  expect(near).toBe(200);
  expect(found).toBeGreaterThan(195);
  expect(chance).toBe(0);
});

it('takes short texts for near copies where all words are the same', () => {
  const one = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const other = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10);
  expect(keysOf(one)).toEqual(keysOf(one.slice()));
  expect(shared(keysOf(one), keysOf(other))).toBe(0);
  expect(isNearCopy(one, one.slice())).toBe(true);
  expect(isNearCopy(one, other)).toBe(false);
  expect(isNearCopy(Int32Array.of(1), Int32Array.of(1))).toBe(true);
  expect(writeBandKeys(new Int32Array(0), new Uint32Array(BANDS))).toBe(false);
});
