import { describe, expect, it } from 'vitest';

import grammar from '../../../resources/sample-corpus/grammar.json' with { type: 'json' };

import { generateSampleCorpus } from './sample-corpus.ts';
import { tokenize } from './tokenizer.ts';

describe('generateSampleCorpus', () => {
  const reviews = generateSampleCorpus(grammar);

  it('writes the same balanced reviews every time, no two alike', () => {
    expect(generateSampleCorpus(grammar)).toEqual(reviews);
    expect(reviews.filter(({ split }) => split === 'train')).toHaveLength(4000);
    expect(reviews.filter(({ split }) => split === 'test')).toHaveLength(2000);
    for (const split of ['train', 'test']) {
      const labels = reviews
        .filter((review) => review.split === split)
        .map((review) => review.label);
      expect(labels.filter((label) => label === 1)).toHaveLength(labels.length / 2);
    }
    expect(new Set(reviews.map(({ text }) => text)).size).toBe(reviews.length);
  });

  it('leaves no symbol unexpanded and no review empty', () => {
    expect(reviews.filter(({ text }) => /[{}]| {2}/.test(text))).toEqual([]);
    expect(Math.min(...reviews.map(({ text }) => tokenize(text).length))).toBeGreaterThan(5);
  });

  it('has every training word often enough to be learnt, and words of both sides on both sides', () => {
    const train = reviews.filter(({ split }) => split === 'train');
    const holding = (word: string, label: number) =>
      train.filter((review) => review.label === label && tokenize(review.text).includes(word))
        .length;
    expect(holding('wonderful', 1)).toBeGreaterThan(holding('wonderful', 0));
    expect(holding('wonderful', 0)).toBeGreaterThan(50);
    expect(holding('boring', 1)).toBeGreaterThan(50);
  });

  it('names a symbol that is missing', () => {
    expect(() => generateSampleCorpus({ ...grammar, symbols: {} })).toThrow(/no symbol/);
  });
});
