import fc from 'fast-check';
import { expect, it } from 'vitest';

import { pushApart } from './push-apart.ts';

it('leaves labels with room where they are', () => {
  expect(pushApart([10, 60, 30], 14, 0, 100)).toEqual([10, 60, 30]);
});

it('spreads a crowd around its middle', () => {
  expect(pushApart([50, 50, 50], 14, 0, 100)).toEqual([36, 50, 64]);
});

it('keeps the gap, the bounds and the order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { minLength: 1, maxLength: 30 }),
      (wishes) => {
        const placed = pushApart(wishes, 14, 0, 200);
        const room = wishes.length > 1 ? Math.min(14, 200 / (wishes.length - 1)) : 14;
        const rank = wishes
          .map((_, i) => i)
          .sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0) || a - b);
        rank.forEach((index, i) => {
          const y = placed[index] ?? NaN;
          expect(y).toBeGreaterThanOrEqual(-1e-9);
          expect(y).toBeLessThanOrEqual(200 + 1e-9);
          const before = rank[i - 1];
          if (before !== undefined)
            expect(y - (placed[before] ?? NaN)).toBeGreaterThanOrEqual(room - 1e-9);
        });
      },
    ),
  );
});
