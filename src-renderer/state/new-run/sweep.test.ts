import { expect, test } from 'vitest';

import { defaultConfig } from '#core/config/run-config.ts';
import { expandSweep } from '#core/sweep/expand.ts';

import { textsOf } from './plan.ts';
import { firstText, sweepOf, valuesOf, variableFields, type SweepDraft } from './sweep.ts';

const draft: SweepDraft = {
  texts: textsOf(defaultConfig),
  plan: 'A',
  startFrom: 'none',
  seedCount: 2,
  kind: 'grid',
  varied: [{ field: 'maxLength', scale: 'values', text: '1,000, 500', isTouched: false }],
  draws: '3',
  drawSeed: '1',
};

function facts(change: Partial<SweepDraft>) {
  const expanded = expandSweep(sweepOf({ ...draft, ...change }));
  if (!expanded.ok) throw new Error(JSON.stringify(expanded.errors));
  return expanded.configs.map(({ variant, maxLength, seed }) => [variant, maxLength, seed]);
}

test('values are separated by spaces, commas before a space, or semicolons; commas inside are thousands', () => {
  expect(valuesOf('maxLength', ' 6,000, 500;20 8,')).toEqual([6000, 500, 20, 8]);
  expect(valuesOf('patience', 'none, 5')).toEqual(['none', 5]);
  // A decimal comma is no number: it is refused by what it is.
  expect(valuesOf('learningRate', '0,01')).toEqual(['0,01']);
});

test('the plan crosses what is varied, within each seed', () => {
  expect(facts({})).toEqual([
    ['A', 1000, 1],
    ['A', 500, 1],
    ['A', 1000, 2],
    ['A', 500, 2],
  ]);
  expect(facts({ plan: 'pair', seedCount: 1 })).toEqual([
    ['A', 1000, 1],
    ['B', 1000, 1],
    ['A', 500, 1],
    ['B', 500, 1],
  ]);
  expect(facts({ plan: 'grid' })).toHaveLength(32);
  expect(facts({ plan: 'embedding', seedCount: 1 })).toHaveLength(4);
  expect(facts({ plan: 'capacity', seedCount: 1 })).toHaveLength(4);
});

test('every draw is trained with both of a pair', () => {
  const varied = [{ field: 'maxLength', scale: 'log', text: '8 2,000', isTouched: false }] as const;
  const found = facts({ plan: 'pair', kind: 'random', varied, seedCount: 1 });
  expect(found.map(([variant]) => variant)).toEqual(['A', 'B', 'A', 'B', 'A', 'B']);
  expect(new Set(found.map(([, length]) => length)).size).toBe(3);
});

test('what a field is varied by at first is within its bounds', () => {
  expect(firstText('filters', 'values', 300)).toBe('150, 300, 600');
  expect(firstText('maxLength', 'values', 2000)).toBe('1,000, 2,000');
  expect(firstText('learningRate', 'log', 0.001)).toBe('0.0001, 0.01');
  expect(firstText('padding', 'values', 'pre')).toBe('pre, post');
  expect(firstText('clipNorm', 'uniform', 'none')).not.toBe('');
});

test('the plan keeps its factors; seeds and the machine are not varied', () => {
  expect(variableFields('A')).toContain('embedding');
  expect(variableFields('pair')).not.toContain('embedding');
  expect(variableFields('A')).not.toContain('seed');
});
