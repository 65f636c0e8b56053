import { growable } from '../growable.ts';
import { idOfRank, OOV_ID, rankOfId } from './ids.ts';
import { wordKeyOf } from './near-copies.ts';

/** A word of the training split. `positiveCount` is the part of `count` that stands in positive reviews. */
export type WordCount = Readonly<{ word: string; count: number; positiveCount: number }>;

/** Where each text of a dataset passes once; see `createVocabularyCounter`. */
export type VocabularyCounter = Readonly<{
  /**
   * Counts the words if they are of the training split, and returns their provisional ids: small numbers in order of
   * first sight, to be turned into final ids by `finish().finalIds[provisional]`.
   */
  add(words: readonly string[], split: 'train' | 'other', isPositive: boolean): Int32Array;
  /** What stands for the word of a provisional id among texts of any dataset. */
  keyOf(id: number): number;
  /** How many different words were added, of all splits. */
  size(): number;
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
  // A Map keeps the order of insertion, so the word of a provisional id is the key at that place.
  const provisional = new Map<string, number>();
  const counts = growable(Uint32Array);
  const positiveCounts = growable(Uint32Array);
  const seenInTrain = growable(Uint32Array);
  const keys = growable(Int32Array);

  return {
    add(text, split, isPositive) {
      const ids = new Int32Array(text.length);
      for (let i = 0; i < text.length; i += 1) {
        const word = text[i] as string;
        let id = provisional.get(word);
        if (id === undefined) {
          id = provisional.size;
          provisional.set(detached(word), id);
          counts.push(0);
          positiveCounts.push(0);
          keys.push(wordKeyOf(word));
        }
        ids[i] = id;
        if (split !== 'train') continue;
        const count = counts.at(id);
        if (count === 0) seenInTrain.push(id);
        counts.set(id, count + 1);
        if (isPositive) positiveCounts.set(id, positiveCounts.at(id) + 1);
      }
      return ids;
    },
    keyOf: keys.at,
    size: () => provisional.size,
    finish() {
      // Sorting is stable, so equal counts stay in order of first sight.
      const ranked = seenInTrain
        .array()
        .slice()
        .sort((a, b) => counts.at(b) - counts.at(a));
      const finalIds = new Int32Array(provisional.size).fill(OOV_ID);
      ranked.forEach((id, index) => {
        finalIds[id] = idOfRank(index + 1);
      });
      const words = new Array<WordCount>(ranked.length);
      let id = 0;
      for (const word of provisional.keys()) {
        const finalId = finalIds[id] ?? OOV_ID;
        if (finalId !== OOV_ID) {
          words[rankOfId(finalId) - 1] = {
            word,
            count: counts.at(id),
            positiveCount: positiveCounts.at(id),
          };
        }
        id += 1;
      }
      return { words, finalIds };
    },
  };
}

/** A copy that stands alone: engines keep a long piece of a text as a view, and the whole text alive with it. */
function detached(word: string): string {
  return word.length < 13 ? word : word.split('').join('');
}
