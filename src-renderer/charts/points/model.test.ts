import { expect, it } from 'vitest';

import {
  boxOf,
  nearestPoint,
  placePoints,
  pointsWithin,
  scalesOf,
  spanOf,
  spanScales,
  type Points,
} from './model.ts';

const area = { left: 0, right: 100, top: 0, bottom: 100 };
const runs: Points = { ids: ['c', 'a', 'none', 'b'], x: [10, 0, null, 0], y: [1, 0, 1, 1] };
const placed = placePoints(runs, scalesOf(runs), area);
const words: Points = {
  ids: ['rare', 'undefined', 'common'],
  x: [10, 50, 10_000],
  y: [0.2, null, 0.9],
};

it('places what has both values, y upwards, in the order of x and then y', () => {
  expect(placed.map(({ index, px, py }) => [runs.ids[index], px, py])).toEqual([
    ['a', 0, 100],
    ['b', 0, 0],
    ['c', 100, 0],
  ]);
});

it('gives a place on a logarithmic axis where values span decades', () => {
  const scales = scalesOf(words);
  expect(scales.x.kind).toBe('log');
  const along = placePoints(words, scales, area);
  expect(along.map(({ index }) => index)).toEqual([0, 2]);
  expect(along[0]!.py).toBeGreaterThan(along[1]!.py);
});

it('finds the nearest within reach, and none beyond', () => {
  expect(nearestPoint(placed, 8, 6, 12)?.index).toBe(3);
  expect(nearestPoint(placed, 50, 50, 12)).toBeNull();
  const along = placePoints(words, scalesOf(words), area);
  const { px, py } = along[1]!;
  expect(nearestPoint(along, px - 3, py + 2, 14)?.index).toBe(2);
  expect(nearestPoint(along, px - 30, py, 14)).toBeNull();
});

it('finds what lies in a box, from whichever corner it is drawn', () => {
  const [from, to] = [
    { px: -1, py: -1 },
    { px: 101, py: 50 },
  ];
  for (const box of [boxOf(from, to), boxOf(to, from)])
    expect(pointsWithin(placed, box)).toEqual([3, 0]);
});

it('selects what lies inside a line, whichever way it bends', () => {
  const along = [
    { index: 0, px: 10, py: 10 },
    { index: 1, px: 50, py: 50 },
    { index: 2, px: 90, py: 10 },
  ];
  // A U: its middle is outside.
  const line = [
    [0, 0],
    [20, 0],
    [20, 80],
    [80, 80],
    [80, 0],
    [100, 0],
    [100, 100],
    [0, 100],
  ].map(([px = 0, py = 0]) => ({ px, py }));
  expect(pointsWithin(along, line)).toEqual([0, 2]);
  expect(pointsWithin(along, [])).toEqual([]);
});

it('shares one span among charts, and draws nothing beyond it', () => {
  const span = spanOf([{ x: [0, 1], y: [0, 10] }])!;
  const scales = spanScales(span, area);
  expect(placePoints({ ids: ['in', 'out'], x: [0.5, 3], y: [5, 5] }, scales, area)).toEqual([
    { index: 0, px: 50, py: 50 },
  ]);
  expect(spanOf([{ x: [], y: [] }])).toBeNull();
});
