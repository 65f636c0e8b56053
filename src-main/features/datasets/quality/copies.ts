import path from 'node:path';

import { splitNames, type Finding, type ReviewPlace, type SplitName } from '#contract/dataset.ts';
import { growable } from '#core/util/growable.ts';

import { findContradictions } from './contradictions.ts';
import type { Pace } from '../importers/importer.ts';
import { createKeySpill, indexKeys } from '../store/keys.ts';
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

/**
 * Reviews that are copies of others: of training reviews, else of test reviews, else of earlier ones of their own split; and those
 * whose words carry both labels.
 */
export type CopySearch = Readonly<{
  /** @param words a key a word, the same in every review (core/text/near-copies.ts) */
  see: (
    split: SplitName,
    row: number,
    label: 0 | 1,
    content: string | Int32Array,
    words: Int32Array,
  ) => void;
  find: (
    wordsOf: (split: SplitName, row: number) => Int32Array,
    pace: Pace,
  ) => Promise<FoundCopies>;
  close: () => void;
}>;

export type FoundCopies = Readonly<{
  /** In the order in which the reviews were seen. */
  copies: () => Iterable<Copy>;
  /** How many texts carry both labels in how many reviews; in the pairs each of these is named, those of a text together. */
  contradictions: Readonly<{ texts: number; reviews: number; pairs: () => Iterable<Pair> }>;
  /** Near copies were not looked for among all reviews. */
  isPartial: boolean;
}>;

/** A review and the one it repeats, or contradicts. */
export type Pair = Readonly<{
  review: ReviewPlace;
  of: ReviewPlace;
  /** Their labels differ. */
  isOpposed: boolean;
}>;
export type Copy = Pair & Readonly<{ kind: CopyKind }>;

export function createCopySearch(temporaryFolder: string): CopySearch {
  const splits = growable(Uint8Array);
  const rows = growable(Uint32Array);
  const labels = growable(Uint8Array);
  const fileOf = (name: string): string => path.join(temporaryFolder, `${name}.spill`);
  const keys = createKeySpill(fileOf('keys'));
  const wordKeys = createKeySpill(fileOf('word-keys'));
  const near = createNearCopySearch(fileOf('signatures'));
  const isTrain = (review: number): boolean => splits.at(review) === TRAIN;
  /** What it says of a review that one of another split is the same. */
  const across = (review: number, split: number): number => {
    if (split === TRAIN) return isTrain(review) ? NONE : OF_TRAIN;
    return split === TEST && splits.at(review) === VALIDATION ? OF_TEST : NONE;
  };
  const rank = (review: number, other: number): number => {
    const of = across(review, splits.at(other));
    if (of !== NONE) return of;
    return splits.at(other) === splits.at(review) && other < review ? OWN : NONE;
  };
  const placeOf = (review: number): ReviewPlace => ({
    split: splitNames[splits.at(review)] ?? 'train',
    row: rows.at(review),
  });
  const pairOf = (review: number, other: number): Pair => ({
    review: placeOf(review),
    of: placeOf(other),
    isOpposed: labels.at(review) !== labels.at(other),
  });
  /** What it takes to find them is let go of before near copies are looked for. */
  const contradictions = (): FoundCopies['contradictions'] => {
    const all = new Uint32Array(labels.length()).map((_, review) => review);
    const { otherOf, contentOf } = findContradictions(wordKeys.read(), all, (review) =>
      labels.at(review) === 1 ? 1 : 0,
    );
    const found: { review: number; first: number; other: number }[] = [];
    for (let review = 0; review < labels.length(); review += 1) {
      const other = otherOf(review);
      if (other !== -1) found.push({ review, first: contentOf(review), other });
    }
    found.sort((a, b) => a.first - b.first || a.review - b.review);
    const named = found.filter(({ review, first }) => {
      // It is named beside the first one.
      return review === first || review !== otherOf(first);
    });
    return {
      texts: found.reduce((texts, { review, first }) => texts + Number(first === review), 0),
      reviews: found.length,
      *pairs() {
        for (const { review, other } of named) yield pairOf(review, other);
      },
    };
  };
  return {
    see(split, row, label, content, words) {
      splits.push(splitNames.indexOf(split));
      rows.push(row);
      labels.push(label);
      keys.add(content);
      wordKeys.add(words);
      near.see(words);
    },
    async find(wordsOf, pace) {
      const opposed = contradictions();
      /** What each review repeats; -1 where it repeats none. */
      const copyOf = new Int32Array(splits.length()).fill(-1);
      const rankOf = (review: number): number => {
        const other = copyOf[review] ?? -1;
        return other === -1 ? NONE : rank(review, other);
      };
      const contents = keys.read();
      for (const split of splitNames.keys()) {
        const places = placesOf(splits.array(), split);
        const firstOf = indexKeys(contents, places, places.length);
        for (let review = 0; review < copyOf.length; review += 1) {
          const first = firstOf(review);
          if (first !== -1 && rank(review, first) > rankOf(review)) copyOf[review] = first;
        }
      }
      const nearOf = await near.find(
        {
          wordsOf(review) {
            const { split, row } = placeOf(review);
            return wordsOf(split, row);
          },
          rank,
          skip: (review) => copyOf[review] !== -1,
          isTrain,
        },
        pace,
      );
      return {
        *copies() {
          for (const [review, other] of copyOf.entries()) {
            const nearest = nearOf.get(review);
            const kind =
              exactKinds[rankOf(review)] ??
              (nearest === undefined ? undefined : nearKinds[rank(review, nearest)]);
            if (kind === undefined) continue;
            yield { kind, ...pairOf(review, other === -1 ? (nearest ?? 0) : other) };
          }
        },
        contradictions: opposed,
        isPartial: near.isPartial(),
      };
    },
    close() {
      for (const part of [keys, wordKeys, near]) part.close();
    },
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
