import { meanOfDefined } from '../algebra/alignment.ts';
import { minus, squaredLengths, type Matrix } from '../algebra/matrix.ts';
import type { NeighbourLists } from '../algebra/neighbours.ts';

const displacementNeighbours = 10;

export type Movement = Readonly<{
  /** By ranked word: how far training has moved it, |E_T - E_0|. */
  lengths: Float32Array;
  /** That minus the mean of its ten nearest neighbours; NaN for a word without neighbours. */
  relative: Float32Array;
}>;

/** Both tables have a row for each word that may be a neighbour; the lists are of the ranked ones, the first rows. */
export function movementOf(start: Matrix, end: Matrix, { most, lists }: NeighbourLists): Movement {
  const all = squaredLengths(minus(end, start)).map(Math.sqrt);
  const ranked = lists.length / most;
  const lengths = Float32Array.from(all.subarray(0, ranked));
  const relative = lengths.map((length, word) => {
    const near = lists.subarray(word * most, word * most + displacementNeighbours);
    const others = Array.from(
      near.filter((row) => row >= 0),
      (row) => all[row] as number,
    );
    return length - meanOfDefined(others);
  });
  return { lengths, relative };
}
