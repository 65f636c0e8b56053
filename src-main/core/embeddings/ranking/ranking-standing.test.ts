import { describe, expect, test } from 'vitest';

import type { Diff } from '#contract/embedding-diff.ts';

import {
  buildPair as pair,
  reliabilityOf as reliability,
  someFloor as floor,
  tableFigures as figures,
} from '../../../testing/builders/build-pair.ts';
import { rankingText } from './ranking-text.ts';
import { mayNameWords, rankingStanding } from './ranking-standing.ts';
import { measuresOf, tableFigureText } from '../table-figures.ts';

const table = (variant: 'A' | 'B', branch: 'lstm' | 'shared') =>
  ({ name: variant, variant, branch, seed: 1 }) as Diff['tables'][number];
const tables = [table('A', 'lstm'), table('B', 'shared')];

describe('a ranking of words', () => {
  const kindOf = (override: Parameters<typeof pair>[0]) => {
    const standing = rankingStanding(pair(override), 'alignedCosine');
    return [standing.kind, mayNameWords(standing), rankingText(tables, pair(override)).length > 0];
  };

  test('names words from a reliability of 0.3 on, and says what it is', () => {
    expect(kindOf({ rankingReliability: reliability(0.3) })).toEqual(['reliable', true, true]);
    expect(kindOf({ rankingReliability: reliability(0.29) })).toEqual(['unreliable', false, true]);
    expect(kindOf({ rankingReliability: reliability(null) })).toEqual(['unreliable', false, true]);
    // Where no words are listed the figure is said once, under one name.
    const noise = rankingText(tables, pair({ rankingReliability: reliability(0.02) }));
    expect(noise).toHaveLength(1);
    expect(noise[0]).toMatch(/^No words are listed\. .* correlation of only 0\.02 /);
    const [good] = rankingText(tables, pair({ rankingReliability: reliability(0.35) }));
    const ranked = 'by their extra change between';
    for (const text of [noise[0], good])
      for (const part of [ranked, '-0.10', '0.60', '6', '4 seeds of A-LSTM', '5 of B'])
        expect(text?.replace('−', '-')).toContain(part);
    expect(good).toContain('0.35');
  });

  test('names none where seeds of a variant have nothing in common, however they repeat', () => {
    const atChance = { floor: { ...floor, isAtChance: true } };
    expect(kindOf({ ...atChance, rankingReliability: reliability(0.8) })[1]).toBe(false);
  });

  test('names none that nobody has checked', () => {
    expect(kindOf({ rankingReliability: null })).toEqual(['unchecked', false, true]);
    expect(kindOf({ floor: null, floorGap: 'oneSeed' })).toEqual(['unchecked', false, true]);
    expect(kindOf({ floor: null, floorGap: 'outside' })).toEqual(['unchecked', false, true]);
    expect(kindOf({ floor: null, floorGap: 'sameVariant' })).toEqual(['unchecked', false, true]);
    // As earlier versions have stored it.
    expect(kindOf({})).toEqual(['unchecked', false, true]);
    expect(rankingStanding(pair({}), 'alignedCosine')).toMatchObject({ why: 'earlier' });
  });

  test('of two epochs of one run is a fact: no seed enters', () => {
    expect(kindOf({ floor: null, floorGap: 'sameRun' })).toEqual(['plain', true, false]);
  });
});

describe('a figure of whole tables', () => {
  const standardErrors = {
    heldOutCosine: 0.0012,
    chance: { ...figures(0.011), meanJaccard10: null },
  };
  const exact = (value: number) => value.toFixed(4);

  test('that was drawn has two digits and its standard error, rounded up', () => {
    const of = pair({ standardErrors });
    expect(tableFigureText(of, 'heldOutCosine', 'figures', 0.42417, exact)).toBe('0.42 ± 0.01');
    expect(tableFigureText(of, 'rsa', 'chance', 0.19234, exact)).toBe('0.19 ± 0.02');
    expect(tableFigureText(of, 'heldOutCosine', 'floor', 0.42417, exact)).toBe('0.42');
  });

  test('that is exact keeps its digits', () => {
    const of = pair({ standardErrors });
    expect(tableFigureText(of, 'rsa', 'figures', 0.19234, exact)).toBe('0.1923');
    expect(tableFigureText(of, 'meanJaccard10', 'chance', 0.00134, exact)).toBe('0.0013');
    const fixed = { standardErrors: { ...standardErrors, heldOutCosine: 0 } };
    expect(tableFigureText(fixed, 'heldOutCosine', 'figures', 1, exact)).toBe('1.00');
  });

  test('of an earlier version has no error, and no mean of second-order similarity', () => {
    expect(tableFigureText(pair({}), 'rsa', 'chance', 0.19234, exact)).toBe('0.19');
    expect(measuresOf(pair({}))).not.toContain('meanSecondOrder');
    expect(measuresOf(pair({ standardErrors }))).toContain('meanSecondOrder');
    expect(measuresOf(pair({ standardErrors }))).not.toContain('procrustesDistance');
  });
});
