import { expect, it } from 'vitest';

import { plotScale } from '../common/plot-scale.ts';
import type { RunStyle } from '#core/charts/style-of-run.ts';
import { nearestPoint, placePoints, pointsWithin, type ScatterPoint } from './model.ts';

const style: RunStyle = { colour: 'a', dash: [], mark: 'circle', isLegibleAsText: true };
const area = { left: 0, right: 100, top: 0, bottom: 100 };
const point = (runId: string, x: ScatterPoint['x'], y: ScatterPoint['y']): ScatterPoint => ({
  runId,
  label: runId,
  style,
  x,
  y,
});
const points = [point('c', 10, 1), point('a', 0, 0), point('none', null, 1), point('b', 0, 1)];
const scales = { x: plotScale(points.map(({ x }) => x)), y: plotScale(points.map(({ y }) => y)) };
const placed = placePoints(points, scales, area);

it('places what has both values, y upwards, in the order of x and then y', () => {
  expect(placed.map(({ point: { runId }, px, py }) => [runId, px, py])).toEqual([
    ['a', 0, 100],
    ['b', 0, 0],
    ['c', 100, 0],
  ]);
});

it('finds the nearest within reach, and none beyond', () => {
  expect(nearestPoint(placed, 8, 6, 12)?.point.runId).toBe('b');
  expect(nearestPoint(placed, 50, 50, 12)).toBeNull();
});

it('finds what lies in a box', () => {
  expect(pointsWithin(placed, { left: -1, right: 101, top: -1, bottom: 50 })).toEqual(['b', 'c']);
});
