import type { SplitName } from '#contract/dataset.ts';
import {
  BANDS,
  LEAST_BANDS,
  NEAR_COPY,
  similarityOf,
  writeBandKeys,
} from '#core/text/near-copies.ts';

import { growable } from '#core/growable.ts';
import type { Pace } from './importers/importer.ts';

export type NearCopySearch = Readonly<{
  see: (split: SplitName, row: number, words: Int32Array) => void;
  /**
   * Rows of other splits that are near copies of a training review, in order of split and row.
   *
   * @param skip rows that need no search, exact copies for one
   */
  find: (
    idsOf: (split: SplitName, row: number) => Int32Array,
    skip: (split: SplitName, row: number) => boolean,
    pace: Pace,
  ) => Promise<readonly Readonly<{ split: SplitName; row: number }>[]>;
  /** Reviews past the limit were not looked at. */
  isPartial: () => boolean;
}>;

/** 40 bytes a review in memory. */
export function createNearCopySearch(mostReviews = 2_000_000): NearCopySearch {
  const parts = new Map<SplitName, ReturnType<typeof createPart>>();
  const keys = new Uint32Array(BANDS);
  let seen = 0;
  let compared = 0;
  return {
    see(split, row, words) {
      seen += 1;
      if (seen > mostReviews || !writeBandKeys(words, keys)) return;
      let part = parts.get(split);
      if (part === undefined) {
        part = createPart();
        parts.set(split, part);
      }
      part.rows.push(row);
      keys.forEach((key, band) => part.bands[band]?.push(key));
    },
    async find(idsOf, skip, pace) {
      const train = parts.get('train');
      if (train === undefined) return [];
      const others = [...parts].filter(([split]) => split !== 'train');
      const found = new Map(others.map(([split]) => [split, new Set<number>()]));
      const lookup = createLookup(train.rows.length());
      // One band at a time: its table is as large as all the keys of the band.
      for (const [band, keys] of train.bands.entries()) {
        lookup.fill(keys.array());
        for (const [split, part] of others) {
          for (let index = 0; index < part.rows.length() && compared < MOST_COMPARED; index += 1) {
            const breath = pace.breathe();
            if (breath !== undefined) await breath;
            const row = part.rows.at(index);
            if (found.get(split)?.has(row) === true) continue;
            const candidates = lookup
              .find(part.bands[band]?.at(index) ?? 0)
              .filter((candidate) => isLikely(part.bands, index, train.bands, candidate, band));
            if (candidates.length === 0 || skip(split, row)) continue;
            const words = idsOf(split, row);
            const isNear = candidates.some((candidate) => {
              compared += 1;
              return similarityOf(words, idsOf('train', train.rows.at(candidate))) >= NEAR_COPY;
            });
            if (isNear) found.get(split)?.add(row);
          }
        }
      }
      return [...found].flatMap(([split, rows]) =>
        [...rows].sort((a, b) => a - b).map((row) => ({ split, row })),
      );
    },
    isPartial: () => seen > mostReviews || compared >= MOST_COMPARED,
  };
}

/** Against files of templates, in which everything is a candidate. */
const MOST_COMPARED = 200_000;
const MOST_CANDIDATES = 16;
const MOST_STEPS = 1000;

/** Whether two reviews share keys enough to be compared, and `band` is the first of them: each pair is compared once. */
function isLikely(
  bands: readonly Band[],
  index: number,
  otherBands: readonly Band[],
  other: number,
  band: number,
): boolean {
  let shared = 0;
  for (let i = 0; i < BANDS; i += 1) {
    if (bands[i]?.at(index) !== otherBands[i]?.at(other)) continue;
    if (i < band) return false;
    shared += 1;
  }
  return shared >= LEAST_BANDS;
}

type Band = Readonly<{ at: (index: number) => number }>;

function createPart() {
  return {
    rows: growable(Uint32Array),
    bands: Array.from({ length: BANDS }, () => growable(Uint32Array)),
  };
}

type Lookup = Readonly<{
  fill: (keys: Uint32Array) => void;
  /** The positions of a key; the first few, where there are many. */
  find: (key: number) => number[];
}>;

function createLookup(count: number): Lookup {
  let size = 1024;
  while (size < count) size *= 2;
  const heads = new Int32Array(size);
  const next = new Int32Array(count);
  let filled: Uint32Array = new Uint32Array(0);
  return {
    fill(keys) {
      filled = keys;
      heads.fill(-1);
      for (let index = filled.length - 1; index >= 0; index -= 1) {
        const slot = (filled[index] ?? 0) & (size - 1);
        next[index] = heads[slot] ?? -1;
        heads[slot] = index;
      }
    },
    find(key) {
      const positions: number[] = [];
      let steps = 0;
      for (
        let at = heads[key & (size - 1)] ?? -1;
        at !== -1 && steps < MOST_STEPS && positions.length < MOST_CANDIDATES;
        at = next[at] ?? -1
      ) {
        steps += 1;
        if (filled[at] === key) positions.push(at);
      }
      return positions;
    },
  };
}
