import { describe, expect, it } from 'vitest';

import type { Diff } from '#contract/embedding-diff.ts';

import { agreementHeadline, agreementOf, agreementText } from './agreement-answer.ts';

type Pair = Diff['pairs'][number];

const figures = (heldOutCosine: number | null) => ({ heldOutCosine }) as Pair['figures'];

/** Held-out cosines: of the two tables, across pairs of seeds, and within the seeds of either side. */
function pairOf(
  first: number,
  second: number,
  { here = 0.6, across = 0.6, sides = null as [number, number] | null, chance = 0.02 } = {},
): Pair {
  return {
    first,
    second,
    isSameFrame: false,
    figures: figures(here),
    chance: figures(chance),
    floor:
      sides === null
        ? null
        : {
            within: figures((sides[0] + sides[1]) / 2),
            sides: [figures(sides[0]), figures(sides[1])],
            across: figures(across),
            isAtChance: Math.min(...sides) < 0.05,
          },
  } as Pair;
}

const names = ['A-CNN', 'A-LSTM', 'B'];
const nameOf = (table: number): string => names[table] ?? '';
const kindOf = (pair: Pair) => agreementOf(pair)?.kind;

describe('two tables', () => {
  it('are read next to chance and to two seeds', () => {
    expect(kindOf(pairOf(0, 1, { across: 0.79, sides: [0.8, 0.82] }))).toBe('seeds');
    expect(kindOf(pairOf(0, 1, { across: 0.6, sides: [0.8, 0.82] }))).toBe('less');
    expect(kindOf(pairOf(0, 1, { here: 0.2, across: 0.2, sides: [0.2, 0.22] }))).toBe('weakSeeds');
    expect(kindOf(pairOf(0, 1, { here: 0.05, across: 0.05, sides: [0.8, 0.82] }))).toBe('chance');
    expect(kindOf(pairOf(0, 1, { here: 0.04, across: 0.04, sides: [0.03, 0.5] }))).toBe('noise');
    expect(kindOf(pairOf(0, 1))).toBe('oneSeed');
    expect(kindOf(pairOf(0, 1, { here: 0.03 }))).toBe('chance');
  });

  it('that share their frame, or have no similarity, are not read', () => {
    expect(agreementOf({ ...pairOf(0, 1), isSameFrame: true })).toBeNull();
    expect(agreementOf({ ...pairOf(0, 1), figures: figures(null) })).toBeNull();
  });

  it('name the table whose own seeds agree least', () => {
    const agreement = agreementOf(pairOf(0, 2, { here: 0.04, across: 0.04, sides: [0.5, 0.03] }));
    expect(agreement?.seeds).toEqual([0.03, 0.5]);
    expect(agreement && agreementText(agreement, nameOf)).toBe(
      'Two seeds of B agree no better than chance.',
    );
  });
});

describe('a headline', () => {
  it('names the pair that agrees most, and the table that agrees with no other', () => {
    const pairs = [
      pairOf(0, 1, { here: 0.04, across: 0.04, sides: [0.8, 0.8] }),
      pairOf(0, 2, { here: 0.05, across: 0.05, sides: [0.8, 0.8] }),
      pairOf(1, 2, { across: 0.79, sides: [0.8, 0.8] }),
    ];
    expect(agreementHeadline({ pairs }, nameOf)).toEqual([
      'A-LSTM and B learned the same table up to a rotation.',
      'A-CNN is hardly more like the other tables than by chance.',
    ]);
  });

  it('is one sentence where all pairs are alike', () => {
    const pairs = [pairOf(0, 1), pairOf(0, 2), pairOf(1, 2)];
    expect(agreementHeadline({ pairs }, nameOf)).toEqual([
      'The three tables are more alike than by chance.',
    ]);
    expect(agreementHeadline({ pairs: [pairOf(0, 1)] }, nameOf)).toEqual([
      'A-CNN and A-LSTM are more alike than by chance.',
    ]);
    expect(agreementHeadline({ pairs: [] }, nameOf)).toEqual([]);
  });
});
