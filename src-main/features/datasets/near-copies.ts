import { growable } from '#core/growable.ts';
import {
  BANDS,
  LEAST_BANDS,
  NEAR_COPY,
  similarityOf,
  writeBandKeys,
} from '#core/text/near-copies.ts';

import type { Pace } from './importers/importer.ts';

/** Reviews are named by the order in which they were seen, from 0. */
export type NearCopySearch = Readonly<{
  see: (words: Int32Array) => void;
  /** Every review that is a near copy of another one, with the highest rank of those. */
  find: (question: NearCopyQuestion, pace: Pace) => Promise<ReadonlyMap<number, number>>;
  /** Reviews past a limit were not looked at. */
  isPartial: () => boolean;
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

/** 36 bytes a review in memory. */
export function createNearCopySearch(mostReviews = 2_000_000): NearCopySearch {
  // Reviews too short for a signature have no place in these.
  const reviews = growable(Uint32Array);
  const bands = Array.from({ length: BANDS }, () => growable(Uint32Array));
  const keys = new Uint32Array(BANDS);
  let seen = 0;
  let isCut = false;

  /** Whether two reviews share keys enough to be compared, and `band` is the first of them: each pair is compared once. */
  const isLikely = (place: number, other: number, band: number): boolean => {
    let shared = 0;
    for (const [index, column] of bands.entries()) {
      if (column.at(place) !== column.at(other)) continue;
      if (index < band) return false;
      shared += 1;
    }
    return shared >= LEAST_BANDS;
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
      for (const [band, column] of bands.entries()) column.push(keys[band] ?? 0);
    },
    async find({ wordsOf, rank, skip, isTrain, mostCompared = MOST_COMPARED }, pace) {
      const found = new Map<number, number>();
      const all = reviews.array();
      const chains = createChains(all, isTrain);
      let compared = 0;
      // One band at a time: its chains are as large as all the keys of the band.
      for (const [band, column] of bands.entries()) {
        const bandKeys = column.array();
        chains.link(bandKeys);
        for (let place = 0; place < all.length; place += 1) {
          const breath = pace.breathe();
          if (breath !== undefined) await breath;
          const review = all[place] ?? 0;
          const key = bandKeys[place] ?? 0;
          let words: Int32Array | null = null;
          let alike = 0;
          let steps = 0;
          for (let at = chains.first(key); at !== -1 && steps < MOST_STEPS; at = chains.next(at)) {
            steps += 1;
            if (bandKeys[at] !== key || at === place) continue;
            alike += 1;
            if (alike > MOST_CANDIDATES) break;
            const other = all[at] ?? 0;
            const wanted = rank(review, other);
            if (wanted <= (found.get(review) ?? 0) || !isLikely(place, at, band)) continue;
            if (skip(review)) break;
            if (compared === mostCompared) {
              isCut = true;
              return found;
            }
            compared += 1;
            words ??= wordsOf(review);
            if (similarityOf(words, wordsOf(other)) >= NEAR_COPY) found.set(review, wanted);
          }
        }
      }
      return found;
    },
    isPartial: () => isCut,
  };
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
  const isOfTrain = Uint8Array.from(reviews, (review) => Number(isTrain(review)));
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
