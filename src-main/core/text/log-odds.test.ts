import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import fixture from './fixtures/log-odds.json' with { type: 'json' };
import { weightedLogOdds } from './log-odds.ts';

const zOf = (positive: number, negative: number, each = 1_000_000): number =>
  weightedLogOdds({ positive, negative }, { positive: each, negative: each })?.z ?? Number.NaN;

describe('weighted log-odds of a word', () => {
  it.each(fixture.words)(
    'agrees with decimals of 50 digits: $word',
    ({ positive, negative, logOdds, z }) => {
      const found = weightedLogOdds({ positive, negative }, fixture.totals);
      expect(found?.logOdds).toBeCloseTo(logOdds, 12);
      expect(found?.z).toBeCloseTo(z, 12);
    },
  );

  it('ranks what is frequent and one-sided above what is rare and only in one class', () => {
    expect(zOf(400, 100)).toBeGreaterThan(zOf(10, 0));
    expect(zOf(10, 0)).toBeGreaterThan(zOf(1, 0));
    // The old ranking would have put these first: their odds are infinite without a prior.
    expect(zOf(1, 0)).toBeLessThan(0.5);
    expect(zOf(100, 400)).toBeLessThan(zOf(0, 3));
  });

  it('is null where there is nothing to compare', () => {
    expect(weightedLogOdds({ positive: 3, negative: 0 }, { positive: 9, negative: 0 })).toBeNull();
    expect(weightedLogOdds({ positive: 0, negative: 0 }, { positive: 9, negative: 9 })).toBeNull();
    expect(weightedLogOdds({ positive: 9, negative: 9 }, { positive: 9, negative: 9 })).toBeNull();
  });

  it('changes its sign, and nothing else, where the classes change places', () => {
    const counts = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(counts, counts, counts, counts, (p, n, moreP, moreN) => {
        fc.pre(p + n > 0 && moreP > 0 && moreN > 0);
        const all = { positive: p + moreP, negative: n + moreN };
        const forwards = weightedLogOdds({ positive: p, negative: n }, all);
        const backwards = weightedLogOdds(
          { positive: n, negative: p },
          { positive: all.negative, negative: all.positive },
        );
        expect(backwards?.logOdds).toBeCloseTo(-(forwards?.logOdds ?? Number.NaN), 9);
        expect(backwards?.z).toBeCloseTo(-(forwards?.z ?? Number.NaN), 9);
      }),
    );
  });
});
