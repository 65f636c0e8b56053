import { describe, expect, it } from 'vitest';

import type { RunStyle } from '#core/charts/style-of-run.ts';
import { leftOut, xExtent, yExtent } from './extent.ts';
import { endX, nearestIndex, rowsAt, snapX, stepX } from './hover.ts';
import { labelledLines, placeLabels } from './labels.ts';
import type { CurveLine } from './model.ts';

const style: RunStyle = { colour: 'a', dash: [], mark: 'circle', isLegibleAsText: true };

function buildLine(override: Partial<CurveLine> = {}): CurveLine {
  const y = override.y ?? [0.6, 0.5, 0.4];
  return {
    lineId: 'r1:validation',
    runId: 'r1',
    label: 'A seed 1',
    name: 'A seed 1, 500 tokens',
    style,
    role: 'validation',
    x: y.map((_, i) => i + 1),
    y,
    bestIndex: null,
    end: 'plain',
    broken: null,
    gaps: [],
    smoothed: null,
    totalPoints: y.length,
    ...override,
  };
}

describe('extent', () => {
  it('covers all lines and the place of a NaN', () => {
    expect(xExtent([buildLine(), buildLine({ broken: { x: 5.2, label: 'NaN' } })])).toEqual([
      1, 5.2,
    ]);
    expect(xExtent([])).toBeNull();
  });

  it('lets early outliers of a loss leave the axis and counts them', () => {
    const y = [5, 0.5, 0.45, 0.42, 0.4, 0.39, 0.38, 0.37, 0.36, 0.36, 0.35, 0.35, 0.36];
    const extent = yExtent([buildLine({ y })], null, 'lower', false);
    expect(extent?.high).toBeLessThan(1);
    expect(extent?.above).toBe(1);
    const higher = yExtent([buildLine({ y })], null, 'none', false);
    expect(higher?.above).toBe(0);
  });

  it('never cuts the last or the best point', () => {
    const y = [...Array.from({ length: 20 }, () => 0.3), 0.31, 9];
    const extent = yExtent([buildLine({ y })], null, 'lower', false);
    expect(extent?.high).toBeGreaterThanOrEqual(9);
  });

  it('is not flattened by a run that went far off, and says so', () => {
    const far = buildLine({ lineId: 'far', y: [0.7, 2, 20, 20] });
    const near = buildLine({ y: [0.6, 0.4, 0.35, 0.36] });
    expect(yExtent([near, far], null, 'lower', false)).toMatchObject({
      above: 4,
      hasOutliers: true,
    });
    expect(yExtent([near, far], null, 'lower', false)?.high).toBeLessThan(1);
    expect(yExtent([near, far], null, 'lower', false, true)).toMatchObject({
      above: 0,
      hasOutliers: true,
    });
    expect(yExtent([near, far], null, 'lower', false, true)?.high).toBeGreaterThanOrEqual(20);
    const guessing = buildLine({ lineId: 'guessing', y: [0.5, 0.5, 0.5, 0.5] });
    const learning = buildLine({ y: [0.86, 0.87, 0.872, 0.871] });
    expect(yExtent([learning, guessing], null, 'higher', false)).toMatchObject({ below: 4 });
  });

  it('keeps what is merely worse, most of the lines, and a run alone', () => {
    const near = buildLine({ y: [0.34, 0.31, 0.3] });
    expect(yExtent([near, buildLine({ y: [0.9, 0.85, 0.8] })], null, 'lower', false)?.above).toBe(
      0,
    );
    const far = buildLine({ y: [20, 21, 22] });
    expect(yExtent([near, far, far], null, 'lower', false)?.above).toBe(0);
    expect(yExtent([buildLine({ y: [0.3, 0.4, 20] })], null, 'lower', false)?.above).toBe(0);
  });

  it('ignores NaN and, on a log axis, what has no logarithm', () => {
    expect(yExtent([buildLine({ y: [NaN, Infinity] })], null, 'lower', false)).toBeNull();
    expect(yExtent([buildLine({ y: [0, 0.1, 1] })], null, 'none', true)).toMatchObject({
      low: 0.1,
      high: 1,
    });
  });

  it('gives no room to what cannot be', () => {
    expect(yExtent([buildLine({ y: [0.6, 0.01] })], null, 'lower', false)?.low).toBe(0);
    expect(yExtent([buildLine({ y: [0.6, 0.998] })], null, 'higher', false)?.high).toBe(1);
  });

  it('looks at the window only', () => {
    const extent = yExtent([buildLine({ y: [9, 0.5, 0.4] })], [2, 3], 'none', false);
    expect(extent?.high).toBeLessThan(1);
  });

  it('says what downsampling left out', () => {
    expect(leftOut([buildLine({ totalPoints: 51 }), buildLine()])).toEqual({
      hidden: 48,
      total: 54,
    });
  });
});

describe('hover', () => {
  it('snaps to the nearest point of any line', () => {
    expect(snapX([buildLine(), buildLine({ x: [1.4, 2.4, 3.4] })], 2.3)).toBe(2.4);
    expect(snapX([], 1)).toBeNull();
    expect(nearestIndex([1, 2, 10], 7)).toBe(2);
  });

  it('steps through all points and stays at the ends', () => {
    const lines = [buildLine(), buildLine({ x: [1.5, 2.5, 3.5] })];
    expect(stepX(lines, 1, 1)).toBe(1.5);
    expect(stepX(lines, 1, -1)).toBe(1);
    expect(stepX(lines, null, 1)).toBe(1);
    expect(endX(lines, 'first')).toBe(1);
    expect(endX(lines, 'last')).toBe(3.5);
    expect(endX([], 'last')).toBeNull();
  });

  it('lists the nearest line first and leaves out those without a point there', () => {
    const near = buildLine({ lineId: 'near', y: [0.5, 0.5, 0.5] });
    const far = buildLine({ lineId: 'far', y: [0.9, 0.9, 0.9] });
    const short = buildLine({ lineId: 'short', x: [1], y: [0.5] });
    expect(rowsAt([far, near, short], 3, 0.45, 0.5).map((row) => row.line.lineId)).toEqual([
      'near',
      'far',
    ]);
  });
});

describe('labels', () => {
  it('labels a run once, at its validation line', () => {
    const lines = [buildLine({ role: 'train', lineId: 't' }), buildLine()];
    expect(labelledLines(lines, null).map((line) => line.lineId)).toEqual(['r1:validation']);
  });

  it('labels the extreme and the focused of many', () => {
    const lines = Array.from({ length: 12 }, (_, i) =>
      buildLine({ runId: `r${i}`, lineId: `r${i}`, y: [1, i / 10] }),
    );
    expect(labelledLines(lines, 'r5').map((line) => line.lineId)).toEqual(['r0', 'r5', 'r11']);
  });

  it('places at the last finite point, 14 px apart', () => {
    const lines = [buildLine({ y: [1, 2, NaN] }), buildLine({ y: [1, 2, 2] })];
    const placed = placeLabels(lines, { x: (x) => x * 10, y: (y) => 100 - y * 10 }, 0, 100);
    expect(placed[0]).toMatchObject({ endX: 20, endY: 80, labelY: 73 });
    expect(placed[1]).toMatchObject({ endX: 30, endY: 80, labelY: 87 });
  });
});
