import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { downsample } from './downsample.ts';

const value = fc.oneof(
  { weight: 20, arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);
const series = fc.array(value, { minLength: 1, maxLength: 400 });
const room = fc.integer({ min: 10, max: 120 });

describe('downsample', () => {
  test('keeps first, last, lowest, highest and everything that is not finite, in order', () => {
    fc.assert(
      fc.property(series, room, (values, maxPoints) => {
        const kept = downsample(values, maxPoints);
        const shown = new Set(kept);
        expect(kept).toEqual([...shown].sort((a, b) => a - b));
        expect(shown.has(0)).toBe(true);
        expect(shown.has(values.length - 1)).toBe(true);
        const finite = values.filter((item) => Number.isFinite(item));
        const keptFinite = kept
          .map((index) => values[index] as number)
          .filter((item) => Number.isFinite(item));
        if (finite.length > 0) {
          expect(Math.min(...keptFinite)).toBe(Math.min(...finite));
          expect(Math.max(...keptFinite)).toBe(Math.max(...finite));
        }
        values.forEach((item, index) => {
          if (!Number.isFinite(item)) expect(shown.has(index)).toBe(true);
        });
      }),
    );
  });

  test('holds the limit but for what is not finite, and keeps all that fits', () => {
    fc.assert(
      fc.property(series, room, (values, maxPoints) => {
        const kept = downsample(values, maxPoints);
        const unbounded = values.filter((item) => !Number.isFinite(item)).length;
        expect(kept.length).toBeLessThanOrEqual(maxPoints + unbounded);
        if (values.length <= maxPoints) expect(kept).toHaveLength(values.length);
      }),
    );
  });

  test('keeps the extremes of every stretch, not of the whole only', () => {
    const values = Array.from({ length: 4000 }, (_, index) => (index % 1000 === 500 ? 10 : 1));
    const kept = downsample(values, 40);
    expect(kept.filter((index) => values[index] === 10)).toEqual([500, 1500, 2500, 3500]);
  });
});
