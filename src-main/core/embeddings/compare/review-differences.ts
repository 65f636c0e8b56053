import type { EncodedSplit } from '../../text/encoded-file.ts';
import { keptRange, type Side } from '../../text/encoding.ts';
import { shuffledIndices, type RandomStream } from '../../util/random.ts';
import { gatherRows, minus, squaredLengths, type Matrix } from '../algebra/matrix.ts';
import { correlation } from '../algebra/neighbours.ts';
import { ranks } from '../algebra/rank-correlation.ts';

/** By id, how far the rows of two tables lie apart in the frame they were laid into; NaN for ids that are not to be read. */
export function rowDistances(first: Matrix, second: Matrix, isRead: Uint8Array): Float32Array {
  return Float32Array.from(squaredLengths(minus(second, first)), (square, id) =>
    isRead[id] === 1 ? Math.sqrt(square) : Number.NaN,
  );
}

/**
 * The same rows with those that are read in another order among themselves: how far apart unrelated rows of these lengths lie. No
 * rotation is fitted to it.
 */
export function inOtherOrder(table: Matrix, isRead: Uint8Array, random: RandomStream): Matrix {
  const read = Int32Array.from(isRead.keys()).filter((id) => isRead[id] === 1);
  const order = shuffledIndices(read.length, random);
  const places = Int32Array.from({ length: table.rows }, (_, id) => id);
  read.forEach((id, index) => {
    places[id] = read[order[index] ?? 0] ?? id;
  });
  return gatherRows(table, places);
}

export type ReviewDistances = Readonly<{
  /** Mean over the tokens that are read; NaN where there are none. */
  distances: Float32Array;
  /** Tokens that a model reads, and those of them that both tables know. */
  tokens: Int32Array;
  known: Int32Array;
}>;

/** Of reviews by row, over what a model reads of each. */
export function reviewDistances(
  { offsets, tokens }: EncodedSplit,
  rows: Int32Array,
  byId: Float32Array,
  { maxLength, truncating }: Readonly<{ maxLength: number; truncating: Side }>,
): ReviewDistances {
  const result = {
    distances: new Float32Array(rows.length),
    tokens: new Int32Array(rows.length),
    known: new Int32Array(rows.length),
  };
  rows.forEach((row, index) => {
    const from = offsets[row] ?? 0;
    const { start, end } = keptRange((offsets[row + 1] ?? from) - from, maxLength, truncating);
    let [sum, known] = [0, 0];
    for (let at = from + start; at < from + end; at += 1) {
      const distance = byId[tokens[at] as number];
      if (distance === undefined || Number.isNaN(distance)) continue;
      sum += distance;
      known += 1;
    }
    result.distances[index] = known === 0 ? Number.NaN : sum / known;
    result.tokens[index] = end - start;
    result.known[index] = known;
  });
  return result;
}

export type OddReviews = Readonly<{
  /** Indices of the reviews, the oddest first. */
  predictionsDiffer: number[];
  embeddingsDiffer: number[];
  /** Of the ranks, and of the numbers themselves; NaN where undefined. */
  rankCorrelation: number;
  correlation: number;
}>;

/**
 * Where the size of the embedding difference and that of the predictions part: the reviews whose ranks by the two lie farthest apart,
 * `most` on either side. Undefined distances take no part.
 */
export function oddReviews(
  distances: ArrayLike<number>,
  gaps: ArrayLike<number>,
  most: number,
): OddReviews {
  const defined = Array.from(distances, (_, index) => index).filter(
    (index) => !Number.isNaN(distances[index]),
  );
  const of = (values: ArrayLike<number>) => defined.map((index) => values[index] ?? Number.NaN);
  const [byDistance, byGap] = [ranks(of(distances)), ranks(of(gaps))];
  const surplus = byGap.map((rank, place) => rank - (byDistance[place] ?? 0));
  const places = defined.map((_, place) => place);
  const farthest = (sign: 1 | -1) =>
    places
      .filter((place) => sign * (surplus[place] ?? 0) > 0)
      .sort((a, b) => sign * ((surplus[b] ?? 0) - (surplus[a] ?? 0)) || a - b)
      .slice(0, most)
      .map((place) => defined[place] ?? 0);
  return {
    predictionsDiffer: farthest(1),
    embeddingsDiffer: farthest(-1),
    rankCorrelation: correlation(byDistance, byGap),
    correlation: correlation(of(distances), of(gaps)),
  };
}
