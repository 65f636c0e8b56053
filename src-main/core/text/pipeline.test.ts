import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createTokenizer, kerasPipeline, scriptOf, stripHtml } from './pipeline.ts';
import { tokenize } from './tokenizer.ts';

describe('text pipeline', () => {
  it("is Keras's own by default", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(createTokenizer(kerasPipeline)(text)).toEqual(tokenize(text));
      }),
    );
  });

  it('strips HTML, so that a line break is no word', () => {
    const text = 'Fine.<br /><br />Not bad &amp; <b class="x">bold</b>; 1 < 2, it&#39;s';
    expect(tokenize('a<br />b')).toEqual(['a', 'br', 'b']);
    expect(createTokenizer({ ...kerasPipeline, html: 'stripped' })(text)).toEqual([
      'fine',
      'not',
      'bad',
      'bold',
      '1',
      '2',
      "it's",
    ]);
    expect(stripHtml('<!-- <p> --><script>alert(1)</script>x')).toBe('  x');
    expect(stripHtml('no markup')).toBe('no markup');
  });

  it('makes one word of two spellings', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    const words = (unicode: 'kept' | 'nfc' | 'nfkc', text: string) =>
      createTokenizer({ ...kerasPipeline, unicode })(text);
    expect(words('kept', composed)).not.toEqual(words('kept', decomposed));
    expect(words('nfc', composed)).toEqual(words('nfc', decomposed));
    expect(words('nfkc', '\uff27\uff4f\uff4f\uff44')).toEqual(['good']);
    // Hangul typed on some systems comes as single letters.
    expect(words('nfc', '\u1112\u1161\u11ab')).toEqual(['\ud55c']);
  });

  it('segments what is written without spaces, and leaves spaced text as it is', () => {
    const segmented = createTokenizer({ ...kerasPipeline, words: 'segmenter' });
    expect(segmented('この映画は面白い。').length).toBeGreaterThan(3);
    expect(tokenize('この映画は面白い。')).toHaveLength(1);
    expect(segmented('A fine, Old film.')).toEqual(['a', 'fine', 'old', 'film']);
  });

  it('tells the script', () => {
    expect(scriptOf(['이 영화는 정말 재미있다', 'a fine film'])).toBe('hangul');
    expect(scriptOf(['这部电影很好看', ''])).toBe('unspaced');
    expect(scriptOf(['ภาพยนตร์เรื่องนี้ดีมาก'])).toBe('unspaced');
    expect(scriptOf(['a fine film', 'ein guter Film'])).toBe('other');
    expect(scriptOf([])).toBe('other');
  });
});
