import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';
import { chunksOf } from './chunks.ts';

/**
 * flatten -> Dense(1) over one direction of the LSTM, chunk by chunk, without flattening: sum over t of h_t w_t.
 *
 * @param outputs h by chunk, each [C, B, H]
 * @param weights [T, H] in the order in which the direction runs
 * @returns the running sum [B, 1] after each chunk
 */
export function flattenDense(
  g: Ops,
  outputs: readonly Tensor[],
  weights: Tensor,
  { length, units, chunk }: { length: number; units: number; chunk: number },
): readonly Tensor[] {
  const sums: Tensor[] = [];
  chunksOf(length, chunk).forEach(({ begin, size }, index) => {
    const h = outputs[index];
    if (h === undefined) throw new Error('The chunks of the LSTM and of its output layer differ.');
    const w = g.reshape(g.rows(weights, begin, size, 2), [size, units, 1]);
    const part = g.sum(g.batchMatMul(h, w), [0]);
    const before = sums.at(-1);
    sums.push(before === undefined ? part : g.add(before, part));
  });
  return sums;
}

/** Gradient of the weights [T, H]; `dLogit` is [B, 1]. */
export function flattenDenseGradient(
  g: Ops,
  outputs: readonly Tensor[],
  dLogit: Tensor,
  units: number,
): Tensor {
  const column = g.reshape(dLogit, [1, -1, 1]);
  // [1, B, 1]^T [C, B, H] -> [C, 1, H]; the other way round is four times slower.
  const parts = outputs.map((h) => g.batchMatMul(column, h, { transposeA: true }));
  return g.reshape(g.concat(parts, 0), [-1, units]);
}

/** Gradient of h for one chunk, [C, B, H]: the outer product of dLogit [B, 1] and the chunk's weights [C, H]. */
export function flattenDenseInputGradient(
  g: Ops,
  dLogit: Tensor,
  weights: Tensor,
  { begin, size, units }: { begin: number; size: number; units: number },
): Tensor {
  const w = g.reshape(g.rows(weights, begin, size, 2), [size, 1, units]);
  return g.batchMatMul(g.reshape(dLogit, [1, -1, 1]), w);
}
