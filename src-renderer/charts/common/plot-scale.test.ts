import { expect, it } from 'vitest';

import { plotScale } from './plot-scale.ts';

it('puts numbers on a linear axis of round ends', () => {
  const scale = plotScale([0.81, 0.87, null, NaN]);
  expect(scale.kind).toBe('linear');
  expect(scale.share(0.87)).toBeGreaterThan(0.9);
  expect(scale.share(0.81)).toBeLessThan(0.1);
  expect(scale.share(null)).toBeNull();
  expect(scale.share(NaN)).toBeNull();
  expect(scale.numberAt(scale.share(0.85) ?? NaN)).toBeCloseTo(0.85, 12);
});

it('takes factors for numbers over decades, and never for zero', () => {
  const scale = plotScale([0.0001, 0.001, 0.01]);
  expect(scale.kind).toBe('log');
  expect(scale.share(0.001)).toBeCloseTo(0.5, 12);
  expect(scale.ticks.map(({ value }) => value)).toContain(0.001);
  expect(plotScale([0, 0.01]).kind).toBe('linear');
});

it('takes factors where the values were drawn as such, and not where they are even', () => {
  expect(plotScale([0.001, 0.0018, 0.003, 0.0055, 0.01]).kind).toBe('log');
  expect(plotScale([16, 32, 64, 128]).kind).toBe('log');
  expect(plotScale([1, 5, 10, 15, 20]).kind).toBe('linear');
  expect(plotScale([1, 9]).kind).toBe('linear');
});

it('puts words at equal distances, numbers among them first', () => {
  const scale = plotScale(['none', 5, 12, 'none']);
  expect(scale.kind).toBe('words');
  expect(scale.ticks.map(({ value }) => value)).toEqual([5, 12, 'none']);
  expect(scale.share(12)).toBe(0.5);
  expect(scale.share(7)).toBeNull();
});

it('has an axis even without values', () => {
  const scale = plotScale([null]);
  expect(scale.share(0.5)).toBe(0.5);
  expect(scale.ticks.length).toBeGreaterThan(1);
});
