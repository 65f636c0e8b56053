import fc from 'fast-check';
import { expect, it } from 'vitest';

import { offsetsOf, visiblePieces } from './virtual-list.ts';

const heights = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 300 });
const views = fc.record({
  top: fc.integer({ min: 0, max: 9000 }),
  height: fc.integer({ min: 1, max: 900 }),
});

it('takes as much room as all rows do, each in its place', () => {
  fc.assert(
    fc.property(heights, views, fc.integer({ min: 0, max: 299 }), (sizes, view, keep) => {
      const offsets = offsetsOf(sizes);
      let end = 0;
      for (const piece of visiblePieces(offsets, view, keep)) {
        if (piece.kind === 'row') expect(offsets[piece.index]).toBe(end);
        end += piece.kind === 'gap' ? piece.height : (sizes[piece.index] ?? NaN);
      }
      expect(end).toBe(offsets.at(-1));
    }),
  );
});

it('draws every row in view, and the one with the focus', () => {
  fc.assert(
    fc.property(heights, views, fc.integer({ min: 0, max: 299 }), (sizes, view, keep) => {
      const offsets = offsetsOf(sizes);
      const drawn = new Set(
        visiblePieces(offsets, view, keep).flatMap((piece) =>
          piece.kind === 'row' ? [piece.index] : [],
        ),
      );
      sizes.forEach((size, index) => {
        const start = offsets[index] ?? 0;
        const isInView = start + size > view.top && start < view.top + view.height;
        if (isInView || index === keep) expect(drawn).toContain(index);
      });
    }),
  );
});

it('draws few of many', () => {
  const offsets = offsetsOf(Array.from({ length: 1000 }, () => 28));
  const rows = visiblePieces(offsets, { top: 14_000, height: 560 }, 3).filter(
    ({ kind }) => kind === 'row',
  );
  expect(rows.length).toBeLessThan(45);
});
