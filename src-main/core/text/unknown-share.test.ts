import { describe, expect, it } from 'vitest';

import { unknownShares } from './unknown-share.ts';

/** Ranks 1 to 4 occur 50, 30, 15 and 5 times. */
const counts = [0, 50, 30, 15, 5];
const percents = (numWords: number[], unranked = 0) =>
  unknownShares(counts, unranked)(numWords).map(({ percent }) => percent);

describe('the share of unknown tokens', () => {
  it('keeps the ids below numWords: the word of rank 1 has id 4', () => {
    expect(percents([4, 5, 6, 7, 8, 9, 6000])).toEqual([100, 50, 20, 5, 0, 0, 0]);
  });

  it('is all of it where no word is kept', () => {
    expect(percents([1, 3])).toEqual([100, 100]);
  });

  it('counts tokens that no vocabulary holds', () => {
    expect(percents([5, 6000], 100)).toEqual([75, 50]);
  });

  it('is 0 of nothing', () => {
    expect(unknownShares([0], 0)([100])).toEqual([{ numWords: 100, percent: 0 }]);
  });
});
