import { indexKeys, type Keys } from './keys.ts';

/** Contents that carry both labels. */
export type Contradictions = Readonly<{
  /** The first review of the same content with the other label; -1 where there is none. */
  otherOf: (review: number) => number;
  /** What tells the contents apart: the first review of each. */
  contentOf: (review: number) => number;
}>;

/** @param reviews among which it is looked */
export function findContradictions(
  keys: Keys,
  reviews: Uint32Array,
  labelOf: (review: number) => 0 | 1,
): Contradictions {
  const contentOf = indexKeys(keys, reviews);
  const firsts = [
    new Int32Array(keys.length()).fill(-1),
    new Int32Array(keys.length()).fill(-1),
  ] as const;
  for (const review of reviews) {
    const content = contentOf(review);
    const ofLabel = firsts[labelOf(review)];
    if (ofLabel[content] === -1) ofLabel[content] = review;
  }
  return {
    otherOf: (review) => firsts[labelOf(review) === 1 ? 0 : 1][contentOf(review)] ?? -1,
    contentOf,
  };
}
