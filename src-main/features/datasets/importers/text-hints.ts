import type { TextPipeline } from '#contract/dataset.ts';
import { scriptOf } from '#core/text/pipeline.ts';

import type { NewFinding } from '../quality/findings.ts';

/** From this share of texts with markup on it is said. */
const MARKUP_SHARE = 0.05;
const TEXTS_FOR_SCRIPT = 500;

/** What the texts look like, where another pipeline would read them better. */
export type TextHints = Readonly<{ see: (text: string) => void; findings: () => NewFinding[] }>;

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
      const findings: NewFinding[] = [];
      if (marked > MARKUP_SHARE * seen) findings.push({ kind: 'html', count: marked, all: seen });
      if (script === 'hangul' || script === 'unspaced') findings.push({ kind: script, count: 0 });
      return findings;
    },
  };
}

const MOST_FOR_SCRIPT = 10_000;
const markup = /<\/?[a-z][^<>]*>/i;
