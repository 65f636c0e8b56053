import { expect, it } from 'vitest';

import { differenceFromBaseline } from './difference.ts';

/** Judges 400 reviews; `wrong` of them otherwise than their labels, from `from` on. */
const labels = Uint8Array.from({ length: 400 }, (_, row) => row % 2);
const judged = (wrong: number, from = 0, of = labels) => ({
  labels: of,
  probabilities: Float32Array.from(of, (label, row) =>
    row >= from && row < from + wrong ? 1 - label : label,
  ),
});

it('of several seeds has the interval of new reviews too, which two equal seeds cannot make narrow', () => {
  const found = differenceFromBaseline(judged(60), [judged(40, 200), judged(40, 240)]);
  expect(found).toMatchObject({ seeds: 2, generalises: 'seedsAndReviews' });
  expect(found?.difference).toBeCloseTo(0.05, 12);
  // Over seeds alone there is no spread at all.
  const [low, high] = found?.interval ?? [0, 0];
  expect(low).toBeLessThan(-0.1);
  expect(high).toBeGreaterThan(0.2);
});

it('of one seed has the interval of new reviews', () => {
  const found = differenceFromBaseline(judged(60), [judged(40, 200)]);
  expect(found).toMatchObject({ seeds: 1, generalises: 'reviews' });
  expect(found?.interval?.[0]).toBeCloseTo(0.05 - 0.048, 1);
});

it('is not told of reviews with one label, nor without runs', () => {
  const positive = new Uint8Array(400).fill(1);
  expect(differenceFromBaseline(judged(60, 0, positive), [judged(40, 0, positive)])).toBeNull();
  expect(differenceFromBaseline(judged(60), [])).toBeNull();
});
