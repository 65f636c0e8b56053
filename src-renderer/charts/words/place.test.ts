import { expect, it } from 'vitest';

import { nearestPoint } from '../scatter/model.ts';
import { placeWords, scalesOf, type WordPoints } from './place.ts';

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
