import { expect, it } from 'vitest';

import { coverageRangeOf } from './coverage-range.ts';

it('is the range of the original table for reviews of like length', () => {
  for (const long of [500, 941, 1400]) {
    expect(coverageRangeOf(long)).toEqual({ from: 100, to: 950, step: 50 });
  }
});

it('follows much shorter and longer reviews in round steps, and reaches them', () => {
  expect(coverageRangeOf(14)).toEqual({ from: 2, to: 19, step: 1 });
  expect(coverageRangeOf(300)).toEqual({ from: 40, to: 380, step: 20 });
  expect(coverageRangeOf(3000)).toEqual({ from: 400, to: 3800, step: 200 });
  for (let long = 0; long < 90_000; long += 97) {
    const { from, to, step } = coverageRangeOf(long);
    expect(to).toBeGreaterThanOrEqual(Math.min(long, 950));
    expect((to - from) / step).toBe(17);
  }
});
