import { expect, it } from 'vitest';

import { stripExtent } from './strip.ts';

const row = { label: '', isStrong: false, absent: '' };

it('is symmetric, holds every interval, and never collapses', () => {
  const [low, high] = stripExtent([{ ...row, difference: 0.46, interval: [-0.04, 0.96] }], 0.25);
  expect(low).toBe(-high);
  expect(high).toBeGreaterThan(0.96);
  expect(stripExtent([{ ...row, difference: 0, interval: null }], 0.25)).toEqual([-0.53, 0.53]);
  expect(
    stripExtent([{ ...row, difference: 0, interval: null, dots: [0.1, -2] }], 0.25)[1],
  ).toBeGreaterThan(2);
  expect(stripExtent([], 0)).toEqual([-1, 1]);
});
