import { expect, test } from 'vitest';

import type { Judgement } from '#contract/experiment.ts';

import { setLanguage } from '../wording/language.ts';
import { defaultConfig, variantFactors } from '../config/run-config.ts';
import { differingLine, differingSettings, severalSettingsLine } from './differing-settings.ts';

const a = { ...defaultConfig, ...variantFactors.A, variant: 'A' } as const;
const b = { ...defaultConfig, ...variantFactors.B, variant: 'B' } as const;

test('what names a variant, and what says nothing of the training, is no setting that differs', () => {
  expect(differingSettings(a, b)).toEqual(['embedding', 'convPadding', 'cnnHead']);
  expect(differingSettings(a, { ...a, seed: 2, threads: 4, hiddenUnits: 9 })).toEqual([
    'hiddenUnits',
  ]);
});

const differing = differingSettings(a, b);
const line =
  'A and B differ in 3 settings (Embedding, Convolution padding, CNN head), and the verdict is about all of them together.';

test('a verdict about several settings says so, and what separates them', () => {
  setLanguage('en');
  const sides = [{ name: 'A' }, { name: 'B' }] as NonNullable<Judgement['sides']>;
  const of = { sides, strata: null, differingSettings: differing, factorial: null };
  expect(differingLine(of)).toBe(`${line} A difference cannot be attributed to one of them.`);
  expect(differingLine({ ...of, factorial: {} as Judgement['factorial'] })).toBe(
    `${line} The factor table separates them.`,
  );
  expect(differingLine({ ...of, differingSettings: ['embedding'] })).toBeNull();
  // A judgement of an earlier version has no such list.
  expect(differingLine({ ...of, differingSettings: [] })).toBeNull();
});

test('two models under several settings are named as their table names them', () => {
  const strata = [{ sides: ['A', 'B'] }] as unknown as Judgement['strata'];
  const of = { sides: null, strata, differingSettings: differing, factorial: null };
  expect(differingLine(of)).toMatch(/^A and B differ in 3 settings/);
  expect(differingLine({ ...of, strata: null })).toBeNull();
});

test('in Korean too', () => {
  setLanguage('ko');
  expect(severalSettingsLine(['A', 'B'], differing, { isGrid: true })).toMatch(
    /설정 3개가 서로 다릅니다.*요인 표에 나뉘어 있습니다\.$/,
  );
  setLanguage('en');
});
