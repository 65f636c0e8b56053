import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { countedTicks, linearTicks, logTicks, niceExtent } from './ticks.ts';

describe('linearTicks', () => {
  it('gives round values and the decimals they need', () => {
    expect(linearTicks(0.3, 0.45, 4)).toEqual({
      values: [0.3, 0.35, 0.4, 0.45],
      step: 0.05,
      decimals: 2,
    });
    expect(linearTicks(0, 100, 5).values).toEqual([0, 20, 40, 60, 80, 100]);
  });
  it('keeps to 4 or 5 ticks where the round steps of 1, 2, 5 would give 3 or 6', () => {
    expect(linearTicks(0.1, 0.66, 4).values).toEqual([0.15, 0.3, 0.45, 0.6]);
    expect(linearTicks(0.29, 0.45, 4).values).toEqual([0.3, 0.35, 0.4, 0.45]);
  });
  it('stays inside the interval, rises, and keeps whole steps for whole numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 2, max: 10 }),
        (low, span, count) => {
          const { values, step, decimals } = linearTicks(low, low + span, count);
          expect(values.length).toBeLessThanOrEqual(count + 1);
          values.forEach((value, i) => {
            expect(value).toBeGreaterThanOrEqual(low - step * 1e-6);
            expect(value).toBeLessThanOrEqual(low + span + step * 1e-6);
            if (i > 0) expect(value).toBeGreaterThan(values[i - 1] ?? Infinity);
          });
          expect(decimals).toBeGreaterThanOrEqual(0);
          expect(linearTicks(low, low + span, count, true).step % 1).toBe(0);
        },
      ),
    );
  });
  it('gives none for a broken interval', () => {
    expect(linearTicks(NaN, 1, 4).values).toEqual([]);
    expect(linearTicks(2, 1, 4).values).toEqual([]);
  });
});

it('countedTicks starts at the first epoch', () => {
  expect(countedTicks(1, 12, 6).values).toEqual([1, 3, 5, 7, 9, 11]);
  expect(countedTicks(1, 4, 6).values).toEqual([1, 2, 3, 4]);
  expect(countedTicks(1, 200, 6).values).toEqual([40, 80, 120, 160, 200]);
});

it('logTicks are powers of ten over many decades and finer over few', () => {
  expect(logTicks(1e-4, 1).values).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
  expect(logTicks(0.1, 5).values).toEqual([0.1, 0.2, 0.5, 1, 2, 5]);
  expect(logTicks(0, 1).values).toEqual([]);
});

it('niceExtent covers the interval and never collapses', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
      (low, span) => {
        const [from, to] = niceExtent(low, low + span, 4);
        const tolerance = (to - from) * 1e-6;
        expect(from).toBeLessThanOrEqual(low + tolerance);
        expect(to).toBeGreaterThanOrEqual(low + span - tolerance);
        expect(to).toBeGreaterThan(from);
      },
    ),
  );
  expect(niceExtent(Infinity, -Infinity, 4)).toEqual([0, 1]);
  expect(niceExtent(0.5, 0.5, 4)).toEqual([0.45, 0.55]);
});
