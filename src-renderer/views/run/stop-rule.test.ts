import { expect, it } from 'vitest';

import { isSameRule, longestPatience, patienceAt, positionOf } from './stop-rule.ts';

it('puts never behind the longest patience, and takes it back from there', () => {
  for (const patience of [1, 20, 'none'] as const) {
    const longest = longestPatience(patience);
    expect(longest).toBe(20);
    expect(patienceAt(positionOf(patience, longest), longest)).toBe(patience);
  }
  expect(positionOf('none', 20)).toBe(21);
});

it('reaches the patience a run was trained with, however long', () => {
  expect(longestPatience(45)).toBe(45);
  expect(patienceAt(45, longestPatience(45))).toBe(45);
});

it('knows the rule of the run again, never among them', () => {
  expect(isSameRule({ patience: 'none', minDelta: 0 }, { patience: 'none', minDelta: 0 })).toBe(
    true,
  );
  expect(isSameRule({ patience: 20, minDelta: 0 }, { patience: 'none', minDelta: 0 })).toBe(false);
  expect(isSameRule({ patience: 20, minDelta: 0 }, { patience: 20, minDelta: 0.01 })).toBe(false);
});
