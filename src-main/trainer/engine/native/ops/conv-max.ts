import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';
import { chunksOf, type Chunk } from './chunks.ts';
import type { Sequence } from './embedding.ts';

export type ConvShape = Readonly<{
  length: number;
  /** Positions of the output: `length` with padding same, `length - kernelSize + 1` with valid. */
  positions: number;
  kernelSize: number;
  filters: number;
  embeddingDim: number;
  chunk: number;
}>;

export type ConvMax = Readonly<{
  /** relu(max over positions + bias), [B, F] */
  features: Tensor;
  /** The position of the (first) maximum, int32 [B, F]; only there when asked for. */
  winners: Tensor | null;
  /** The running maximum [B, F] after each chunk, before the bias. */
  maxima: readonly Tensor[];
}>;

/**
 * Conv1D -> ReLU -> global max. The bias and ReLU come after the maximum, which is the same and [T] times less work. A chunk of
 * positions at a time: the whole output [T, B, F] is never in memory.
 *
 * @param kernel [k, E, F]
 * @param after  what has to be done before the first product starts
 */
export function convMax(
  g: Ops,
  x: Sequence,
  { kernel, bias }: { kernel: Tensor; bias: Tensor },
  shape: ConvShape,
  { withWinners, after = [] }: { withWinners: boolean; after?: readonly Tensor[] },
): ConvMax {
  const { kernelSize, embeddingDim, filters, positions, chunk: chunkSize } = shape;
  // Time is the image's height and the batch its width: [1, T, B, E] with a filter of height k and width 1.
  const filter = g.reshape(kernel, [kernelSize, 1, embeddingDim, filters]);
  const maxima: Tensor[] = [];
  const winners: Tensor[] = [];
  chunksOf(positions, chunkSize).forEach((chunk, index) => {
    g.scope(`chunk${index}`, () => {
      const input = paddedRows(g, x, chunk, shape);
      const image = g.reshape(input, [1, chunk.size + kernelSize - 1, -1, embeddingDim]);
      const y = g.reshape(g.conv2d(image, filter, after), [chunk.size, -1, filters]);
      const largest = g.max(y, [0]);
      const before = maxima.at(-1);
      maxima.push(before === undefined ? largest : g.maximum(before, largest));
      if (!withWinners) return;
      const position = g.add(firstEqual(g, y, largest, chunk.size), g.float(chunk.begin));
      const winner = winners.at(-1);
      winners.push(
        before === undefined || winner === undefined
          ? position
          : g.select(g.greater(largest, before), position, winner),
      );
    });
  });
  const largest = maxima.at(-1);
  if (largest === undefined) throw new Error('A convolution needs at least one position.');
  const winner = winners.at(-1);
  return {
    features: g.relu(g.add(largest, bias)),
    winners: winner === undefined ? null : g.cast(winner, 'int32'),
    maxima,
  };
}

/**
 * Gradients of `convMax`: only the winning windows have any, so the embedding's is summed over their words directly, without a
 * gradient [T, B, E] in between.
 *
 * @param dFeatures [B, F]
 * @param x         what the convolution saw, [T, B, E]
 * @param mask      the dropout that made x, or null
 * @param ids       [T * B]
 */
export function convMaxGradient(
  g: Ops,
  {
    dFeatures,
    forward,
    x,
    mask,
    ids,
    kernel,
    numWords,
  }: {
    dFeatures: Tensor;
    forward: ConvMax;
    x: Tensor;
    mask: Tensor | null;
    ids: Tensor;
    kernel: Tensor;
    numWords: number;
  },
  shape: ConvShape,
): Readonly<{ kernel: Tensor; bias: Tensor; table: Tensor }> {
  const { kernelSize, embeddingDim, filters, length } = shape;
  if (forward.winners === null) throw new Error('The forward pass kept no winners.');
  const isOn = g.cast(g.greater(forward.features, g.float(0)), 'float32');
  const dMax = g.mul(dFeatures, isOn);
  // [F, B]: one product a filter.
  const gradient = g.transpose(dMax, [1, 0]);
  const winners = g.transpose(forward.winners, [1, 0]);
  const batch = g.row(g.shapeOf(dFeatures), 0);
  const column = g.range(g.int(0), batch);
  const flatX = g.reshape(x, [-1, embeddingDim]);
  const flatMask = mask === null ? null : g.reshape(mask, [-1, embeddingDim]);
  const taps = g.split(kernel, kernelSize, 0).map((tap, offset) =>
    g.scope(`tap${offset}`, () => {
      const step = g.add(winners, g.int(offset - leftPadding(shape)));
      const inside = g.minimum(g.maximum(step, g.int(0)), g.int(length - 1));
      // Windows that reach into the padding: their tap saw zeros and hands nothing on.
      const isInside = g.cast(g.equal(step, inside), 'float32');
      const tapGradient = leftPadding(shape) === 0 ? gradient : g.mul(gradient, isInside);
      const perWindow = g.reshape(tapGradient, [filters, -1, 1]);
      const rows = g.add(g.mul(inside, batch), column);

      // [F, B, 1]^T [F, B, E] -> [F, 1, E]
      const dTap = g.batchMatMul(perWindow, g.gather(flatX, rows), { transposeA: true });
      // [F, B, 1] [F, 1, E] -> [F, B, E]
      const perFilter = g.reshape(g.transpose(g.reshape(tap, [embeddingDim, filters]), [1, 0]), [
        filters,
        1,
        embeddingDim,
      ]);
      const handedOn = g.batchMatMul(perWindow, perFilter);
      const kept = flatMask === null ? handedOn : g.mul(handedOn, g.gather(flatMask, rows));
      return {
        kernel: g.transpose(g.reshape(dTap, [filters, embeddingDim]), [1, 0]),
        table: g.segmentSum(kept, g.gather(ids, rows), g.int(numWords)),
      };
    }),
  );
  return {
    kernel: g.stack(taps.map((tap) => tap.kernel)),
    bias: g.sum(dMax, [0]),
    table: g.addAll(taps.map((tap) => tap.table)),
  };
}

/** Zeros before the first step with padding same; Keras puts the odd one behind. */
export const leftPadding = ({ length, positions, kernelSize }: ConvShape): number =>
  positions === length ? Math.floor((kernelSize - 1) / 2) : 0;

/** The input rows that a chunk of positions sees, [size + k - 1, B, E], zeros where they reach beyond the sequence. */
function paddedRows(g: Ops, x: Sequence, { begin, size }: Chunk, shape: ConvShape): Tensor {
  const first = begin - leftPadding(shape);
  const end = first + size + shape.kernelSize - 1;
  const insideFirst = Math.max(0, first);
  const insideEnd = Math.min(shape.length, end);
  const rows = x.rows({ begin: insideFirst, size: insideEnd - insideFirst });
  if (insideFirst === first && insideEnd === end) return rows;
  return g.pad(rows, [
    [insideFirst - first, end - insideEnd],
    [0, 0],
    [0, 0],
  ]);
}

/**
 * The first row of y [C, B, F] that equals the maximum [B, F], as float32; ArgMax and MaxPoolWithArgmax are many times slower. Rows
 * are marked C, C - 1, .. 1, so the largest mark of the equal ones is the first's.
 */
function firstEqual(g: Ops, y: Tensor, largest: Tensor, size: number): Tensor {
  const marks = g.floats(
    [size, 1, 1],
    Array.from({ length: size }, (_, row) => size - row),
  );
  const isLargest = g.cast(g.equal(y, largest), 'float32');
  return g.sub(g.float(size), g.max(g.mul(isLargest, marks), [0]));
}
