import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import keras from './fixtures/keras-text.json' with { type: 'json' };
import { OOV_ID } from './ids.ts';
import { tokenize } from './tokenizer.ts';
import { createVocabularyCounter } from './vocabulary.ts';

describe('createVocabularyCounter', () => {
  it('ranks and counts as Keras does, ties included', () => {
    const counter = createVocabularyCounter();
    for (const text of keras.vocabulary.train) counter.add(tokenize(text), 'train', false);
    const words = [...counter.finish().words()];
    expect(Object.fromEntries(words.map(({ word }, index) => [word, index + 1]))).toEqual(
      keras.vocabulary.ranks,
    );
    expect(Object.fromEntries(words.map(({ word, count }) => [word, count]))).toEqual(
      keras.vocabulary.counts,
    );
  });

  it('ranks by frequency over the training split only, ties by first sight there', () => {
    const counter = createVocabularyCounter();
    const test = counter.add(['late', 'late', 'late', 'only', 'early'], 'other', true);
    counter.add(['early', 'late', 'often'], 'train', false);
    counter.add(['often'], 'train', true);
    const { finalIds, words: inOrder } = counter.finish();
    const words = [...inOrder()];
    expect(words).toEqual([
      { word: 'often', count: 2, positiveCount: 1 },
      { word: 'early', count: 1, positiveCount: 0 },
      { word: 'late', count: 1, positiveCount: 0 },
    ]);
    expect(Array.from(test, (id) => finalIds[id])).toEqual([6, 6, 6, OOV_ID, 5]);
  });

  it('keeps counts, order and ids lawful for any texts, in any order of splits', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor');
    const review = fc.record({
      words: fc.array(word, { maxLength: 8 }),
      split: fc.constantFrom('train' as const, 'other' as const),
      isPositive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(review, { maxLength: 12 }), (reviews) => {
        const counter = createVocabularyCounter();
        const provisional = reviews.map(({ words, split, isPositive }) =>
          counter.add(words, split, isPositive),
        );
        const { finalIds, words: inOrder } = counter.finish();
        const words = [...inOrder()];
        const train = reviews.filter(({ split }) => split === 'train').flatMap((one) => one.words);
        const seen = [...new Set(train)];
        const countOf = (wanted: string) => train.filter((other) => other === wanted).length;
        expect(words.map((one) => one.word)).toEqual(
          seen.toSorted((a, b) => countOf(b) - countOf(a) || seen.indexOf(a) - seen.indexOf(b)),
        );
        expect(words.map((one) => one.count)).toEqual(words.map((one) => countOf(one.word)));
        reviews.forEach((one, index) => {
          const ids = Array.from(provisional[index] ?? [], (id) => finalIds[id]);
          const ranks = one.words.map((text) => words.findIndex((ranked) => ranked.word === text));
          expect(ids).toEqual(ranks.map((rank) => (rank < 0 ? OOV_ID : rank + 4)));
        });
      }),
    );
  });
});
