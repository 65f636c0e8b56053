import { expect, it } from 'vitest';

import { beyond, columnsOf, pathsOf, searchWords } from './projection.ts';

it('takes rows of axes apart', () => {
  const { x, y } = columnsOf(Float32Array.of(1, 2, 3, 4), 2);
  expect([[...x], [...y]]).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

it('finds words by a part of them, and none by nothing', () => {
  expect(searchWords(['Waste', 'wasted', 'good'], ' WAST ')).toEqual(['Waste', 'wasted']);
  expect(searchWords(['good'], ' ')).toEqual([]);
});

it('gives each word its way through the epochs', () => {
  const [, second] = pathsOf(
    ['a', 'b'],
    Float32Array.from({ length: 12 }, (_, at) => at),
    3,
    2,
    -1,
  );
  expect(second).toEqual({
    word: 'b',
    shown: null,
    places: [
      { x: 6, y: 7 },
      { x: 8, y: 9 },
      { x: 10, y: 11 },
    ],
  });
});

it('counts what is off the axes', () => {
  expect(
    beyond([{ x: Float32Array.of(0, 5), y: Float32Array.of(0, 0) }], { x: [-1, 1], y: [-1, 1] }),
  ).toBe(1);
});
