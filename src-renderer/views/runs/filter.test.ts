import { describe, expect, it } from 'vitest';

import { buildEpoch, buildRun } from '../../testing/build-run.ts';
import { parseFilter, type Marks } from './filter.ts';

const marks: Marks = { isDrawn: (runId) => runId === 'a', isSelected: (runId) => runId === 'b' };
const a = buildRun({
  runId: 'a',
  tags: ['pilot', 'len sweep'],
  isFavourite: true,
  note: 'odd after epoch 3',
  best: buildEpoch({ valAccuracy: 0.8431 }),
});
const b = buildRun({
  runId: 'b',
  variant: 'B',
  config: { maxLength: 400, patience: 'none', seed: 2 },
  best: buildEpoch({ valAccuracy: 0.8702, valLoss: 0.29 }),
  state: 'diverged',
});
const queued = buildRun({
  runId: 'q',
  variant: null,
  state: 'queued',
  best: null,
  last: null,
  epochCount: 0,
});

const found = (text: string): string =>
  [a, b, queued]
    .filter((run) => parseFilter(text, marks).matches(run))
    .map((run) => run.runId)
    .join('');

describe('a filter', () => {
  it.each([
    ['', 'abq'],
    ['a', 'a'],
    ['custom', 'q'],
    ['imdb finished', 'a'],
    ['ODD', 'a'],
    ['-diverged', 'aq'],
  ])('by words: %s', (text, runs) => {
    expect(found(text)).toBe(runs);
  });

  it.each([
    ['maxLength:400', 'b'],
    ['maxlength=500', 'aq'],
    ['maxLength<500', 'b'],
    ['maxLength:450..600', 'aq'],
    ['patience:none', 'b'],
    ['patience>=5', 'aq'],
    ['embedding:shared', 'b'],
    ['embedding!=shared', 'aq'],
    ['-seed=2', 'aq'],
  ])('by settings: %s', (text, runs) => {
    expect(found(text)).toBe(runs);
  });

  it.each([
    ['accuracy>87', 'b'],
    ['accuracy>0.87', 'b'],
    ['accuracy<=87%', 'a'],
    ['loss<0.3', 'b'],
    ['last.valLoss>0.35', 'ab'],
    ['best.valAccuracy>=88%', 'abq'],
    ['epoch=0', 'q'],
  ])('by figures, and a run without one does not match: %s', (text, runs) => {
    expect(found(text)).toBe(runs);
  });

  it.each([
    ['tag:sweep', 'a'],
    ['tag="len sweep"', 'a'],
    ['tags=sweep', ''],
    ['tags:none', 'bq'],
    ['state:diverged', 'b'],
    ['is:favourite', 'a'],
    ['is:drawn', 'a'],
    ['-is:selected', 'aq'],
    ['created>2026', 'abq'],
  ])('by marks: %s', (text, runs) => {
    expect(found(text)).toBe(runs);
  });

  it.each([
    ['acc:1', 'No field is called acc. Did you mean accuracy?'],
    ['maxLenght:400', 'No field is called maxLenght. Did you mean maxLength?'],
    ['constructor:1', 'No field is called constructor.'],
    ['acc>', 'Say what "acc>" is held against, as in accuracy>86.'],
    ['tag:"', 'A quotation mark is not closed.'],
    ['(((', '"(((" is no word. Brackets have no meaning here: all conditions must hold.'],
    ['accuracy > 0.5', 'Write a condition without spaces: accuracy>0.5.'],
    ['seed=1 and', 'Conditions stand side by side: leave out "and".'],
    ['seed>many', '"many" is no number, which seed is held against.'],
    ['is:odd', 'There is no mark "odd": use favourite, drawn or selected.'],
  ])('says what is wrong with %s, and lets every run pass', (text, sentence) => {
    expect(parseFilter(text, marks).complaints).toEqual([sentence]);
    if (!text.startsWith('seed=1')) expect(found(text)).toBe('abq');
  });

  it('takes what it knows beside what it does not', () => {
    const filter = parseFilter('lenght:400 is:odd a', marks);
    expect(filter.complaints).toHaveLength(2);
    expect(filter.matches(a)).toBe(true);
    expect(filter.matches(b)).toBe(false);
  });
});

it('by figures that come from predictions says that it needs them', () => {
  const filter = parseFilter('rocarea>0.9', marks);
  expect(filter).toMatchObject({ isPredicted: true, complaints: [] });
  expect(filter.matches(buildRun({ figures: { rocArea: 0.95 } }))).toBe(true);
  expect(filter.matches(buildRun({ figures: { rocArea: 0.85 } }))).toBe(false);
  expect(filter.matches(buildRun())).toBe(false);
  expect(parseFilter('accuracy>86', marks).isPredicted).toBe(false);
});
