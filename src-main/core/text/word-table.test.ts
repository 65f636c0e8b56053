import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { wordKeyOf } from './near-copies.ts';
import { createWordTable } from './word-table.ts';

describe('createWordTable', () => {
  it('numbers any words as a Map would, in order of first sight', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'a', 'ab', '__proto__', '\ud800'),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const table = createWordTable();
        const ids = words.map(table.intern);
        const seen = [...new Set(words)];
        expect(ids).toEqual(words.map((one) => seen.indexOf(one)));
        expect(seen.map((_, id) => table.wordOf(id))).toEqual(seen);
        expect(table.size()).toBe(seen.length);
      }),
    );
  });

  it('tells words apart whose keys are equal', () => {
    const keys = new Map<number, string>();
    let pair: readonly string[] = [];
    for (let n = 0; pair.length === 0; n += 1) {
      const word = `w${n.toString(36)}`;
      const other = keys.get(wordKeyOf(word));
      if (other === undefined) keys.set(wordKeyOf(word), word);
      else pair = [other, word];
    }
    const table = createWordTable();
    expect(pair.map(table.intern)).toEqual([0, 1]);
    expect(pair.map(table.intern)).toEqual([0, 1]);
    expect([0, 1].map(table.wordOf)).toEqual(pair);
  });

  it('holds a word as long as a review', () => {
    const table = createWordTable();
    const long = 'ab'.repeat(500_000);
    expect(table.wordOf(table.intern(long)) === long).toBe(true);
  });

  it('still finds every word after it has grown', () => {
    const table = createWordTable();
    const words = Array.from({ length: 200_000 }, (_, index) => `word${index}`);
    words.forEach(table.intern);
    expect(words.every((word, id) => table.intern(word) === id && table.wordOf(id) === word)).toBe(
      true,
    );
  });
});
