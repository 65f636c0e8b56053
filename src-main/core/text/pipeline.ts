import { decodeHTML } from 'entities';

import type { TextPipeline } from '#contract/dataset.ts';

import { tokenize } from './tokenizer.ts';

/** Keras's own: nothing is done to a text before it is split at spaces. */
export const kerasPipeline: TextPipeline = { html: 'kept', unicode: 'kept', words: 'spaces' };

/** What was asked for, the rest as Keras does it. */
export function pipelineOf({
  pipeline = {},
}: Readonly<{
  pipeline?: { [K in keyof TextPipeline]?: TextPipeline[K] | undefined } | undefined;
}>): TextPipeline {
  const given = Object.entries(pipeline).filter(([, value]) => value !== undefined);
  return { ...kerasPipeline, ...(Object.fromEntries(given) as Partial<TextPipeline>) };
}

export const isKerasPipeline = (pipeline: TextPipeline): boolean =>
  Object.entries(kerasPipeline).every(
    ([key, value]) => pipeline[key as keyof TextPipeline] === value,
  );

/** Text -> lower-case words. The same pipeline gives the same words for the texts of a dataset and for one that is typed later. */
export function createTokenizer(pipeline: TextPipeline): (text: string) => string[] {
  if (isKerasPipeline(pipeline)) return tokenize;
  const clean = (text: string): string => {
    const plain = pipeline.html === 'stripped' ? stripHtml(text) : text;
    return pipeline.unicode === 'kept' ? plain : plain.normalize(forms[pipeline.unicode]);
  };
  if (pipeline.words === 'spaces') return (text) => tokenize(clean(text));
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  return (text) =>
    Array.from(segmenter.segment(clean(text).toLowerCase()))
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment }) => segment);
}

/** Comments, scripts, styles and tags become a space, entities the characters they stand for. */
export function stripHtml(text: string): string {
  if (!/[<&]/.test(text)) return text;
  const withoutTags = text
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<\/?[a-z][^<>]*>/gi, ' ');
  return decodeHTML(withoutTags);
}

const forms = { nfc: 'NFC', nfkc: 'NFKC' } as const;

export type Script = 'hangul' | 'unspaced' | 'other';

/**
 * What texts are mostly written in: Hangul (split at spaces, so particles stay with their word), a script without spaces between
 * words (Han, Kana, Thai, Lao, Khmer, Myanmar), or another one.
 */
export function scriptOf(texts: readonly string[]): Script {
  let hangul = 0;
  let unspaced = 0;
  let letters = 0;
  for (const text of texts) {
    letters += count(text, /\p{Letter}/gu);
    hangul += count(text, /\p{Script=Hangul}/gu);
    unspaced += count(
      text,
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu,
    );
  }
  if (letters === 0) return 'other';
  if (unspaced / letters > 0.3) return 'unspaced';
  return hangul / letters > 0.3 ? 'hangul' : 'other';
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
