import { expect, it } from 'vitest';

import { stepInEpoch } from './progress.ts';

it('counts steps within the epoch from 1 to the last', () => {
  expect(stepInEpoch({ step: 0, stepsPerEpoch: 84 })).toBe(0);
  expect(stepInEpoch({ step: 1, stepsPerEpoch: 84 })).toBe(1);
  expect(stepInEpoch({ step: 84, stepsPerEpoch: 84 })).toBe(84);
  expect(stepInEpoch({ step: 85, stepsPerEpoch: 84 })).toBe(1);
});
