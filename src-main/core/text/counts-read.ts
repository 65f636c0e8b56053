import type { EncodedSplit } from './encoded-file.ts';
import { keptRange, type EncodingChoice } from './encoding.ts';
import { rankOfId } from './ids.ts';

/**
 * How often each word occurs in the part of these reviews that a model reads, by rank: after truncation, and within the vocabulary cut to
 * `numWords` ids.
 */
export function countsRead(
  split: EncodedSplit,
  rows: Int32Array,
  {
    numWords,
    maxLength,
    truncating,
  }: Pick<EncodingChoice, 'numWords' | 'maxLength' | 'truncating'>,
): Int32Array {
  const counts = new Int32Array(Math.max(0, rankOfId(numWords)));
  for (const row of rows) {
    const begin = split.offsets[row] ?? 0;
    const kept = keptRange((split.offsets[row + 1] ?? 0) - begin, maxLength, truncating);
    for (let at = begin + kept.start; at < begin + kept.end; at += 1) {
      const rank = rankOfId(split.tokens[at] ?? 0);
      if (rank > 0 && rank < counts.length) counts[rank] = (counts[rank] as number) + 1;
    }
  }
  return counts;
}
