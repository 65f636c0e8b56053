import * as tf from '@tensorflow/tfjs';

import { randomStream, type RandomStream } from '#core/util/random.ts';

/** A mask of zeros and 1 / (1 - rate) under a name; none where the rate is 0. Asked again, a name goes on with further samples. */
export type DropoutMasks = (
  name: string,
  shape: readonly number[],
  rate: number,
) => tf.Tensor | undefined;

/** The masks of one training step, decided by seed, step and name alone, however the batch is cut. */
export function dropoutMasks(seed: number, step: number): DropoutMasks {
  const streams = new Map<string, RandomStream>();
  return (name, shape, rate) => {
    if (rate === 0) return undefined;
    const stream = streams.get(name) ?? randomStream(seed, `dropout/${step}/${name}`);
    streams.set(name, stream);
    const size = shape.reduce((product, length) => product * length, 1);
    const kept = 1 / (1 - rate);
    const values = new Float32Array(size);
    for (let index = 0; index < size; index += 1)
      values[index] = stream.uniform() < rate ? 0 : kept;
    return tf.tensor(values, [...shape]);
  };
}
