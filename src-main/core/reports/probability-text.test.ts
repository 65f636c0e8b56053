import fc from 'fast-check';
import { expect, test } from 'vitest';

import { probabilityList, widestProbability, writeProbability } from './probability-text.ts';

function textOf(value: number): string {
  const bytes = new Uint8Array(widestProbability);
  return new TextDecoder().decode(bytes.subarray(0, writeProbability(bytes, 0, value)));
}

test('every float32 is read back as near as nine digits are', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1, noNaN: true }), (value) => {
      const text = textOf(value);
      expect(text).toMatch(/^(?:[01]|0\.\d+|\d(?:\.\d+)?e-\d+)$/);
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.max(5.001e-9, value * 1e-8));
    }),
    { numRuns: 2000 },
  );
});

test('round numbers, the ends, and what is none', () => {
  expect([0, 0.5, 0.01, 0.0099, 1, 0.999999999, NaN].map(textOf)).toEqual([
    '0',
    '0.50000000',
    '0.01000000',
    '0.0099',
    '1',
    '1',
    '',
  ]);
  const smallest = Math.fround(1.401298464324817e-45);
  expect(Number(textOf(smallest))).toBeCloseTo(smallest, 50);
  const list = probabilityList(Float32Array.of(0.25, NaN, 1));
  expect(new TextDecoder().decode(list)).toBe('0.25000000,null,1');
});
