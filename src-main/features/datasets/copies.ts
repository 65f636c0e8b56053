import path from 'node:path';

import { splitNames, type Finding, type SplitName } from '#contract/dataset.ts';
import { growable } from '#core/growable.ts';

import type { Pace } from './importers/importer.ts';
import { createKeys, indexKeys } from './keys.ts';
import { createNearCopySearch } from './near-copies.ts';

export const copyKinds = [
  'copies',
  'nearCopies',
  'copiesOfTest',
  'nearCopiesOfTest',
  'copiesWithin',
  'nearCopiesWithin',
] as const;
export type CopyKind = Extract<Finding['kind'], (typeof copyKinds)[number]>;

/** Reviews that are copies of others: of training reviews, else of test reviews, else of earlier ones of their own split. */
export type CopySearch = Readonly<{
  /** @param words a key a word, the same in every review (core/text/near-copies.ts) */
  see: (split: SplitName, row: number, content: string | Int32Array, words: Int32Array) => void;
  find: (
    wordsOf: (split: SplitName, row: number) => Int32Array,
    pace: Pace,
  ) => Promise<FoundCopies>;
  close: () => void;
}>;

export type FoundCopies = Readonly<{
  /** How many a split has of a kind, and the first rows of them. */
  of: (split: SplitName, kind: CopyKind) => Readonly<{ count: number; rows: readonly number[] }>;
  /** Near copies were not looked for among all reviews. */
  isPartial: boolean;
}>;

export function createCopySearch(temporaryFolder: string, rowsKept: number): CopySearch {
  const splits = growable(Uint8Array);
  const rows = growable(Uint32Array);
  const keys = createKeys();
  const near = createNearCopySearch(path.join(temporaryFolder, 'signatures.spill'));
  const isTrain = (review: number): boolean => splits.at(review) === TRAIN;
  /** What it says of a review that one of another split is the same. */
  const across = (review: number, split: number): number => {
    if (split === TRAIN) return isTrain(review) ? NONE : OF_TRAIN;
    return split === TEST && splits.at(review) === VALIDATION ? OF_TEST : NONE;
  };
  return {
    see(split, row, content, words) {
      splits.push(splitNames.indexOf(split));
      rows.push(row);
      keys.add(content);
      near.see(words);
    },
    async find(wordsOf, pace) {
      const places = splitNames.map((_, split) => placesOf(splits.array(), split));
      const copyOf = new Uint8Array(splits.length());
      for (const [split, own] of places.entries()) {
        const firstOf = indexKeys(keys, own);
        for (const review of own) {
          if (copyOf[review] === NONE && firstOf(review) !== review) copyOf[review] = OWN;
        }
        for (let review = 0; review < copyOf.length; review += 1) {
          const of = across(review, split);
          if (of > (copyOf[review] ?? NONE) && firstOf(review) !== -1) copyOf[review] = of;
        }
      }
      const nearOf = await near.find(
        {
          wordsOf: (review) => wordsOf(splitNames[splits.at(review)] ?? 'train', rows.at(review)),
          rank: (review, other) => {
            const of = across(review, splits.at(other));
            if (of !== NONE) return of;
            return splits.at(other) === splits.at(review) && other < review ? OWN : NONE;
          },
          skip: (review) => copyOf[review] !== NONE,
          isTrain,
        },
        pace,
      );
      const found = new Map<string, { count: number; rows: number[] }>();
      const note = (review: number, kind: CopyKind): void => {
        const key = `${splitNames[splits.at(review)]} ${kind}`;
        const part = found.get(key) ?? { count: 0, rows: [] };
        found.set(key, part);
        part.count += 1;
        if (part.rows.length < rowsKept) part.rows.push(rows.at(review));
      };
      for (const [review, of] of copyOf.entries()) {
        const kind = exactKinds[of] ?? nearKinds[nearOf.get(review) ?? NONE];
        if (kind !== undefined) note(review, kind);
      }
      return {
        of: (split, kind) => found.get(`${split} ${kind}`) ?? { count: 0, rows: [] },
        isPartial: near.isPartial(),
      };
    },
    close: near.close,
  };
}

const [TRAIN, TEST, VALIDATION] = (['train', 'test', 'validation'] as const).map((split) =>
  splitNames.indexOf(split),
);
const [NONE, OWN, OF_TEST, OF_TRAIN] = [0, 1, 2, 3];
const exactKinds = [undefined, 'copiesWithin', 'copiesOfTest', 'copies'] as const;
const nearKinds = [undefined, 'nearCopiesWithin', 'nearCopiesOfTest', 'nearCopies'] as const;

function placesOf(splits: Uint8Array, wanted: number): Uint32Array {
  const places = growable(Uint32Array);
  for (const [place, split] of splits.entries()) if (split === wanted) places.push(place);
  return places.array();
}
