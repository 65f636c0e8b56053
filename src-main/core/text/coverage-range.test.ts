import { expect, it } from 'vitest';

import { coverageRangeOf } from './coverage-range.ts';

it('is the range of the original table for reviews of like length', () => {
  for (const long of [800, 941, 1100]) {
    expect(coverageRangeOf(long, 2494)).toEqual({ from: 100, to: 950, step: 50 });
  }
});

it('follows shorter and longer reviews in round steps, and ends with the longest', () => {
  expect(coverageRangeOf(14, 19)).toEqual({ from: 2, to: 19, step: 1 });
  expect(coverageRangeOf(14, 20)).toEqual({ from: 2, to: 19, step: 1, end: 20 });
  expect(coverageRangeOf(300, 2400)).toEqual({ from: 40, to: 380, step: 20, end: 2400 });
  expect(coverageRangeOf(500, 940)).toEqual({ from: 100, to: 950, step: 50 });
  expect(coverageRangeOf(3000, 3000)).toEqual({ from: 400, to: 3800, step: 200 });
  for (let long = 0; long < 90_000; long += 97) {
    const { from, to, step, end } = coverageRangeOf(long, 99_000);
    expect((to - from) / step).toBe(17);
    if (Math.abs(long - 950) < 190) continue;
    expect(to).toBeGreaterThanOrEqual(long);
    expect(end).toBe(99_000);
  }
});
