import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { pageOf } from '../../../bench/speed/original-report.ts';
import { root } from '../places.mjs';

const records = JSON.parse(readFileSync(path.join(root, 'bench/speed/original.json'), 'utf8'));

const textOf = (file) => readFileSync(path.join(root, file), 'utf8');

test('the page of the original experiment says what its kept runs say', () => {
  expect(textOf('docs/original-experiment.md')).toBe(pageOf(records));
});

test('README has the same figures', () => {
  const page = pageOf(records);
  const rows = [...textOf('README.md').matchAll(/^\| (?:test|train) accuracy.*$/gm)].map(
    ([row]) => row,
  );
  expect(rows).toHaveLength(4);
  for (const figure of rows.join().match(/[+\u2212]?\d+\.\d+/g) ?? [])
    expect(page).toContain(figure.replace('\u2212', '-'));
});

test('three pairs do not tell A from B, and no time measured beside other work is given', () => {
  const text = pageOf(records);
  // SciPy 1.17: stats.ttest_rel(b, a).confidence_interval() of the six test accuracies at the last epochs.
  expect(text).toContain('-0.24 (-2.21 to +1.72)');
  expect(text).toContain(
    'At the last epoch: **Inconclusive. The difference in test accuracy could favour A by 2.21 or B by 1.72 points.** 95% CI -2.21 to +1.72, p = 0.65, 3 paired seeds. This does not show that A and B are equal.',
  );
  expect(text).toContain('-0.03 (-0.80 to +0.73)');
  expect(text).not.toMatch(/second/);
});

test('a difference beyond zero, and a single pair, have their own sentences', () => {
  const pairs = [0.86, 0.861, 0.859].flatMap((test, seed) =>
    ['A', 'B'].map((variant) => {
      const figures = {
        epoch: 1,
        test: test + (variant === 'B' ? 0.01 + seed / 10_000 : 0),
        train: 1,
      };
      return {
        variant,
        seed,
        maxLength: 500,
        machine: '',
        epochs: [],
        best: figures,
        last: figures,
      };
    }),
  );
  expect(pageOf(pairs)).toContain(
    'At the last epoch: **B is more accurate than A by 1.01 points.**',
  );
  expect(pageOf(pairs.slice(0, 2))).toContain('**Not enough seeds.');
});
