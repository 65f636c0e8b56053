import { describe, expect, it } from 'vitest';

import { chooseRows } from './row-choice.ts';

const labels = (count: number) =>
  Uint8Array.from({ length: count }, (_, row) => ((row * 7) % 3 === 0 ? 1 : 0));
const splits = { train: labels(300), test: labels(200) };
const fixed = { subset: 'fixed', seed: 1 } as const;
const positives = (rows: Int32Array, of: Uint8Array) =>
  [...rows].filter((row) => of[row] === 1).length;

describe('chooseRows', () => {
  it('takes everything without a limit and validates on test when asked', () => {
    const rows = chooseRows(splits, { limit: 'none', validation: 'test', ...fixed }, 'hash');
    expect(rows.train).toHaveLength(300);
    expect(rows.validation).toBe(rows.test);
    expect(rows.validationSplit).toBe('test');
  });

  it('limits every split to half positive, one more negative where odd', () => {
    const rows = chooseRows(splits, { limit: 33, validation: 'test', ...fixed }, 'hash');
    expect(rows.train).toHaveLength(33);
    expect(positives(rows.train, splits.train)).toBe(16);
    expect(positives(rows.test, splits.test)).toBe(16);
    expect([...rows.train]).toEqual([...rows.train].toSorted((a, b) => a - b));
  });

  it('depends on the dataset, and a larger limit contains a smaller one', () => {
    const of = (limit: number, hash: string) =>
      chooseRows(splits, { limit, validation: 'test', ...fixed }, hash).train;
    expect(of(40, 'a')).not.toEqual(of(40, 'b'));
    expect(of(40, 'a')).toEqual(of(40, 'a'));
    const large = new Set(of(80, 'a'));
    expect([...of(40, 'a')].every((row) => large.has(row))).toBe(true);
  });

  it('cuts a stratified hold-out from the limited train split', () => {
    const rows = chooseRows(splits, { limit: 100, validation: 0.2, ...fixed }, 'hash');
    expect(rows.validationSplit).toBe('train');
    expect(rows.validation).toHaveLength(20);
    expect(positives(rows.validation, splits.train)).toBe(10);
    expect(rows.train).toHaveLength(80);
    expect(new Set([...rows.train, ...rows.validation]).size).toBe(100);
  });

  it('says what to do where a dataset has no validation split', () => {
    expect(() =>
      chooseRows(splits, { limit: 'none', validation: 'own', ...fixed }, 'hash'),
    ).toThrow('no validation split');
  });
});

describe('a training sample for each seed', () => {
  const own = { ...splits, validation: labels(120) };
  const of = (seed: number, subset: 'fixed' | 'seed' = 'seed', validation: 0.2 | 'own' = 0.2) =>
    chooseRows(own, { limit: 100, validation, subset, seed }, 'hash');

  it('is drawn anew, the hold-out too, while the test rows stay', () => {
    const [one, two] = [of(1), of(2)];
    expect(one.train).not.toEqual(two.train);
    expect(one.validation).not.toEqual(two.validation);
    expect(one.test).toEqual(two.test);
    expect(one.test).toEqual(of(1, 'fixed').test);
  });

  it('is the same for all runs of one seed', () => {
    expect(of(3)).toEqual(of(3));
  });

  it('has half of each label in the sample and in the hold-out', () => {
    for (const seed of [1, 2, 3]) {
      const { train, validation } = of(seed);
      expect([train.length, validation.length]).toEqual([80, 20]);
      expect([positives(train, splits.train), positives(validation, splits.train)]).toEqual([
        40, 10,
      ]);
      expect(new Set([...train, ...validation]).size).toBe(100);
    }
  });

  it('draws the hold-out of all reviews anew where there is no limit', () => {
    const all = (seed: number) =>
      chooseRows(splits, { limit: 'none', validation: 0.2, subset: 'seed', seed }, 'hash');
    expect(all(1).validation).not.toEqual(all(2).validation);
    expect(all(1).test).toHaveLength(200);
  });

  it('keeps a validation split of the dataset’s own', () => {
    expect(of(1, 'seed', 'own').validation).toEqual(of(2, 'seed', 'own').validation);
  });

  it('is the same for all seeds where it is fixed, as it always was', () => {
    expect(of(1, 'fixed')).toEqual(of(2, 'fixed'));
    // Of the version before the field.
    expect([...of(1, 'fixed').train.slice(0, 6)]).toEqual([3, 5, 10, 15, 16, 18]);
  });
});
