import { expect, it } from 'vitest';

import type { Curve } from '#contract/metric.ts';

import { hiddenRange, refinedBy } from './curve-details.svelte.ts';

const curveOf = (steps: readonly number[], totalPoints: number): Curve => ({
  runId: 'r1',
  epochs: steps.map(() => 1),
  steps: [...steps],
  seconds: steps.map((step) => step / 10),
  values: steps.map((step) => 1 / step),
  smoothed: [],
  totalPoints,
});

it('asks for what a window hides, with a point on either side', () => {
  const curve = curveOf([1, 10, 20, 30, 40], 40);
  expect(hiddenRange(curve, curve.steps, [12, 18])).toEqual({ from: 10, to: 20 });
  expect(hiddenRange(curve, curve.seconds, [1.2, 3.5])).toEqual({ from: 10, to: 40 });
  // A run that still trains goes on beyond what is known.
  expect(hiddenRange(curve, curve.steps, [25, 50])).toEqual({ from: 20, to: null });
});

it('asks for nothing where every point is there, or no point is', () => {
  const whole = curveOf([1, 2, 3], 3);
  expect(hiddenRange(whole, whole.steps, [1, 2])).toBeNull();
  const dense = curveOf([1, 10, 11, 12, 13, 30], 30);
  expect(hiddenRange(dense, dense.steps, [10, 13])).toBeNull();
  expect(hiddenRange(dense, dense.steps, [40, 50])).toBeNull();
});

it('puts the points of the range in place of those that were kept of it', () => {
  const curve = curveOf([1, 10, 20, 30], 30);
  const refined = refinedBy(curve, curveOf([10, 12, 15, 20], 11));
  expect(refined.steps).toEqual([1, 10, 12, 15, 20, 30]);
  expect(refined.values).toEqual(refined.steps.map((step) => 1 / step));
  expect(refined.totalPoints).toBe(30);
  // What came after the range was fetched stays.
  expect(refinedBy(curveOf([1, 10, 20, 30, 31], 31), curveOf([20, 25, 30], 11)).steps).toEqual([
    1, 10, 20, 25, 30, 31,
  ]);
});
