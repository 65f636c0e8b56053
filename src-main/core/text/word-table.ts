import { growable } from '../util/growable.ts';
import { wordKeyOf } from './near-copies.ts';

/**
 * Numbers words from 0 in order of first sight. A corpus of 2 GB has millions of words, and a `Map` of strings takes some 150
 * bytes for each; here the letters lie one after another and a word costs its letters and 16 bytes.
 */
export type WordTable = Readonly<{
  /** The number of a word; a new one where it was not there. */
  intern(word: string): number;
  wordOf(id: number): string;
  /** What stands for the word among texts of any dataset (`wordKeyOf`). */
  keyOf(id: number): number;
  size(): number;
}>;

export function createWordTable(): WordTable {
  const letters = growable(Uint16Array);
  const ends = growable(Uint32Array);
  const keys = growable(Int32Array);
  let slots = new Int32Array(FIRST_SLOTS).fill(FREE);

  const startOf = (id: number): number => (id === 0 ? 0 : ends.at(id - 1));
  const isAt = (id: number, word: string): boolean => {
    const start = startOf(id);
    if (ends.at(id) - start !== word.length) return false;
    for (let at = 0; at < word.length; at += 1) {
      if (letters.at(start + at) !== word.charCodeAt(at)) return false;
    }
    return true;
  };
  const widen = (): void => {
    slots = new Int32Array(slots.length * 2).fill(FREE);
    for (let id = 0; id < keys.length(); id += 1) {
      let slot = keys.at(id) & (slots.length - 1);
      while (slots[slot] !== FREE) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id;
    }
  };

  return {
    intern(word) {
      const key = wordKeyOf(word);
      let slot = key & (slots.length - 1);
      for (let id = slots[slot] as number; id !== FREE; id = slots[slot] as number) {
        if (keys.at(id) === key && isAt(id, word)) return id;
        slot = (slot + 1) & (slots.length - 1);
      }
      const id = keys.length();
      slots[slot] = id;
      keys.push(key);
      for (let at = 0; at < word.length; at += 1) letters.push(word.charCodeAt(at));
      ends.push(letters.length());
      if (2 * keys.length() > slots.length) widen();
      return id;
    },
    wordOf(id) {
      const own = letters.array().subarray(startOf(id), ends.at(id));
      let word = '';
      // A call takes so many arguments only, and a whole review may be one word.
      for (let at = 0; at < own.length; at += 4096) {
        word += String.fromCharCode(...own.subarray(at, at + 4096));
      }
      return word;
    },
    keyOf: keys.at,
    size: keys.length,
  };
}

const FREE = -1;
const FIRST_SLOTS = 1 << 16;
