import fc from 'fast-check';
import { expect, it } from 'vitest';

import { intervalExtent, waterfallBars, waterfallExtent, type WaterfallPart } from './waterfall.ts';

const part = (value: number, half: number): WaterfallPart => ({
  label: String(value),
  value,
  interval: [value - half, value + half],
  isSettled: Math.abs(value) > half,
});

it('begins each part where the last ended, and ends where the total does', () => {
  const number = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1 }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      (values, half) => {
        const sum = values.reduce((a, b) => a + b, 0);
        const bars = waterfallBars(
          values.map((value) => part(value, half)),
          part(sum, half),
        );
        expect(bars.at(-2)?.to).toBeCloseTo(bars.at(-1)?.to ?? Number.NaN, 9);
        bars.slice(1, -1).forEach((bar, index) => expect(bar.from).toBe(bars[index]?.to));
        const [low, high] = waterfallExtent(bars);
        const [lowest, highest] = intervalExtent(bars);
        for (const bar of bars) {
          expect(Math.min(bar.from, bar.to)).toBeGreaterThanOrEqual(low);
          expect(Math.max(bar.from, bar.to)).toBeLessThanOrEqual(high);
          expect(Math.min(0, bar.interval?.[0] ?? 0)).toBeGreaterThanOrEqual(lowest);
          expect(Math.max(0, bar.interval?.[1] ?? 0)).toBeLessThanOrEqual(highest);
        }
      },
    ),
  );
});

it('is hollow where it is not settled', () => {
  const bars = waterfallBars([part(1, 0.5), part(-1, 0.5), part(0.1, 0.5)], part(0.1, 0.05));
  expect(bars.map(({ tone }) => tone)).toEqual(['better', 'worse', 'open', 'better']);
  // A part without an interval is its value alone.
  expect(intervalExtent([{ ...bars[0]!, interval: null }])).toEqual([-0.04, 1.04]);
  expect(waterfallExtent([])[0]).toBeLessThan(waterfallExtent([])[1]);
});
