import { expect, test } from 'vitest';

import type { Verdict } from '#contract/experiment.ts';

import { bandText } from './verdict-words.ts';

const verdict: Verdict = {
  state: 'open',
  sentence: '',
  ahead: null,
  difference: null,
  secondMinusFirst: null,
  twoWay: null,
  generalises: 'seeds',
  attainedError: null,
  interval95: null,
  coverage: null,
  interval90: null,
  p: null,
  margin: 0.0025,
  seeds: 0,
  look: { number: 1, planned: 1 },
  marginFrom: 'plan',
};

test('a band says whether somebody chose it, and when it was fixed', () => {
  expect(bandText(verdict)).toBe('±0.25 points, the default, fixed at the start');
  expect(bandText({ ...verdict, margin: 0.005 })).toBe('±0.5 points, chosen before the start');
  expect(bandText({ ...verdict, marginFrom: 'settings' })).toBe(
    '±0.25 points, set after the runs had started',
  );
});
