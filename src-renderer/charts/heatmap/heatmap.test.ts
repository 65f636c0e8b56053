import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hitTest, layoutOf, rowHeight, visibleRows, wholeWidth } from './layout.ts';
import { decodeValues, nextTokenRow, valueAt, type HeatmapRow } from './model.ts';

const token = (index: number): HeatmapRow => ({
  kind: 'token',
  index,
  position: index,
  word: 'w',
  id: 9,
  token: 'word',
});

describe('model', () => {
  it('decodes float32 little-endian base64 exactly', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 40 }), (values) => {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        const base64 = btoa(String.fromCharCode(...bytes));
        expect(decodeValues(base64)).toEqual(values);
      }),
    );
  });

  it('finds a value, and none for folded rows or axes a narrower table lacks', () => {
    const panel = {
      panelId: 'p',
      label: '',
      colour: 'b',
      dims: 2,
      values: Float32Array.of(1, 2, 3, 4),
    };
    expect(valueAt(panel, token(1), 0)).toBe(3);
    expect(valueAt(panel, token(1), 2)).toBeNull();
    expect(valueAt(panel, { kind: 'fold', text: '' }, 0)).toBeNull();
  });

  it('steps over folded rows and stays at the ends', () => {
    const rows: HeatmapRow[] = [{ kind: 'fold', text: '' }, token(0), token(1)];
    expect(nextTokenRow(rows, 1, -1)).toBe(1);
    expect(nextTokenRow(rows, 1, 1)).toBe(2);
    expect(nextTokenRow(rows, 1, 99)).toBe(2);
    expect(nextTokenRow(rows, 2, -99)).toBe(1);
    expect(nextTokenRow([], 0, 1)).toBe(0);
  });
});

describe('layout', () => {
  it('shows all axes where they fit, else scrolls them together', () => {
    expect(layoutOf(1000, [16, 16]).hiddenColumns).toBe(0);
    const narrow = layoutOf(780, [300, 300, 300]);
    expect(narrow.cellWidth).toBe(6);
    expect(narrow.panels[0]?.columns).toBe(35);
    expect(narrow.hiddenColumns).toBe(265);
  });

  it('fills the width with few axes, and keeps heads readable', () => {
    const few = layoutOf(780, [8, 8, 8]);
    const right = few.panels[2];
    expect((right?.left ?? 0) + (right?.width ?? 0)).toBeGreaterThan(740);
    expect(layoutOf(780, [2, 2, 2]).panels[0]?.width).toBe(208);
  });

  it('gives long words room, within bounds', () => {
    expect(layoutOf(780, [8], 0).tokenWidth).toBe(112);
    expect(layoutOf(780, [8], 140.2).tokenWidth).toBe(141);
    expect(layoutOf(780, [8], 400).tokenWidth).toBe(168);
  });

  it('never lets panels overlap or leave the width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 500, max: 2000 }),
        fc.array(fc.integer({ min: 2, max: 1024 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 300 }),
        (width, dims, words) => {
          const { panels, cellWidth, tokenWidth } = layoutOf(width, dims, words);
          panels.forEach(({ left, columns, width: headWidth }, i) => {
            const right = left + Math.max(columns * cellWidth, headWidth);
            expect(left).toBeGreaterThanOrEqual(tokenWidth);
            expect(right).toBeLessThanOrEqual(panels[i + 1]?.left ?? width);
          });
        },
      ),
    );
  });

  it('hits the cell that is drawn there', () => {
    const layout = layoutOf(780, [64, 64]);
    const second = layout.panels[1];
    const point = { x: (second?.left ?? 0) + layout.cellWidth * 3 + 1, y: 5 };
    expect(hitTest(layout, point, { top: 10 * rowHeight, firstAxis: 4 }, 50)).toEqual({
      row: 10,
      panel: 1,
      axis: 7,
    });
    expect(hitTest(layout, { x: 10, y: 5 }, { top: 0, firstAxis: 0 }, 50)).toEqual({
      row: 0,
      panel: null,
      axis: null,
    });
    expect(hitTest(layout, { x: 10, y: 5000 }, { top: 0, firstAxis: 0 }, 50)).toBeNull();
  });

  it('draws what is visible only', () => {
    expect(visibleRows(0, 170, 950)).toEqual([0, 10]);
    expect(visibleRows(17 * 940 + 3, 170, 950)).toEqual([940, 950]);
  });
});

it('is wide enough for a picture when no axis is hidden', () => {
  for (const dims of [[300, 64, 300], [32], [4, 8]])
    expect(layoutOf(wholeWidth(dims, 130), dims, 130).hiddenColumns).toBe(0);
  expect(layoutOf(wholeWidth([300], 130) - 20, [300], 130).hiddenColumns).toBeGreaterThan(0);
});
