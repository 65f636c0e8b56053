import { expect, test } from 'vitest';

import { absoluteQuantile } from './quantile.ts';

test('is the nearest rank of the magnitudes', () => {
  const values = Float32Array.from(
    { length: 100 },
    (_, index) => (index % 2 === 0 ? 1 : -1) * (index + 1),
  );
  expect(absoluteQuantile(values, 0.99)).toBe(99);
  expect(absoluteQuantile(values, 1)).toBe(100);
  expect(absoluteQuantile(Float32Array.of(-3), 0.99)).toBe(3);
});

test('leaves out what is not finite and knows nothing of an empty table', () => {
  expect(absoluteQuantile(Float32Array.of(Number.NaN, 2, -Infinity), 0.99)).toBe(2);
  expect(absoluteQuantile(new Float32Array(0), 0.99)).toBe(0);
});
