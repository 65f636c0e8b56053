import { expect, test } from 'vitest';

import { lookAt, possibleLooks, reachedLook, type Round } from './planned-looks.ts';

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

test('every round that is added is a further look, once its pairs have finished', () => {
  const round = (finished: number, more: Partial<Round> = {}): Round => ({
    planned: finished,
    finished,
    pending: 0,
    leftOut: 0,
    ...more,
  });
  const waiting = round(0, { planned: 2, pending: 2 });
  expect(lookAt([], 1)).toBeNull();
  expect(lookAt([round(2, { planned: 3, pending: 1 })], 1)).toBeNull();
  expect(lookAt([round(3)], 1)).toEqual({ number: 1, pairs: 3 });
  expect(lookAt([round(3), waiting], 1)).toEqual({ number: 1, pairs: 3 });
  expect(lookAt([round(3), round(2)], 1)).toEqual({ number: 2, pairs: 5 });
  expect(lookAt([round(6), round(2), waiting], 3)).toEqual({ number: 4, pairs: 8 });
  // Nothing of a round was kept: nobody has looked at it.
  expect(lookAt([round(3), round(0), round(2)], 1)).toEqual({ number: 2, pairs: 5 });
  // Between the planned looks no added round counts.
  expect(lookAt([round(4, { planned: 6, pending: 2 }), round(2)], 3)).toEqual({
    number: 2,
    pairs: 4,
  });
});
