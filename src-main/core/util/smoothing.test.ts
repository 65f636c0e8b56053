import fc from 'fast-check';
import { expect, it } from 'vitest';

import { memoryOf, smooth } from './smoothing.ts';

const weights = fc.double({ min: 0, max: 0.99, noNaN: true });

it('starts at the first value instead of at zero', () => {
  expect([...smooth([4, 4, 4], 0.9)]).toEqual([4, 4, 4]);
  const [first, second] = smooth([1, 3], 0.5);
  expect(first).toBe(1);
  expect(second).toBeCloseTo((0.5 * 1 + 1 * 3) / 1.5, 12);
});

it('lets NaN through and goes on from before it', () => {
  const out = smooth([1, NaN, 1], 0.6);
  expect(out[1]).toBeNaN();
  expect(out[2]).toBeCloseTo(1, 12);
});

it('stays between the extremes seen so far', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1 }),
      weights,
      (values, weight) => {
        smooth(values, weight).forEach((value, i) => {
          const seen = values.slice(0, i + 1);
          expect(value).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
        });
      },
    ),
  );
});

it('forgets what lies further back than its memory', () => {
  const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(values, weights, (end, weight) => {
      const memory = Array.from({ length: memoryOf(weight) }, (_, index) => Math.sin(index));
      const far = smooth([1, -1, 1, ...memory, ...end], weight).at(-1);
      expect(smooth([...memory, ...end], weight).at(-1)).toBeCloseTo(far ?? NaN, 6);
    }),
  );
  expect(memoryOf(0)).toBe(0);
});
