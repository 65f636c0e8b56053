/** Word ids as `keras.datasets.imdb.load_data` numbers them: a word of frequency rank r (from 1) has the id r + 3. */
export const PAD_ID = 0;
export const START_ID = 1;
export const OOV_ID = 2;
export const INDEX_FROM = 3;

/** How an id that has no word is written where a word is shown. */
export const specialWords: Readonly<Record<number, string>> = {
  [PAD_ID]: '<pad>',
  [START_ID]: '<start>',
  [OOV_ID]: '<oov>',
  [INDEX_FROM]: '<unused>',
};

export function idOfRank(rank: number): number {
  return rank + INDEX_FROM;
}

/** 0 or less for ids that are not of a word. */
export function rankOfId(id: number): number {
  return id - INDEX_FROM;
}

/** The words of a review, whose first id may be the start token. */
export function withoutStart(ids: Int32Array): Int32Array {
  return ids[0] === START_ID ? ids.subarray(1) : ids;
}

/** A rank without a known word is shown as `#rank`. */
export function wordOrRank(word: string | null | undefined, rank: number): string {
  return word ?? `#${rank}`;
}
