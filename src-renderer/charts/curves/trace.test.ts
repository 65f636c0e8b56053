import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { traceLine } from './trace.ts';

function traced(
  xs: readonly number[],
  ys: readonly number[],
  scale = 1,
  window: readonly [number, number] = [-Infinity, Infinity],
) {
  const parts: [number, number][][] = [];
  const pen = {
    moveTo: (x: number, y: number) => parts.push([[x, y]]),
    lineTo: (x: number, y: number) => parts.at(-1)?.push([x, y]),
  };
  traceLine(
    pen,
    xs,
    ys,
    (x) => x * scale,
    (y) => y,
    window,
  );
  return parts;
}

describe('a traced line', () => {
  it('breaks where a value is not finite', () => {
    expect(traced([1, 2, 3, 4, 5], [1, 2, NaN, 4, Infinity])).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [[4, 4]],
    ]);
  });

  it('goes one point beyond the window at each side', () => {
    expect(traced([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 1, [2.5, 3.5])).toEqual([
      [
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    ]);
  });

  it('of many points to a pixel visits few, and reaches the same lowest and highest in each column', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(NaN)), {
      minLength: 200,
      maxLength: 2000,
    });
    fc.assert(
      fc.property(values, (ys) => {
        const xs = ys.map((_, index) => index);
        const points = traced(xs, ys, 0.02).flat();
        const columns = new Map<number, number[]>();
        ys.forEach((y, index) => {
          if (!Number.isFinite(y)) return;
          const column = Math.round(index * 0.02);
          columns.set(column, [...(columns.get(column) ?? []), y]);
        });
        for (const [column, all] of columns) {
          const drawn = points.filter(([x]) => x === column).map(([, y]) => y);
          expect(Math.min(...drawn)).toBe(Math.min(...all));
          expect(Math.max(...drawn)).toBe(Math.max(...all));
        }
      }),
    );
    const many = Array.from({ length: 10_000 }, (_, index) => Math.sin(index));
    expect(
      traced(
        many.map((_, index) => index),
        many,
        0.03,
      ).flat().length,
    ).toBeLessThan(1300);
  });
});
