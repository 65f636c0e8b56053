import { indexKeys, type Keys } from '../store/keys.ts';

/** Contents that carry both labels. */
export type Contradictions = Readonly<{
  /** The first review of the same content with the other label; -1 where there is none. */
  otherOf: (review: number) => number;
  /** What tells the contents apart: the first review of each. */
  contentOf: (review: number) => number;
}>;

/** @param reviews among which it is looked, in their order */
export function findContradictions(
  keys: Keys,
  reviews: Uint32Array,
  labelOf: (review: number) => 0 | 1,
): Contradictions {
  const contentOf = indexKeys(keys, reviews, reviews.length);
  /** By content, where there is one: the first review with another label than the content's first. */
  const opposed = new Map<number, number>();
  for (const review of reviews) {
    const content = contentOf(review);
    if (labelOf(review) === labelOf(content) || opposed.has(content)) continue;
    opposed.set(content, review);
  }
  return {
    otherOf(review) {
      const content = contentOf(review);
      return labelOf(review) === labelOf(content) ? (opposed.get(content) ?? -1) : content;
    },
    contentOf,
  };
}
