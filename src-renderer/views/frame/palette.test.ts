import { expect, it } from 'vitest';

import { matching } from './palette-match.ts';

const entries = ['Runs', 'New run', 'B seed 1', 'A seed 1', 'A seed 2 relu'].map((label) => ({
  label,
  kind: 'Run',
}));
const labels = (text: string): string[] => matching(entries, text).map(({ label }) => label);

it('finds entries that hold every word, those that start with it first', () => {
  expect(labels('run')).toEqual(['Runs', 'New run', 'B seed 1', 'A seed 1', 'A seed 2 relu']);
  expect(labels('seed a')).toEqual(['A seed 1', 'A seed 2 relu']);
  expect(labels('RELU')).toEqual(['A seed 2 relu']);
  expect(labels('nothing')).toEqual([]);
});

it('shows all while nothing is typed', () => {
  expect(labels('  ')).toHaveLength(5);
});
