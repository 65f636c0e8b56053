import { idOfRank, OOV_ID, PAD_ID, START_ID } from './ids.ts';

export type Side = 'pre' | 'post';
export type EncodingChoice = Readonly<{
  numWords: number;
  maxLength: number;
  padding: Side;
  truncating: Side;
}>;

/** Start token, then one id a word; `rankOf` answers undefined for a word outside the vocabulary. */
export function encodeWords(
  words: readonly string[],
  rankOf: (word: string) => number | undefined,
): Int32Array {
  const ids = new Int32Array(words.length + 1);
  ids[0] = START_ID;
  words.forEach((word, index) => {
    const rank = rankOf(word);
    ids[index + 1] = rank === undefined ? OOV_ID : idOfRank(rank);
  });
  return ids;
}

/** What an id becomes under a vocabulary cut: ids >= numWords are out of vocabulary. */
export function limitId(id: number, numWords: number): number {
  return id >= numWords ? OOV_ID : id;
}

/** The part of a text of `length` tokens that is kept at `maxLength`: [start, end). */
export function keptRange(
  length: number,
  maxLength: number,
  truncating: Side,
): Readonly<{ start: number; end: number }> {
  if (length <= maxLength) return { start: 0, end: length };
  return truncating === 'pre'
    ? { start: length - maxLength, end: length }
    : { start: 0, end: maxLength };
}

/** Exactly `maxLength` ids as a model reads them: cut to numWords, truncated, padded. */
export function fitSequence(ids: Int32Array, choice: EncodingChoice): Int32Array {
  const fitted = new Int32Array(choice.maxLength);
  fitSequenceInto(fitted, 0, ids, choice);
  return fitted;
}

/** As `fitSequence`, into `target[offset .. offset + maxLength)`. */
export function fitSequenceInto(
  target: Int32Array,
  offset: number,
  ids: Int32Array,
  choice: EncodingChoice,
): void {
  const { start, end } = keptRange(ids.length, choice.maxLength, choice.truncating);
  const padCount = choice.maxLength - (end - start);
  const first = offset + (choice.padding === 'pre' ? padCount : 0);
  target.fill(PAD_ID, offset, offset + choice.maxLength);
  for (let i = start; i < end; i += 1) {
    target[first + i - start] = limitId(ids[i] as number, choice.numWords);
  }
}
