import { expect, it } from 'vitest';

import { fileStem, sentenceName } from './file-names.ts';

const table = (
  variant: 'A' | 'B' | null,
  branch: string,
  epoch: number,
  name = `run ${variant ?? ''}`,
  seed = 1,
) => ({
  name,
  variant,
  seed,
  branch,
  epoch,
});

it('names runs and epochs, the tables of one run together', () => {
  const tables = [table('A', 'cnn', 1), table('A', 'lstm', 1), table('B', 'shared', 2)];
  expect(fileStem('words', tables)).toBe('words A seed 1 cnn lstm e1 B seed 1 e2');
  expect(fileStem('words', [table('A', 'cnn', 0), table('A', 'cnn', 3)])).toBe(
    'words A seed 1 cnn e0 A seed 1 cnn e3',
  );
});

it('goes by the names of runs that variant and seed do not tell apart, and by that of a table from outside', () => {
  const tables = [table('A', 'cnn', 1, 'len 100'), table('A', 'cnn', 1, 'len 200')];
  expect(fileStem('x', tables)).toBe('x len 100 cnn e1 len 200 cnn e1');
  expect(
    fileStem('x', [{ name: 'glove/6B:50', variant: null, seed: null, branch: null, epoch: null }]),
  ).toBe('x glove-6B-50');
});

it('stays within what a file system takes', () => {
  const stem = fileStem('sentence', [table(null, 'cnn', 1, '한'.repeat(200))]);
  expect(new TextEncoder().encode(`${stem}.json`).length).toBeLessThan(255);
  expect(stem).not.toMatch(/[\\/:*?"<>|]/);
});

it('says which sentence it is, counting as a person does', () => {
  expect(sentenceName({ kind: 'review', split: 'test', row: 7 })).toBe('test review 7');
  expect(sentenceName({ kind: 'text', text: 'a' })).toBe('typed sentence');
});
