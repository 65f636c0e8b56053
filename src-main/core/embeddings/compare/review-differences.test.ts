import { expect, test } from 'vitest';

import { randomStream } from '../../util/random.ts';
import { inOtherOrder, oddReviews, reviewDistances, rowDistances } from './review-differences.ts';

test('rows lie apart by their distance, where both are to be read', () => {
  const table = (...values: number[]) => ({
    rows: values.length / 2,
    columns: 2,
    values: Float32Array.from(values),
  });
  const distances = rowDistances(
    table(0, 0, 1, 1, 5, 5),
    table(3, 4, 1, 1, 0, 0),
    Uint8Array.of(1, 1, 0),
  );
  expect([...distances]).toEqual([5, 0, Number.NaN]);
});

test('only rows that are read are put in another order', () => {
  const table = { rows: 5, columns: 1, values: Float32Array.of(0, 1, 2, 3, 4) };
  const { values } = inOtherOrder(table, Uint8Array.of(0, 1, 1, 1, 0), randomStream(1, 'x'));
  expect([values[0], values[4]]).toEqual([0, 4]);
  expect([...values.subarray(1, 4)].sort()).toEqual([1, 2, 3]);
  const untouched = inOtherOrder(table, new Uint8Array(5), randomStream(1, 'x'));
  expect(untouched.values).toEqual(table.values);
});

test('a review is as far as its kept and known tokens on average', () => {
  const byId = Float32Array.of(Number.NaN, Number.NaN, Number.NaN, Number.NaN, 1, 2, 6);
  const split = {
    count: 3,
    labels: Uint8Array.of(0, 1, 0),
    offsets: Uint32Array.of(0, 4, 7, 9),
    // The start token, 99 beyond the table; the second review is cut, the third has no known word.
    tokens: Int32Array.of(1, 4, 4, 6, 6, 5, 99, 1, 2),
  };
  const of = (truncating: 'pre' | 'post') =>
    reviewDistances(split, Int32Array.of(0, 1, 2), byId, { maxLength: 2, truncating });
  expect([...of('pre').distances]).toEqual([3.5, 2, Number.NaN]);
  expect([...of('post').distances]).toEqual([1, 4, Number.NaN]);
  expect([...of('pre').tokens]).toEqual([2, 2, 2]);
  expect([...of('pre').known]).toEqual([2, 1, 0]);
});

test('reviews whose two ranks part are listed, the farthest first; undefined ones take no part', () => {
  const distances = [0.1, 0.9, 0.5, Number.NaN, 0.6, 0.2];
  const gaps = [0.8, 0.01, 0.5, 0.9, 0.55, 0.1];
  const odd = oddReviews(distances, gaps, 2);
  expect(odd.predictionsDiffer).toEqual([0]);
  expect(odd.embeddingsDiffer).toEqual([1]);
  // By hand, without the fourth: 1 - 6 * 32 / (5 * 24), and -0.2126 / sqrt(0.412 * 0.43428).
  expect(odd.rankCorrelation).toBeCloseTo(-0.6, 10);
  expect(odd.correlation).toBeCloseTo(-0.50261, 5);
  expect(oddReviews([1, 1], [0, 0], 2)).toEqual({
    predictionsDiffer: [],
    embeddingsDiffer: [],
    rankCorrelation: Number.NaN,
    correlation: Number.NaN,
  });
});
