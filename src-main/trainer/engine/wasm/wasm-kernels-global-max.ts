import * as tf from '@tensorflow/tfjs';

import { allocate, asTensor, floats } from './wasm-kernels-heap.ts';

/**
 * The largest value of every channel over all positions, [B, P, F] -> [B, F]. Its gradient goes to the first winner alone
 * (tfjs's own maximum gives all of it to each of several equal ones, and windows of padding are equal).
 */
export function globalMax(x: tf.Tensor3D): tf.Tensor2D {
  const apply = tf.customGrad((...inputs) => {
    const input = inputs[0] as tf.Tensor3D;
    const { shape } = input;
    const [batch, positions, channels] = shape;
    const result = allocate([batch, channels]);
    const winners = new Int32Array(batch * channels);
    const [values, maxima] = [floats(input), floats(result)];
    for (let sample = 0; sample < batch; sample += 1) {
      const to = sample * channels;
      for (let position = 0; position < positions; position += 1) {
        const from = (sample * positions + position) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          const value = values[from + channel] ?? 0;
          if (position === 0 || value > (maxima[to + channel] ?? 0)) {
            maxima[to + channel] = value;
            winners[to + channel] = from + channel;
          }
        }
      }
    }
    return {
      value: asTensor<tf.Rank.R2>(result),
      gradFunc: (gradient: tf.Tensor) => {
        const spread = allocate(shape);
        const [dx, dy] = [floats(spread).fill(0), floats(gradient)];
        winners.forEach((winner, index) => {
          dx[winner] = dy[index] ?? 0;
        });
        return asTensor(spread);
      },
    };
  });
  return apply(x) as tf.Tensor2D;
}
