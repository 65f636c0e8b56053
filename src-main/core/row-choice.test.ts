import { describe, expect, it } from 'vitest';

import { chooseRows } from './row-choice.ts';

const labels = (count: number) =>
  Uint8Array.from({ length: count }, (_, row) => ((row * 7) % 3 === 0 ? 1 : 0));
const splits = { train: labels(300), test: labels(200) };
const positives = (rows: Int32Array, of: Uint8Array) =>
  [...rows].filter((row) => of[row] === 1).length;

describe('chooseRows', () => {
  it('takes everything without a limit and validates on test when asked', () => {
    const rows = chooseRows(splits, { limit: 'none', validation: 'test' }, 'hash');
    expect(rows.train).toHaveLength(300);
    expect(rows.validation).toBe(rows.test);
    expect(rows.validationSplit).toBe('test');
  });

  it('limits every split to half positive, one more negative where odd', () => {
    const rows = chooseRows(splits, { limit: 33, validation: 'test' }, 'hash');
    expect(rows.train).toHaveLength(33);
    expect(positives(rows.train, splits.train)).toBe(16);
    expect(positives(rows.test, splits.test)).toBe(16);
    expect([...rows.train]).toEqual([...rows.train].toSorted((a, b) => a - b));
  });

  it('depends on the dataset, and a larger limit contains a smaller one', () => {
    const of = (limit: number, hash: string) =>
      chooseRows(splits, { limit, validation: 'test' }, hash).train;
    expect(of(40, 'a')).not.toEqual(of(40, 'b'));
    expect(of(40, 'a')).toEqual(of(40, 'a'));
    const large = new Set(of(80, 'a'));
    expect([...of(40, 'a')].every((row) => large.has(row))).toBe(true);
  });

  it('cuts a stratified hold-out from the limited train split', () => {
    const rows = chooseRows(splits, { limit: 100, validation: 0.2 }, 'hash');
    expect(rows.validationSplit).toBe('train');
    expect(rows.validation).toHaveLength(20);
    expect(positives(rows.validation, splits.train)).toBe(10);
    expect(rows.train).toHaveLength(80);
    expect(new Set([...rows.train, ...rows.validation]).size).toBe(100);
  });

  it('says what to do where a dataset has no validation split', () => {
    expect(() => chooseRows(splits, { limit: 'none', validation: 'own' }, 'hash')).toThrow(
      'no validation split',
    );
  });
});
