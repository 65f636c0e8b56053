import { afterEach, expect, test } from 'vitest';

import type { Finding } from '#contract/dataset.ts';

import { retoldReason, sayForced, sayGone, sayStoppedEarly } from './ending-words.ts';
import {
  retoldFinding,
  sayContradictions,
  sayCopies,
  sayEmpty,
  sayHtml,
  sayLengths,
  sayOneClass,
} from './finding-words.ts';
import { inLanguage, setLanguage } from './language.ts';

afterEach(() => setLanguage('en'));

const splits = {
  train: { count: 25_000, positive: 12_500 },
  test: { count: 12_000, positive: 12_000 },
};
const part = { split: 'test', count: 1230, all: 12_000 } as const;
const facts = { split: 'test', count: 1230 } as const;

const findings: readonly (Omit<Finding, 'text'> & { say: () => string })[] = [
  { kind: 'copies', ...facts, say: () => sayCopies('copies', part, 0) },
  { kind: 'nearCopies', ...facts, say: () => sayCopies('nearCopies', part, 1) },
  { kind: 'copiesWithin', ...facts, say: () => sayCopies('copiesWithin', part, 1040) },
  { kind: 'empty', ...facts, say: () => sayEmpty(part) },
  { ...facts, kind: 'oneClass', count: 12_000, say: () => sayOneClass('test', 12_000, 'positive') },
  { kind: 'contradictions', count: 31, say: () => sayContradictions(31, 15) },
  { kind: 'lengths', count: 12_000, say: () => sayLengths('test', 4, 231) },
  { kind: 'html', count: 29_199, say: () => sayHtml(29_199, 37_000) },
];

test.each(findings)('what was found ($kind) is told in either language', ({ say, ...finding }) => {
  const [english, korean] = [say(), inLanguage('ko', say)];
  expect(korean).not.toBe(english);
  const told = (text: string) => retoldFinding({ ...finding, text }, splits).text;
  expect([told(english), told(korean)]).toEqual([english, english]);
  setLanguage('ko');
  expect([told(english), told(korean)]).toEqual([korean, korean]);
});

test('what its facts do not give stays as it was stored', () => {
  setLanguage('ko');
  const text = '7 reviews were set aside by hand.';
  expect(retoldFinding({ kind: 'copies', count: 8, split: 'test', text }, splits).text).toBe(text);
  expect(retoldReason('TensorFlow ran out of memory in layer 7.')).toBe(
    'TensorFlow ran out of memory in layer 7.',
  );
});

test('why a run ended is told in either language', () => {
  const endings = [
    () => sayStoppedEarly(2, false),
    () => sayStoppedEarly(1, true),
    () => sayForced('pause', 0),
    () => sayForced('stop', 1200),
    () => sayGone(3),
    () => sayGone(0),
  ];
  for (const say of endings) {
    const [english, korean] = [say(), inLanguage('ko', say)];
    setLanguage('en');
    expect([retoldReason(english), retoldReason(korean)]).toEqual([english, english]);
    setLanguage('ko');
    expect([retoldReason(english), retoldReason(korean)]).toEqual([korean, korean]);
    setLanguage('en');
  }
});
