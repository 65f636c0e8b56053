import { keptRange, type EncodingChoice } from './encoding.ts';
import { OOV_ID, START_ID } from './ids.ts';

/** By review of a split. */
export type ReviewFacts = Readonly<{
  /** Tokens, start token counted. */
  lengths: Uint32Array;
  /** Share of the tokens that the cut to `maxLength` leaves out. */
  cutShares: Float64Array;
  /** Share of the kept words that are out of vocabulary; 0 without words. */
  oovShares: Float64Array;
}>;

/** @param offsets [count + 1]: review i is tokens[offsets[i] .. offsets[i + 1]) */
export function reviewFacts(
  offsets: Uint32Array,
  tokens: Int32Array,
  {
    maxLength,
    numWords,
    truncating,
  }: Pick<EncodingChoice, 'maxLength' | 'numWords' | 'truncating'>,
): ReviewFacts {
  const count = offsets.length - 1;
  const lengths = new Uint32Array(count);
  const cutShares = new Float64Array(count);
  const oovShares = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    const begin = offsets[row] ?? 0;
    const length = (offsets[row + 1] ?? 0) - begin;
    const kept = keptRange(length, maxLength, truncating);
    let words = 0;
    let unknown = 0;
    for (let at = begin + kept.start; at < begin + kept.end; at += 1) {
      const id = tokens[at] ?? START_ID;
      if (id === START_ID) continue;
      words += 1;
      if (id === OOV_ID || id >= numWords) unknown += 1;
    }
    lengths[row] = length;
    cutShares[row] = length === 0 ? 0 : (length - (kept.end - kept.start)) / length;
    oovShares[row] = words === 0 ? 0 : unknown / words;
  }
  return { lengths, cutShares, oovShares };
}
