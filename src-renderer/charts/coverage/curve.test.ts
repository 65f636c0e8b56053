import { describe, expect, it } from 'vitest';

import { curveOf, percentAt } from './curve.ts';

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

  it('has places as shares of both axes, and leaves out what lies beyond', () => {
    expect(curveOf(points, 200)).toEqual([
      { x: 0.5, y: 0.1 },
      { x: 1, y: 0.6 },
    ]);
  });
});
