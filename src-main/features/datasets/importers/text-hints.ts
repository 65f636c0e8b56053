import type { Finding, TextPipeline } from '#contract/dataset.ts';
import { sayHtml } from '#core/finding-words.ts';
import { scriptOf } from '#core/text/pipeline.ts';
import * as m from '#messages';

/** From this share of texts with markup on it is said. */
const MARKUP_SHARE = 0.05;
const TEXTS_FOR_SCRIPT = 500;

/** What the texts look like, where another pipeline would read them better. */
export type TextHints = Readonly<{ see: (text: string) => void; findings: () => Finding[] }>;

export function createTextHints({ html, words }: TextPipeline): TextHints {
  const first: string[] = [];
  let seen = 0;
  let marked = 0;
  return {
    see(text) {
      seen += 1;
      if (first.length < TEXTS_FOR_SCRIPT) first.push(text.slice(0, MOST_FOR_SCRIPT));
      if (html === 'kept' && markup.test(text)) marked += 1;
    },
    findings() {
      const script = words === 'spaces' ? scriptOf(first) : null;
      const say = (kind: Finding['kind'], text: string, count = 0): Finding => ({
        kind,
        count,
        text,
      });
      return [
        ...(marked > MARKUP_SHARE * seen ? [say('html', sayHtml(marked, seen), marked)] : []),
        ...(script === 'hangul' ? [say('hangul', m.datasets_texts_are_korean())] : []),
        ...(script === 'unspaced' ? [say('unspaced', m.datasets_texts_have_no_spaces())] : []),
      ];
    },
  };
}

const MOST_FOR_SCRIPT = 10_000;
const markup = /<\/?[a-z][^<>]*>/i;
