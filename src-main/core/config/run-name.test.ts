import { afterEach, expect, test } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';

import { setLanguage } from '../wording/language.ts';
import { resolveConfig } from './run-config.ts';
import { automaticName, behindAutomaticName, groupNames, uniqueName } from './run-name.ts';

afterEach(() => setLanguage('en'));

function config(input: RunConfigInput) {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.errors));
  return resolved.config;
}

test('a name says the variant, what differs from the defaults, and the seed', () => {
  expect(automaticName(config({ variant: 'A' }))).toBe('A seed 1');
  expect(
    automaticName(config({ variant: 'B', maxLength: 200, lstmActivation: 'relu', seed: 3 })),
  ).toBe('B len 200 relu seed 3');
  expect(automaticName(config({ variant: 'A', validation: 'test', limit: 640 }))).toBe(
    'A val test limit 640 seed 1',
  );
  expect(automaticName(config({ variant: 'A', embedding: 'shared' }))).toBe(
    'custom shared same none seed 1',
  );
  expect(automaticName(config({ variant: 'A', branches: 'cnn' }))).toBe('custom cnn only seed 1');
});

test('runs of one name are told apart by what differs between them', () => {
  expect(groupNames('pilot', [config({ variant: 'A' }), config({ variant: 'B' })])).toEqual([
    'pilot A',
    'pilot B',
  ]);
  expect(groupNames('pilot', [config({ seed: 1 }), config({ seed: 2 })])).toEqual([
    'pilot seed 1',
    'pilot seed 2',
  ]);
  expect(groupNames('pilot', [config({})])).toEqual(['pilot']);
  expect(groupNames('pilot', [config({}), config({})])).toEqual(['pilot', 'pilot (2)']);
  expect(groupNames('pilot', [config({}), config({ cnnHead: 'dense' })])).toEqual([
    'pilot none',
    'pilot dense',
  ]);
});

test('a taken name gets a number', () => {
  expect(uniqueName('A seed 1', new Set(['A seed 1', 'A seed 1 (2)']))).toBe('A seed 1 (3)');
});

test('an automatic name is known in every language', () => {
  const small = config({ variant: 'A', maxLength: 32, patience: 'none', seed: 2 });
  const english = automaticName(small);
  setLanguage('ko');
  const korean = automaticName(small);
  expect(korean).toBe('A 길이 32 인내 없음 시드 2');
  for (const name of [english, korean]) {
    expect(behindAutomaticName(`${name} (2)`, small)).toBe(' (2)');
  }
  expect(behindAutomaticName('pilot', small)).toBeNull();
  setLanguage('en');
  expect(behindAutomaticName(korean, small)).toBe('');
});
