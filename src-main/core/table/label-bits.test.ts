import { expect, test } from 'vitest';

import { areLabelsOf, packLabels, unpackLabels } from './label-bits.ts';

test('labels are one bit each, and come out as they went in', () => {
  const labels = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 1, 1, 0);
  const bits = packLabels(labels);
  expect([...bits]).toEqual([0b1000_1101, 0b0000_0001]);
  expect(unpackLabels(bits, 10)).toEqual(labels);
  expect(packLabels(new Uint8Array(0))).toHaveLength(0);
});

test('bits that cannot be the labels of a split are told apart', () => {
  const split = { count: 10, positive: 5 };
  const bits = Uint8Array.of(0b1000_1101, 0b0000_0001);
  expect(areLabelsOf(bits, split)).toBe(true);
  expect(areLabelsOf(bits, { count: 10, positive: 4 })).toBe(false);
  expect(areLabelsOf(bits.subarray(0, 1), split)).toBe(false);
  expect(areLabelsOf(Uint8Array.of(...bits, 0), split)).toBe(false);
  // As many ones, but one of them behind the last review.
  expect(areLabelsOf(Uint8Array.of(0b0000_1101, 0b0000_0101), split)).toBe(false);
  expect(areLabelsOf(Uint8Array.of(0b1000_1100, 0b0000_0101), split)).toBe(false);
});
