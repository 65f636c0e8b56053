import { expect, test } from 'vitest';

import { possibleLooks, reachedLook } from './planned-looks.ts';

test('looks are equally spaced, with at least two pairs before the first', () => {
  expect(possibleLooks(1)).toEqual([1]);
  expect(possibleLooks(3)).toEqual([1]);
  expect(possibleLooks(6)).toEqual([1, 2, 3]);
  expect(possibleLooks(12)).toEqual([1, 2, 3, 4, 6]);
});

test('a look is reached with its pairs, and stands until the next', () => {
  const plan = { pairs: 6, looks: 3 };
  const reached = [0, 1, 2, 3, 4, 5, 6].map((finished) => reachedLook(finished, plan));
  expect(reached.map((look) => look?.number ?? 0)).toEqual([0, 0, 1, 1, 2, 2, 3]);
  expect(reached.map((look) => look?.pairs ?? 0)).toEqual([0, 0, 2, 2, 4, 4, 6]);
});
