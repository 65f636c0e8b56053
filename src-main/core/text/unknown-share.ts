import { percentOf } from './coverage.ts';
import { rankOfId } from './ids.ts';

export type UnknownShare = Readonly<{ numWords: number; percent: number }>;

/**
 * The share of all tokens (start tokens left out) that are out of vocabulary where ids below `numWords` are kept, in percent.
 *
 * @param counts occurrences by rank; index 0 is unused
 * @param unranked tokens that are out of vocabulary whatever numWords is
 */
export function unknownShares(
  counts: ArrayLike<number>,
  unranked: number,
): (numWords: readonly number[]) => UnknownShare[] {
  // below[rank]: tokens of that rank or a better one
  const below = new Float64Array(Math.max(1, counts.length));
  for (let rank = 1; rank < counts.length; rank += 1) {
    below[rank] = (below[rank - 1] as number) + (counts[rank] as number);
  }
  const ranked = below[below.length - 1] as number;
  return (numWords) =>
    numWords.map((size) => {
      const lastKept = Math.min(Math.max(0, rankOfId(size - 1)), below.length - 1);
      const kept = below[lastKept] as number;
      return { numWords: size, percent: percentOf(ranked - kept + unranked, ranked + unranked) };
    });
}
