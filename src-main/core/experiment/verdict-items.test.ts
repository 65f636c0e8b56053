import { expect, test } from 'vitest';

import type { Verdict } from '#contract/experiment.ts';

import { assumptionLines, bandText, moreRisk } from './verdict-items.ts';

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

test('skewness says one risk, none next to that of added pairs, and none that rounds to the level', () => {
  const assumed = 'The interval assumes roughly normal differences over seeds.';
  const lines = (value: number | null, error: number, coverage = 0.95, attained?: number) =>
    assumptionLines({
      skewness: { value, error },
      verdict: { ...verdict, seeds: 30, coverage, attainedError: attained ?? null },
    });
  expect(lines(2, 0.074)).toEqual([
    `${assumed} These 30 have a skewness of 2.0, at which the risk of a false difference is about 7 % instead of 5 %.`,
  ]);
  expect(lines(0.3, 0.0445, 0.9549)).toEqual([
    `${assumed} These 30 have a skewness of 0.3, which hardly changes the risk of a false difference.`,
  ]);
  expect(lines(2, 0.074, 0.95, 0.12)).toEqual([
    `${assumed} These 30 have a skewness of 2.0, which raises the risk of a false difference further.`,
  ]);
  const few = `${assumed} 30 differences are too few to show how skewed they are.`;
  expect(lines(null, 0.064)).toEqual([
    `${few} At a skewness of 1, the risk of a false difference is about 6 % instead of 5 %.`,
  ]);
  expect(lines(null, 0.0535)).toEqual([
    `${few} A skewness of 1 hardly changes the risk of a false difference.`,
  ]);
  expect(lines(null, 0.064, 0.95, 0.12)).toEqual([
    `${few} Skewed differences raise the risk of a false difference further.`,
  ]);
});

test('a forecast says what following it costs, unless these pairs are of a planned analysis', () => {
  const risk = { verdict, morePairs: 125, morePairsRisk: 0.094 };
  expect(moreRisk(risk)).toEqual([
    'Adding them all at once is one more look than planned: the risk of a false difference would then be about 9 %.',
    'Adding them in several steps would raise it further, as would skewed differences.',
  ]);
  const third = { ...verdict, look: { number: 2, planned: 1 } };
  expect(moreRisk({ verdict: third, morePairs: 1, morePairsRisk: 0.12 })).toEqual([
    'Adding them all at once makes 2 more looks than planned: the risk of a false difference would then be about 12 %.',
    'Skewed differences would raise it further.',
  ]);
  expect(moreRisk({ ...risk, morePairsRisk: null })).toEqual([]);
});
