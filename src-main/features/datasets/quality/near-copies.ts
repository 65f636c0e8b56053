import { growable } from '#core/util/growable.ts';
import { BANDS, isNearCopy, LEAST_BANDS, writeBandKeys } from '#core/text/near-copies.ts';

import type { Pace } from '../importers/importer.ts';
import { createSpill } from '../importers/sources/spill.ts';

/** Reviews are named by the order in which they were seen, from 0. */
export type NearCopySearch = Readonly<{
  see: (words: Int32Array) => void;
  /** Every review that is a near copy of another one, with that of the highest rank. */
  find: (question: NearCopyQuestion, pace: Pace) => Promise<ReadonlyMap<number, number>>;
  /** Reviews past a limit were not looked at. */
  isPartial: () => boolean;
  close: () => void;
}>;

export type NearCopyQuestion = Readonly<{
  wordsOf: (review: number) => Int32Array;
  /** How much it tells that `review` is a near copy of `other`; 0 where it tells nothing, as for a review and itself. */
  rank: (review: number, other: number) => number;
  /** Reviews that need no search: exact copies. */
  skip: (review: number) => boolean;
  /** Of very many alike the first ones are compared: those of train, then those seen first. */
  isTrain: (review: number) => boolean;
  /** Pairs that are compared word for word at most; files of templates have no end of them. */
  mostCompared?: number;
}>;

/**
 * The keys are on disk, in memory are 4 bytes a review and, while it searches, the keys of one band at a time.
 *
 * @param file does not exist yet
 */
export function createNearCopySearch(file: string, mostReviews = 2_000_000): NearCopySearch {
  const spill = createSpill(file);
  // Reviews without words have no place in these.
  const reviews = growable(Uint32Array);
  const keys = new Uint32Array(BANDS);
  const keyBytes = new Uint8Array(keys.buffer);
  const [own, others] = [new Uint32Array(BANDS), new Uint32Array(BANDS)];
  let seen = 0;
  let isCut = false;

  const readKeys = (target: Uint32Array, place: number): void => {
    spill.fill(new Uint8Array(target.buffer), place * keyBytes.length);
  };
  /** The keys of one band, of all reviews. */
  const readBand = (band: number, column: Uint32Array): void => {
    const rows = new Uint32Array(BANDS * ROWS_AT_ONCE);
    for (let first = 0; first < column.length; first += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, column.length - first);
      spill.fill(new Uint8Array(rows.buffer, 0, count * keyBytes.length), first * keyBytes.length);
      for (let row = 0; row < count; row += 1) column[first + row] = rows[row * BANDS + band] ?? 0;
    }
  };

  return {
    see(words) {
      const review = seen;
      seen += 1;
      if (!writeBandKeys(words, keys)) return;
      if (reviews.length() === mostReviews) {
        isCut = true;
        return;
      }
      reviews.push(review);
      spill.append(keyBytes);
    },
    async find({ wordsOf, rank, skip, isTrain, mostCompared = MOST_COMPARED }, pace) {
      const found = new Map<number, number>();
      const all = reviews.array();
      const chains = createChains(all, isTrain);
      const bandKeys = new Uint32Array(all.length);
      const rankOf = (review: number, other: number | undefined): number =>
        other === undefined ? 0 : rank(review, other);
      let compared = 0;
      for (let band = 0; band < BANDS; band += 1) {
        readBand(band, bandKeys);
        chains.link(bandKeys);
        for (let place = 0; place < all.length; place += 1) {
          const breath = pace.breathe();
          if (breath !== undefined) await breath;
          const review = all[place] ?? 0;
          const key = bandKeys[place] ?? 0;
          let words: Int32Array | null = null;
          let best = rankOf(review, found.get(review));
          let hasOwn = false;
          let alike = 0;
          let steps = 0;
          for (let at = chains.first(key); at !== -1 && steps < MOST_STEPS; at = chains.next(at)) {
            steps += 1;
            if (bandKeys[at] !== key || at === place) continue;
            alike += 1;
            if (alike > MOST_CANDIDATES) break;
            const other = all[at] ?? 0;
            const wanted = rank(review, other);
            if (wanted <= best) continue;
            if (skip(review)) break;
            if (!hasOwn) readKeys(own, place);
            hasOwn = true;
            readKeys(others, at);
            if (!isLikely(own, others, band)) continue;
            if (compared === mostCompared) {
              isCut = true;
              return found;
            }
            compared += 1;
            words ??= wordsOf(review);
            if (!isNearCopy(words, wordsOf(other))) continue;
            found.set(review, other);
            best = wanted;
          }
        }
      }
      return found;
    },
    isPartial: () => isCut,
    close: spill.close,
  };
}

const ROWS_AT_ONCE = 8192;

/** Whether two reviews share keys enough to be compared, and `band` is the first of them: each pair is compared once. */
function isLikely(keys: Uint32Array, others: Uint32Array, band: number): boolean {
  let shared = 0;
  for (const [index, key] of keys.entries()) {
    if (key !== others[index]) continue;
    if (index < band) return false;
    shared += 1;
  }
  return shared >= LEAST_BANDS;
}

const MOST_COMPARED = 200_000;
const MOST_CANDIDATES = 16;
const MOST_STEPS = 1000;

type Chains = Readonly<{
  link: (keys: Uint32Array) => void;
  /** The first place of a chain that holds all places of a key, and of some others; -1 where there is none. */
  first: (key: number) => number;
  next: (place: number) => number;
}>;

function createChains(reviews: Uint32Array, isTrain: (review: number) => boolean): Chains {
  let size = 1024;
  while (size < reviews.length) size *= 2;
  const heads = new Int32Array(size);
  const nexts = new Int32Array(reviews.length);
  const isOfTrain = new Uint8Array(reviews.length);
  for (const [place, review] of reviews.entries()) isOfTrain[place] = Number(isTrain(review));
  return {
    link(keys) {
      heads.fill(-1);
      // What is put in last comes first.
      for (const wanted of [0, 1]) {
        for (let place = keys.length - 1; place >= 0; place -= 1) {
          if (isOfTrain[place] !== wanted) continue;
          const slot = (keys[place] ?? 0) & (size - 1);
          nexts[place] = heads[slot] ?? -1;
          heads[slot] = place;
        }
      }
    },
    first: (key) => heads[key & (size - 1)] ?? -1,
    next: (place) => nexts[place] ?? -1,
  };
}
