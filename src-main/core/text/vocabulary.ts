import { growable } from '../util/growable.ts';
import { idOfRank, OOV_ID } from './ids.ts';
import { createWordTable } from './word-table.ts';

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
  /**
   * By rank, from 1; words that never occur in the training split are not among them. Made one by one, and only once: all of
   * them at once, or their counts kept to the end, would be much of an import's memory.
   */
  words(): Iterable<WordCount>;
  /** Of a provisional id. */
  wordOf(id: number): string;
  /** Provisional id -> rank + 3, or 2 for a word that never occurs in the training split. */
  finalIds: Int32Array;
}>;

/**
 * Ranks words by frequency over the training split only; ties go to the word seen first there. Texts may come in any order
 * of splits and are tokenised once: their provisional ids are renumbered at the end.
 */
export function createVocabularyCounter(): VocabularyCounter {
  const table = createWordTable();
  const counts = growable(Uint32Array);
  const positiveCounts = growable(Uint32Array);
  const seenInTrain = growable(Uint32Array);

  return {
    add(text, split, isPositive) {
      const ids = new Int32Array(text.length);
      for (let i = 0; i < text.length; i += 1) {
        const id = table.intern(text[i] as string);
        ids[i] = id;
        if (split !== 'train') continue;
        const count = counts.at(id);
        if (count === 0) seenInTrain.push(id);
        counts.set(id, count + 1);
        if (isPositive) positiveCounts.set(id, positiveCounts.at(id) + 1);
      }
      return ids;
    },
    keyOf: table.keyOf,
    size: table.size,
    finish() {
      let ranked = rankedByCount(seenInTrain.array(), counts.at);
      seenInTrain.clear();
      const finalIds = new Int32Array(table.size()).fill(OOV_ID);
      ranked.forEach((id, index) => {
        finalIds[id] = idOfRank(index + 1);
      });
      return {
        *words() {
          for (const id of ranked) {
            const count = counts.at(id);
            yield { word: table.wordOf(id), count, positiveCount: positiveCounts.at(id) };
          }
          counts.clear();
          positiveCounts.clear();
          ranked = new Uint32Array(0);
        },
        wordOf: table.wordOf,
        finalIds,
      };
    },
  };
}

/** Ids by falling count; of equal counts the one that comes first. Sorted as numbers, in place. */
function rankedByCount(ids: Uint32Array, countOf: (id: number) => number): Uint32Array {
  // Exact up to 2^53: more than the tokens that an encoded file can hold, times the ids.
  const keys = new Float64Array(ids.length);
  for (const [index, id] of ids.entries()) keys[index] = index - countOf(id) * ids.length;
  keys.sort();
  const ranked = new Uint32Array(ids.length);
  for (const [rank, key] of keys.entries()) {
    const index = key % ids.length;
    ranked[rank] = ids[index < 0 ? index + ids.length : index] ?? 0;
  }
  return ranked;
}
