import { OOV_ID } from './ids.ts';

/**
 * A sequence as a model reads it, then once for each position with what is there out of vocabulary: what a model says of these
 * differs from what it says of the first by what the word did (occlusion, Zeiler and Fergus 2014). Row-major.
 */
export function occludedSequences(sequence: Int32Array, positions: readonly number[]): Int32Array {
  const length = sequence.length;
  const sequences = new Int32Array((positions.length + 1) * length);
  sequences.set(sequence, 0);
  positions.forEach((position, index) => {
    const begin = (index + 1) * length;
    sequences.set(sequence, begin);
    sequences[begin + position] = OOV_ID;
  });
  return sequences;
}
