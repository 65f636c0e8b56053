import { expect, it } from 'vitest';

import type { Diff } from '#contract/embedding-diff.ts';

import { variantName } from './floor-sides.ts';

type Table = Diff['tables'][number];
const named = (...tables: readonly Pick<Table, 'name' | 'variant' | 'branch' | 'seed'>[]) => {
  const all = tables as Diff['tables'];
  return all.map((_, index) => variantName(all, index));
};

it('goes by the variant where each has one configuration', () => {
  expect(
    named(
      { name: 'A seed 1', variant: 'A', branch: 'cnn', seed: 1 },
      { name: 'A seed 2', variant: 'A', branch: 'cnn', seed: 2 },
      { name: 'B seed 2', variant: 'B', branch: 'shared', seed: 2 },
    ),
  ).toEqual(['A-CNN', 'A-CNN', 'B']);
});

it('goes by the settings where both sides are of one variant', () => {
  expect(
    named(
      { name: 'A len 100 seed 1', variant: 'A', branch: 'cnn', seed: 1 },
      { name: 'A len 200 seed 1', variant: 'A', branch: 'cnn', seed: 1 },
      { name: 'B seed 1', variant: 'B', branch: 'shared', seed: 1 },
    ),
  ).toEqual(['A len 100-CNN', 'A len 200-CNN', 'B']);
});

it('knows the seed in a name that was made in another language', () => {
  expect(
    named(
      { name: 'A 길이 100 시드 1', variant: 'A', branch: 'cnn', seed: 1 },
      { name: 'A 길이 200 시드 12', variant: 'A', branch: 'cnn', seed: 12 },
      { name: 'A len 300 seed 1', variant: 'A', branch: 'cnn', seed: 2 },
    ),
  ).toEqual(['A 길이 100-CNN', 'A 길이 200-CNN', 'A len 300 seed 1-CNN']);
});

it('keeps the name of what has no variant, or comes from outside', () => {
  expect(
    named(
      { name: 'mine', variant: null, branch: 'lstm', seed: 3 },
      { name: 'glove', variant: null, branch: null, seed: null },
    ),
  ).toEqual(['mine-LSTM', 'glove']);
});
