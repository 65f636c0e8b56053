import { describe, expect, it } from 'vitest';

import { curvePath, percentAt, roundTicks } from './curve.ts';

const points = [
  { maxLength: 100, percent: 10 },
  { maxLength: 200, percent: 60 },
  { maxLength: 300, percent: 80 },
];

describe('coverage curve', () => {
  it('reads the table, where a length counts until the next one', () => {
    expect(percentAt(points, 200)).toBe(60);
    expect(percentAt(points, 250)).toBe(60);
    expect(percentAt(points, 99)).toBe(0);
    expect(percentAt(points, 301)).toBe(80);
  });

  it('draws up from the bottom and leaves out what lies beyond the axis', () => {
    expect(curvePath(points, { maxX: 200, width: 100, height: 50 })).toBe('M50.0 45.0L100.0 20.0');
  });

  it('ticks at round numbers', () => {
    expect(roundTicks(1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(roundTicks(2700, 4)).toEqual([0, 1000, 2000]);
    expect(roundTicks(0, 4)).toEqual([0]);
  });
});
