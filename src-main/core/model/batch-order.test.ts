import { describe, expect, it } from 'vitest';

import { epochOrder, orderByLength, stepsPerEpoch } from './batch-order.ts';

describe('epochOrder', () => {
  it('differs by epoch and seed and repeats', () => {
    expect(epochOrder(50, 1, 1)).toEqual(epochOrder(50, 1, 1));
    expect(epochOrder(50, 1, 1)).not.toEqual(epochOrder(50, 1, 2));
    expect(epochOrder(50, 1, 1)).not.toEqual(epochOrder(50, 2, 1));
    expect(new Set(epochOrder(50, 1, 1)).size).toBe(50);
  });
});

describe('stepsPerEpoch', () => {
  it('keeps the last partial batch', () => {
    expect(stepsPerEpoch(10, 5)).toBe(2);
    expect(stepsPerEpoch(11, 5)).toBe(3);
  });
});

describe('orderByLength', () => {
  it('sorts by length, then by row', () => {
    expect([...orderByLength([5, 2, 5, 1])]).toEqual([3, 1, 0, 2]);
  });
});
