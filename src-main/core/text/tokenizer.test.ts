import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import keras from './fixtures/keras-text.json' with { type: 'json' };
import { KERAS_FILTERS, tokenize } from './tokenizer.ts';

describe('tokenize', () => {
  it.each(keras.tokens)('splits $text as Keras does', ({ text, words }) => {
    expect(tokenize(text)).toEqual(words);
  });

  it('equals the plain definition: lower case, each filter to a space, split at spaces, empty ones dropped', () => {
    const alphabet = Array.from(`${KERAS_FILTERS} aBcÄß'é\r\u00a0가`);
    const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 60 });
    fc.assert(
      fc.property(text, (sample) => {
        let plain = sample.toLowerCase();
        for (const filter of KERAS_FILTERS) plain = plain.replaceAll(filter, ' ');
        expect(tokenize(sample)).toEqual(plain.split(' ').filter((word) => word !== ''));
      }),
    );
  });

  it('has all filters of Keras and keeps the apostrophe', () => {
    expect(KERAS_FILTERS).toHaveLength(33);
    expect(KERAS_FILTERS).not.toContain("'");
  });
});
