import { idOfRank, OOV_ID } from './ids.ts';

/** A word of the training split. `positiveCount` is the part of `count` that stands in positive reviews. */
export type WordCount = Readonly<{ word: string; count: number; positiveCount: number }>;

/** Where each text of a dataset passes once; see `createVocabularyCounter`. */
export type VocabularyCounter = Readonly<{
  /**
   * Counts the words if they are of the training split, and returns their provisional ids: small numbers in order of
   * first sight, to be turned into final ids by `finish().finalIds[provisional]`.
   */
  add(words: readonly string[], split: 'train' | 'other', isPositive: boolean): Int32Array;
  finish(): RankedVocabulary;
}>;

export type RankedVocabulary = Readonly<{
  /** By rank: `words[0]` has rank 1. Words that never occur in the training split are not among them. */
  words: readonly WordCount[];
  /** Provisional id -> rank + 3, or 2 for a word that never occurs in the training split. */
  finalIds: Int32Array;
}>;

/**
 * Ranks words by frequency over the training split only; ties go to the word seen first there. Texts may come in any order
 * of splits and are tokenised once: their provisional ids are renumbered at the end.
 */
export function createVocabularyCounter(): VocabularyCounter {
  const provisional = new Map<string, number>();
  const words: string[] = [];
  const counts: number[] = [];
  const positiveCounts: number[] = [];
  const seenInTrain: number[] = [];

  return {
    add(text, split, isPositive) {
      const ids = new Int32Array(text.length);
      for (let i = 0; i < text.length; i += 1) {
        const word = text[i] as string;
        let id = provisional.get(word);
        if (id === undefined) {
          id = words.length;
          provisional.set(word, id);
          words.push(word);
          counts.push(0);
          positiveCounts.push(0);
        }
        ids[i] = id;
        if (split !== 'train') continue;
        const count = counts[id] as number;
        if (count === 0) seenInTrain.push(id);
        counts[id] = count + 1;
        if (isPositive) positiveCounts[id] = (positiveCounts[id] as number) + 1;
      }
      return ids;
    },
    finish() {
      // Array.prototype.sort is stable, so equal counts stay in order of first sight.
      const ranked = seenInTrain.toSorted((a, b) => (counts[b] as number) - (counts[a] as number));
      const finalIds = new Int32Array(words.length).fill(OOV_ID);
      ranked.forEach((id, index) => {
        finalIds[id] = idOfRank(index + 1);
      });
      return {
        words: ranked.map((id) => ({
          word: words[id] as string,
          count: counts[id] as number,
          positiveCount: positiveCounts[id] as number,
        })),
        finalIds,
      };
    },
  };
}
