import { afterEach, expect, test } from 'vitest';

import type { Finding } from '#contract/dataset.ts';
import * as m from '#messages';

import {
  retoldReason,
  sayDiverged,
  sayForced,
  sayGone,
  sayStoppedEarly,
  withResume,
} from './ending-words.ts';
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
import { retoldLine } from './log-words.ts';

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
    () => withResume(m.trainer_killed(), 12),
    () => withResume(m.trainer_ended_with_code({ code: '0xC0000005' }), 0),
    () =>
      withResume(m.trainer_ended_with_code_because({ code: '1', because: 'Error: a (b) 2.5' }), 3),
    () => withResume(m.trainer_crashed({ signal: 'SIGSEGV' }), 1),
    () => sayDiverged({ became: 'NaN', epoch: 3, step: 1812, good: 2, isRelu: true, where: null }),
    ...['7, 8, 9', '7'].map(
      (rows) => () =>
        sayDiverged({
          became: 'infinite',
          epoch: 1,
          step: 2,
          good: null,
          isRelu: false,
          where: { layer: 'lstm/kernel', rows },
        }),
    ),
    () =>
      sayDiverged({
        became: 'NaN',
        epoch: 10,
        step: 20,
        good: 9,
        isRelu: false,
        where: {
          layer: 'output/bias',
          rows: m.trainer_rows_and_more({ shown: '3, 17, 20', more: 13 }),
        },
      }),
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

test('what the log says of itself is told in either language, what a library says is not', () => {
  const lines = [
    () => m.runs_log_started({ pid: 4711 }),
    () => m.runs_log_started({ pid: m.runs_log_process_unknown() }),
    () => m.runs_log_goes_on({ epoch: 3, step: 1200 }),
    () => m.runs_log_responds(),
    () => m.runs_log_silent({ seconds: 31 }),
    () => m.runs_log_steps_missing({ from: 10, to: 20 }),
    () => m.runs_log_epoch_not_finite({ epoch: 4 }),
    () => m.runs_log_left_out({ count: 1 }),
    () => m.runs_log_left_out({ count: 512 }),
    () => m.trainer_relu(),
    () => m.storage_best_weights_damaged({ epoch: 2 }),
    () => m.trainer_rows({ step: 5, first: 1, last: 3, count: 300, rows: '9, 10, 11' }),
  ];
  for (const say of lines) {
    const [english, korean] = [say(), inLanguage('ko', say)];
    expect(korean).not.toBe(english);
    setLanguage('en');
    expect([retoldLine(english), retoldLine(korean)]).toEqual([english, english]);
    setLanguage('ko');
    expect([retoldLine(english), retoldLine(korean)]).toEqual([korean, korean]);
    expect(retoldLine('OOM when allocating tensor with shape[1]')).toBe(
      'OOM when allocating tensor with shape[1]',
    );
    setLanguage('en');
  }
});
