import { expect, it, test } from 'vitest';

import { attainedError } from './attained-error.ts';
import fixtures from './fixtures/verdict.json' with { type: 'json' };
import { lookLevels } from './looks.ts';

const looksAt = (pairs: readonly number[], planned: number) =>
  pairs.map((count, index) => ({ pairs: count, number: index + 1, planned }));

test.each(fixtures.attained)(
  'agrees with a million experiments in SciPy ($pairs, $planned planned)',
  ({ pairs, planned, error }) => {
    // They are right to 0.05 points, ours to 0.2.
    expect(Math.abs(attainedError(looksAt(pairs, planned)) - error)).toBeLessThan(0.003);
  },
);

test.each([2, 3] as const)(
  'levels agree with the multivariate normal of SciPy (%i looks)',
  (looks) => {
    lookLevels(looks).forEach((level, index) =>
      expect(level).toBeCloseTo(fixtures.levels[looks][index] ?? 0, 5),
    );
  },
);

it('is 5 % of one look, about 5 % of those that were planned, and more of any that is added', () => {
  expect(attainedError(looksAt([5], 1))).toBeCloseTo(0.05, 12);
  const planned = attainedError(looksAt([20, 40], 2));
  expect(Math.abs(planned - 0.05)).toBeLessThan(0.004);
  const added = attainedError(looksAt([5, 10], 1));
  expect(added).toBeGreaterThan(0.075);
  expect(attainedError(looksAt([5, 10, 15], 1))).toBeGreaterThan(added);
});

it('is the same for the same looks, and passes over one at a single pair', () => {
  const looks = looksAt([1, 4], 1);
  expect(attainedError(looks)).toBe(attainedError(looks));
  expect(attainedError(looks)).toBeCloseTo(lookLevels(2)[1] ?? 0, 12);
});
