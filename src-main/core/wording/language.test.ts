import { afterEach, expect, test } from 'vitest';

import { toFailure } from '#contract/failure.ts';
import { settingsSchema } from '#contract/settings.ts';
import * as m from '#messages';

import { currentLanguage, languageOf, setLanguage } from './language.ts';
import { duration, fixed, moment } from './number-text.ts';

afterEach(() => setLanguage('en'));

test('a language is known by the beginning of its tag; others are English', () => {
  expect(['ko', 'ko-KR', 'KO', 'en-GB', 'de', '', undefined].map(languageOf)).toEqual([
    'ko',
    'ko',
    'ko',
    'en',
    'en',
    'en',
    'en',
  ]);
});

test('sentences, times and dates follow the language of the process; numbers do not change', () => {
  const iso = '2026-02-03T14:05:00';
  const texts = () => [duration(220), duration(7500), moment(iso), m.numbers_infinity()];
  expect(texts()).toEqual(['3 min 40 s', '2 h 5 min', '3 Feb 2026, 14:05', 'infinity']);
  setLanguage('ko');
  expect(currentLanguage()).toBe('ko');
  expect(texts()).toEqual(['3분 40초', '2시간 5분', '2026년 2월 3일 14:05', '무한대']);
  expect(fixed(-25000.5, 1)).toBe('−25,000.5');
});

test('what a schema has no sentence for is said in the language of the process', () => {
  const refusal = () => toFailure(settingsSchema.safeParse({ language: 5 }).error).message;
  const english = refusal();
  setLanguage('ko');
  expect(refusal()).not.toBe(english);
  expect(refusal()).toMatch(/잘못된/);
  setLanguage('en');
  expect(refusal()).toBe(english);
});
