import { expect, test } from 'vitest';

import { errorAtSkewness, skewnessError, skewnessOf } from './skewness.ts';

test('skewness is that of pandas and SciPy', () => {
  // scipy.stats.skew([1, 2, 3, 10], bias=False)
  expect(skewnessOf([1, 2, 3, 10])).toBeCloseTo(1.7636326148, 9);
  expect(skewnessOf([-1, -2, -3, -10])).toBeCloseTo(-1.7636326148, 9);
  expect(skewnessOf([1, 2, 3])).toBeCloseTo(0, 12);
});

test('two values, or values that are all the same, have none', () => {
  expect(skewnessOf([1, 2])).toBeNull();
  expect(skewnessOf([0.1, 0.1, 0.1])).toBeNull();
});

test.each([
  // NumPy and SciPy, 60,000 tests of gamma values: 6.5, 6.6, 8.3 and 6.7 %.
  [3, 1, 0.065],
  [8, 1, 0.066],
  [8, 1.5, 0.083],
  [24, 1.5, 0.067],
])('%i values with a skewness of %s are called different too often', (count, skewness, share) => {
  const found = errorAtSkewness(count, skewness, 0.05);
  expect(Math.abs(found - share)).toBeLessThan(0.01);
  expect(errorAtSkewness(count, -skewness, 0.05)).toBe(found);
});

test('without skewness the level holds', () => {
  expect(errorAtSkewness(24, 0, 0.048)).toBe(0.048);
});

test('few values do not know their skewness', () => {
  expect(skewnessError(8)).toBeCloseTo(0.7521, 4);
  expect(skewnessError(21)).toBeGreaterThan(0.5);
  expect(skewnessError(22)).toBeLessThan(0.5);
});
