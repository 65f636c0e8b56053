import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { coverageTable, lengthHistogram, percentOf } from './coverage.ts';

describe('coverageTable', () => {
  it('counts lengths up to and including each step', () => {
    expect(coverageTable([5, 10, 10, 11], { from: 5, to: 15, step: 5 })).toEqual([
      { maxLength: 5, percent: 25 },
      { maxLength: 10, percent: 75 },
      { maxLength: 15, percent: 100 },
    ]);
  });

  it('never falls, and is 100 from the longest on', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (lengths) => {
        const percents = coverageTable(lengths, { from: 1, to: 300, step: 7 }).map(
          (point) => point.percent,
        );
        expect(percents).toEqual(percents.toSorted((a, b) => a - b));
        expect(coverageTable(lengths, { from: 300, to: 300, step: 1 })).toEqual([
          { maxLength: 300, percent: 100 },
        ]);
      }),
    );
  });

  it('is 0 for an empty split', () => {
    expect(coverageTable([], { from: 1, to: 2, step: 1 }).map((point) => point.percent)).toEqual([
      0, 0,
    ]);
  });
});

describe('lengthHistogram', () => {
  it('puts what is beyond the last bin into it', () => {
    expect(lengthHistogram([1, 9, 10, 25, 400], 10, 3)).toEqual({
      binWidth: 10,
      counts: [2, 1, 2],
      longest: 400,
      median: 10,
      mean: 89,
    });
  });

  it('takes the middle of an even number, and bears no lengths', () => {
    expect(lengthHistogram([1, 2, 4, 8], 5, 2).median).toBe(3);
    expect(lengthHistogram([], 5, 2)).toMatchObject({ counts: [0, 0], longest: 0, mean: 0 });
  });
});

it('percentOf rounds to three decimals', () => {
  expect(percentOf(2826, 25_000)).toBe(11.304);
  expect(percentOf(1, 3)).toBe(33.333);
  expect(percentOf(0, 0)).toBe(0);
});
