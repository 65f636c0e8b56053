import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';
import { reversedSteps, type Chunk } from './chunks.ts';

/** A sequence of vectors, read in chunks of time steps: each [chunk.size, B, E]. */
export type Sequence = Readonly<{
  rows: (chunk: Chunk) => Tensor;
  /** The same sequence from its end: chunk.begin counts from the last step. */
  reversedRows: (chunk: Chunk) => Tensor;
}>;

/** Rows of a table [V, E] for time-major ids [T, B], looked up chunk by chunk: nothing is computed for chunks that nobody asks for. */
export function lookedUpSequence(g: Ops, table: Tensor, ids: Tensor, length: number): Sequence {
  const reversedIds = g.gather(ids, g.ints(reversedSteps(length)));
  return {
    rows: ({ begin, size }) => g.gather(table, g.rows(ids, begin, size, 2)),
    reversedRows: ({ begin, size }) => g.gather(table, g.rows(reversedIds, begin, size, 2)),
  };
}

/** A sequence that is there as one tensor [T, B, E]. */
export function wholeSequence(g: Ops, x: Tensor, length: number): Sequence {
  const backwards = reversedSteps(length);
  return {
    rows: ({ begin, size }) => g.rows(x, begin, size, 3),
    reversedRows: ({ begin, size }) => g.gather(x, g.ints(backwards.slice(begin, begin + size))),
  };
}

/**
 * Gradient of a table [V, E] from that of the looked-up rows [T * B, E] and their ids [T * B]: the occurrences of a word are
 * summed before Adam sees them. (Keras 3 does not merge them; TensorFlow 2.2, PyTorch and the textbooks do.)
 */
export const tableGradient = (g: Ops, rows: Tensor, ids: Tensor, numWords: number): Tensor =>
  g.segmentSum(rows, ids, g.int(numWords));
