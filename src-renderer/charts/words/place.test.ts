import { expect, it } from 'vitest';

import { nearestPoint } from '../scatter/model.ts';
import { placeWords, scalesOf, spanOf, spanScales, wordsWithin, type WordPoints } from './place.ts';

const points: WordPoints = {
  words: ['rare', 'undefined', 'common'],
  x: [10, 50, 10_000],
  y: [0.2, null, 0.9],
  isStrong: () => false,
};
const area = { left: 0, right: 100, top: 0, bottom: 100 };

it('gives a place to what has both values, on a logarithmic axis where they span decades', () => {
  const scales = scalesOf(points);
  expect(scales.x.kind).toBe('log');
  const placed = placeWords(points, scales, area);
  expect(placed.map(({ index }) => index)).toEqual([0, 2]);
  expect(placed[0]!.py).toBeGreaterThan(placed[1]!.py);
});

it('finds the nearest word, and none out of reach', () => {
  const placed = placeWords(points, scalesOf(points), area);
  const { px, py } = placed[1]!;
  expect(nearestPoint(placed, px - 3, py + 2, 14)?.index).toBe(2);
  expect(nearestPoint(placed, px - 30, py, 14)).toBeNull();
});

it('selects what lies inside a line, whichever way it bends', () => {
  const placed = [
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
  expect(wordsWithin(placed, line)).toEqual([0, 2]);
  expect(wordsWithin(placed, [])).toEqual([]);
});

it('shares one span among charts, and draws nothing beyond it', () => {
  const inside = { x: [0, 1], y: [0, 10] };
  const span = spanOf([inside])!;
  const scales = spanScales(span, area);
  const placed = placeWords(
    { words: ['in', 'out'], x: [0.5, 3], y: [5, 5], isStrong: () => false },
    scales,
    area,
  );
  expect(placed).toEqual([{ index: 0, px: 50, py: 50 }]);
  expect(spanOf([{ x: [], y: [] }])).toBeNull();
});
