import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { NewFinding } from '../../quality/findings.ts';
import { quoted } from '../table.ts';

/** Leaves out the reviews that hold a word, such as one that gives the label away. */
export type WordDrop = Readonly<{
  /** Whether a review is left out; counts it then. */
  drops: (content: string | Int32Array) => boolean;
  /** After the last review: throws for a word that no review holds, which is a typing error. */
  finish: (note: (finding: NewFinding) => void) => void;
}>;

export function createWordDrop(
  { dropWords = [] }: Pick<ImportRequest, 'dropWords'>,
  source: string,
  tokenize: (text: string) => readonly string[],
): WordDrop {
  const wanted = new Set(dropWords.map((word) => oneWord(word, tokenize)));
  const met = new Set<string>();
  let count = 0;
  return {
    drops(content) {
      if (wanted.size === 0) return false;
      if (typeof content !== 'string') {
        throw invalid(m.datasets_drop_word_of_ids({ source }));
      }
      let isDropped = false;
      for (const word of tokenize(content)) {
        if (!wanted.has(word)) continue;
        met.add(word);
        isDropped = true;
      }
      if (isDropped) count += 1;
      return isDropped;
    },
    finish(note) {
      if (wanted.size === 0) return;
      const missing = [...wanted].find((word) => !met.has(word));
      if (missing !== undefined) {
        throw invalid(m.datasets_drop_word_unknown({ source, word: quoted(missing) }));
      }
      note({ kind: 'dropped', count, why: 'words', values: [...wanted] });
    },
  };
}

/** A word as the dataset's texts are read: "Leak!" is "leak". */
function oneWord(text: string, tokenize: (text: string) => readonly string[]): string {
  const [word, ...others] = tokenize(text);
  if (word === undefined || others.length > 0) {
    throw invalid(m.datasets_drop_word_one({ word: quoted(text) }), '--drop-word W');
  }
  return word;
}

const invalid = (text: string, flag?: string): AppError =>
  new AppError('invalid', text, { field: 'dropWords', ...(flag === undefined ? {} : { flag }) });
