import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { logOdds } from './log-odds.ts';

describe('log-odds of a word', () => {
  it('follows the formula', () => {
    // p = 30, n = 10, P = 1000, N = 2000, V = 100: ln(30.5 / 1019.5) - ln(10.5 / 2039.5)
    const value = logOdds({ positive: 30, negative: 10 }, { positive: 1000, negative: 2000 }, 100);
    expect(value).toBeCloseTo(-3.509341 + 5.269085, 5);
  });

  it('is finite for a word of one class, and nearer to 0 the rarer it is', () => {
    const all = { positive: 10_000, negative: 10_000 };
    const rare = logOdds({ positive: 1, negative: 0 }, all, 500) ?? Number.NaN;
    const often = logOdds({ positive: 100, negative: 0 }, all, 500) ?? Number.NaN;
    expect(rare).toBeGreaterThan(0);
    expect(often).toBeGreaterThan(rare);
    expect(often).toBeLessThan(Infinity);
  });

  it('is null where there is nothing to compare', () => {
    expect(logOdds({ positive: 3, negative: 0 }, { positive: 9, negative: 0 }, 3)).toBeNull();
    expect(logOdds({ positive: 0, negative: 0 }, { positive: 9, negative: 9 }, 3)).toBeNull();
    expect(logOdds({ positive: 9, negative: 9 }, { positive: 9, negative: 9 }, 1)).toBeNull();
  });

  it('changes its sign, and nothing else, where the classes change places', () => {
    const counts = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(counts, counts, counts, counts, (p, n, moreP, moreN) => {
        fc.pre(p + n > 0 && p + moreP > 0 && n + moreN > 0);
        const all = { positive: p + moreP, negative: n + moreN };
        const forwards = logOdds({ positive: p, negative: n }, all, 50);
        const backwards = logOdds({ positive: n, negative: p }, { positive: all.negative, negative: all.positive }, 50);
        expect(backwards).toBeCloseTo(-(forwards ?? Number.NaN), 9);
      }),
    );
  });
});
