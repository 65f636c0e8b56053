import { expect, test } from 'vitest';

import { possibleLooks, takenLooks, type Round } from './planned-looks.ts';

test('looks are equally spaced, with at least two pairs before the first', () => {
  expect(possibleLooks(1)).toEqual([1]);
  expect(possibleLooks(3)).toEqual([1]);
  expect(possibleLooks(6)).toEqual([1, 2, 3]);
  expect(possibleLooks(12)).toEqual([1, 2, 3, 4, 6]);
});

const round = (finished: number, more: Partial<Round> = {}): Round => ({
  planned: finished,
  finished,
  pending: 0,
  leftOut: 0,
  ...more,
});

test('a look is reached with its pairs, and stands until the next', () => {
  const after = (finished: number) =>
    takenLooks([round(finished, { planned: 6, pending: 6 - finished })], 3);
  expect([0, 1, 2, 3, 4, 5, 6].map((finished) => after(finished).length)).toEqual([
    0, 0, 1, 1, 2, 2, 3,
  ]);
  expect(after(5)).toEqual([
    { number: 1, pairs: 2 },
    { number: 2, pairs: 4 },
  ]);
});

test('where pairs were lost, the last planned look is at those there are', () => {
  expect(takenLooks([round(3, { planned: 6 })], 3)).toEqual([
    { number: 1, pairs: 2 },
    { number: 3, pairs: 3 },
  ]);
});

test('every round that is added is a further look, once its pairs have finished', () => {
  const waiting = round(0, { planned: 2, pending: 2 });
  const last = (rounds: readonly Round[], looks: number) => takenLooks(rounds, looks).at(-1);
  expect(takenLooks([], 1)).toEqual([]);
  expect(takenLooks([round(2, { planned: 3, pending: 1 })], 1)).toEqual([]);
  expect(takenLooks([round(3)], 1)).toEqual([{ number: 1, pairs: 3 }]);
  expect(last([round(3), waiting], 1)).toEqual({ number: 1, pairs: 3 });
  expect(takenLooks([round(3), round(2)], 1)).toEqual([
    { number: 1, pairs: 3 },
    { number: 2, pairs: 5 },
  ]);
  expect(takenLooks([round(6), round(2), waiting], 3).map(({ pairs }) => pairs)).toEqual([
    2, 4, 6, 8,
  ]);
  // Nothing of a round was kept: nobody has looked at it.
  expect(last([round(3), round(0), round(2)], 1)).toEqual({ number: 2, pairs: 5 });
  // Between the planned looks no added round counts.
  expect(last([round(4, { planned: 6, pending: 2 }), round(2)], 3)).toEqual({
    number: 2,
    pairs: 4,
  });
});
