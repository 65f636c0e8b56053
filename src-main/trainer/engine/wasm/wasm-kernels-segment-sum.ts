import type * as tf from '@tensorflow/tfjs';

import { allocate, floats, integers } from './wasm-kernels-heap.ts';

/**
 * Rows of `x` [n, ...] added up by their segment id [n] -> [numSegments, ...]: the gradient of an embedding lookup. As in
 * TensorFlow, rows of negative ids are dropped; so are ids past the end.
 */
export const unsortedSegmentSum: tf.KernelConfig = {
  kernelName: 'UnsortedSegmentSum',
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const innerShape = x.shape.slice(1);
    const width = innerShape.reduce((product, size) => product * size, 1);
    const output = allocate([numSegments, ...innerShape]);
    const sums = floats(output).fill(0);
    const values = floats(x);
    integers(segmentIds).forEach((segment, row) => {
      if (segment < 0 || segment >= numSegments) return;
      const from = row * width;
      const to = segment * width;
      for (let column = 0; column < width; column += 1) {
        sums[to + column] = (sums[to + column] ?? 0) + (values[from + column] ?? 0);
      }
    });
    return output;
  },
};
