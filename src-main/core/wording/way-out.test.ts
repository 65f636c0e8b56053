import { expect, it } from 'vitest';

import type { Finding } from '#contract/dataset.ts';

import { wayOutOf } from './way-out.ts';

const finding = (kind: Finding['kind'], more: Partial<Finding> = {}): Finding => ({
  kind,
  count: 1,
  text: 'A sentence.',
  ...more,
});
const dataset = (override: Partial<Parameters<typeof wayOutOf>[1]> = {}) => ({
  format: 'csv' as const,
  hasTexts: true,
  splits: { train: { count: 80, positive: 40 }, test: { count: 20, positive: 0 } },
  findings: [],
  ...override,
});

it('leaves out what repeats or contradicts', () => {
  expect(wayOutOf(finding('contradictions'), dataset())).toEqual({
    kind: 'drop',
    drop: 'contradictions',
  });
  expect(wayOutOf(finding('nearCopiesOfTest'), dataset())).toEqual({
    kind: 'drop',
    drop: 'nearCopies',
  });
  expect(wayOutOf(finding('copies'), dataset({ format: 'sample' }))).toBeNull();
});

it('draws other splits where those are of the file, and never once more', () => {
  expect(wayOutOf(finding('oneClass'), dataset())).toEqual({ kind: 'drawnSplits' });
  expect(wayOutOf(finding('lengths'), dataset({ format: 'aclimdb' }))).toEqual({ kind: 'export' });
  const drawn = dataset({ findings: [finding('drawn')] });
  expect(wayOutOf(finding('oneClass'), drawn)).toBeNull();
  expect(wayOutOf(finding('lengths'), drawn)).toBeNull();
});

it('asks for other labels where all reviews are of one class: no split mends that', () => {
  const splits = { train: { count: 80, positive: 80 }, test: { count: 20, positive: 20 } };
  expect(wayOutOf(finding('oneClass'), dataset({ splits }))).toEqual({ kind: 'labels' });
  expect(wayOutOf(finding('oneClass'), dataset({ splits, format: 'aclimdb' }))).toBeNull();
});

it('names the words that give the label away, also those of an older version', () => {
  const words = [{ word: 'leak', count: 9, label: 'positive' as const }];
  const way = { kind: 'dropWords', words: ['leak'] };
  expect(wayOutOf(finding('givenAway', { words }), dataset())).toEqual(way);
  expect(wayOutOf(finding('givenAway', { word: 'leak' }), dataset())).toEqual(way);
  expect(wayOutOf(finding('givenAway', { words }), dataset({ hasTexts: false }))).toBeNull();
});
