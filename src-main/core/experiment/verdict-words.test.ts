import { expect, test } from 'vitest';

import type { Verdict } from '#contract/experiment.ts';

import { bandText, moreRisk } from './verdict-words.ts';

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

test('a forecast says what following it costs, unless these pairs are of a planned analysis', () => {
  const risk = { verdict, morePairs: 125, morePairsRisk: 0.094 };
  expect(moreRisk(risk)).toEqual([
    'Adding them all at once is one more look than planned: the risk of a false difference would then be about 9 %.',
    'Adding them in several steps would raise it further.',
  ]);
  const third = { ...verdict, look: { number: 2, planned: 1 } };
  expect(moreRisk({ verdict: third, morePairs: 1, morePairsRisk: 0.12 })).toEqual([
    'Adding them all at once makes 2 more looks than planned: the risk of a false difference would then be about 12 %.',
  ]);
  expect(moreRisk({ ...risk, morePairsRisk: null })).toEqual([]);
});
