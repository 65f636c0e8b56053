import { describe, expect, it } from 'vitest';

import { shareOfSize, sizeAt, sizesOf, stepOf } from './scale.ts';

const scale = { min: 100, max: 100_000 };

describe('the axis of vocabulary sizes', () => {
  it('is logarithmic and stays within its ends', () => {
    expect(
      [100, 1000, 10_000, 100_000].map((size) => Math.round(300 * shareOfSize(size, scale))),
    ).toEqual([0, 100, 200, 300]);
    expect(shareOfSize(10, scale)).toBe(0);
    expect(shareOfSize(200_000, scale)).toBe(1);
    expect(shareOfSize(100, { min: 100, max: 100 })).toBe(0);
  });

  it('gives sizes of two digits back', () => {
    expect(sizeAt(1 / 3, scale)).toBe(1000);
    expect(sizeAt(178 / 300, scale)).toBe(6000);
    expect(sizeAt(-0.02, scale)).toBe(100);
    expect(sizeAt(1.3, scale)).toBe(100_000);
  });

  it('has each sampled size once, both ends among them', () => {
    const sizes = sizesOf(100, 130, 60);
    expect(sizes[0]).toBe(100);
    expect(sizes.at(-1)).toBe(130);
    expect(new Set(sizes).size).toBe(sizes.length);
    expect(sizesOf(100, 90, 60)).toEqual([100]);
  });

  it('steps to the next round size', () => {
    expect(stepOf(6000, 1)).toBe(6500);
    expect(stepOf(6000, -1)).toBe(5500);
    expect(stepOf(5983, 1)).toBe(6000);
    expect(stepOf(10_000, 1)).toBe(11_000);
    expect(stepOf(10_000, -1)).toBe(9000);
  });
});
