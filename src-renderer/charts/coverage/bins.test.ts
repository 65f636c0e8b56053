import { describe, expect, it } from 'vitest';

import { axisEnd, coarser } from './bins.ts';

describe('bins', () => {
  it('loses nothing when they are put together', () => {
    expect(coarser([1, 2, 3, 4, 5], 2)).toEqual([3, 7, 5]);
  });

  it('ends the axis at a round length that shows 99 %', () => {
    const counts = new Array<number>(401).fill(0);
    counts[40] = 990;
    counts[200] = 5;
    counts[400] = 5;
    expect(axisEnd(counts, 5, 2400)).toBe(225);
    expect(axisEnd([0, 0, 10, 0], 5, 14)).toBe(15);
  });

  it('ends the axis before the bin of all that is longer than what is counted', () => {
    const counts = new Array<number>(401).fill(0);
    counts[400] = 10;
    expect(axisEnd(counts, 5, 9000)).toBe(2000);
  });
});
