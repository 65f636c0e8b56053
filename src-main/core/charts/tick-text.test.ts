import { expect, it } from 'vitest';

import { tickText } from './tick-text.ts';

it.each([
  [0.42, 3, '0.420'],
  [-0.5, 1, '\u22120.5'],
  [12000, 3, '12,000'],
  [0.0003, 4, '3e-4'],
  [0, 2, '0.00'],
])('%f with %i decimals: %s', (value, decimals, expected) => {
  expect(tickText(value, decimals)).toBe(expected);
});
