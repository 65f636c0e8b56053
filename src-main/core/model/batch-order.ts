import { randomStream, shuffledIndices } from '../util/random.ts';

/** The order of the training rows in one epoch (counted from 1): decided by seed and epoch alone, so a resumed run goes on alike. */
export const epochOrder = (rowCount: number, seed: number, epoch: number): Int32Array =>
  shuffledIndices(rowCount, randomStream(seed, `order/${epoch}`));

/** Steps of an epoch; the last batch holds what is left. */
export const stepsPerEpoch = (rowCount: number, batchSize: number): number =>
  Math.ceil(rowCount / batchSize);

/** Row numbers by length, shortest first, ties by row: reviews of like length share a batch. */
export function orderByLength(lengths: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: lengths.length }, (_, index) => index);
  return order.sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
}
