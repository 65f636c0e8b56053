import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeWords, fitSequence, keptRange } from './encoding.ts';
import keras from './fixtures/keras-text.json' with { type: 'json' };

const ids = Int32Array.of(1, 4, 5, 6, 7);

describe('encodeWords', () => {
  it('puts the start token first, shifts ranks by three and writes 2 for unknown words', () => {
    const ranks = new Map([
      ['the', 1],
      ['film', 19],
    ]);
    expect([...encodeWords(['the', 'zxqv', 'film'], (word) => ranks.get(word))]).toEqual([
      1, 4, 2, 22,
    ]);
    expect([...encodeWords([], () => 1)]).toEqual([1]);
  });
});

describe('fitSequence', () => {
  it.each(keras.fitted)('$maxLength, $padding, $truncating: as Keras does', (fit) => {
    const { maxLength, ids: expected } = fit;
    const padding = fit.padding === 'pre' ? 'pre' : 'post';
    const truncating = fit.truncating === 'pre' ? 'pre' : 'post';
    expect([...fitSequence(ids, { numWords: 100, maxLength, padding, truncating })]).toEqual(
      expected,
    );
  });

  it('writes 2 for ids from numWords on', () => {
    const choice = { numWords: 6, maxLength: 5, padding: 'pre', truncating: 'pre' } as const;
    expect([...fitSequence(ids, choice)]).toEqual([1, 4, 5, 2, 2]);
  });

  it('always has maxLength ids below numWords, and keeps the kept ones in order', () => {
    const choices = fc.record({
      numWords: fc.integer({ min: 3, max: 40 }),
      maxLength: fc.integer({ min: 1, max: 20 }),
      padding: fc.constantFrom('pre' as const, 'post' as const),
      truncating: fc.constantFrom('pre' as const, 'post' as const),
    });
    const sequence = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 30 });
    fc.assert(
      fc.property(sequence, choices, (values, choice) => {
        const fitted = fitSequence(Int32Array.from(values), choice);
        expect(fitted).toHaveLength(choice.maxLength);
        const { start, end } = keptRange(values.length, choice.maxLength, choice.truncating);
        const kept = values.slice(start, end).map((id) => (id >= choice.numWords ? 2 : id));
        const pads = new Array<number>(choice.maxLength - kept.length).fill(0);
        expect([...fitted]).toEqual(
          choice.padding === 'pre' ? [...pads, ...kept] : [...kept, ...pads],
        );
      }),
    );
  });
});
