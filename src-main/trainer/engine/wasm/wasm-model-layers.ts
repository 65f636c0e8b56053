import * as tf from '@tensorflow/tfjs';

import type { RunConfig } from '#contract/run-config.ts';
import { embeddingBranches, hasCnn, hasLstm } from '#core/model/shapes.ts';
import { embeddingName } from '#core/model/weight-layout.ts';

import { globalMax } from './wasm-kernels-global-max.ts';
import { asTensor, multiply, release, transposed } from './wasm-kernels-heap.ts';
import { lstm, type LstmWeights } from './wasm-kernels-lstm.ts';
import type { DropoutMasks } from './wasm-model-dropout.ts';

export type WeightOf = (name: string) => tf.Tensor;

/** Logits [B] of ids [B, T]; without masks, without dropout. */
export function logits(
  config: RunConfig,
  weight: WeightOf,
  ids: tf.Tensor2D,
  masks: DropoutMasks | null,
): tf.Tensor1D {
  const embedded = embed(config, weight, ids, masks);
  const features = [
    ...(hasCnn(config) ? [cnnBranch(config, weight, embedded('cnn'), masks)] : []),
    ...(hasLstm(config) ? [lstmBranch(config, weight, embedded('lstm'))] : []),
  ];
  const [batch] = ids.shape;
  const output = dense(tf.concat(features, 1), weight, 'output');
  return output.reshape([batch]);
}

/** What a branch reads, [B, T, E]: from its own table and mask, or both branches the same from the shared one. */
function embed(
  config: RunConfig,
  weight: WeightOf,
  ids: tf.Tensor2D,
  masks: DropoutMasks | null,
): (branch: 'cnn' | 'lstm') => tf.Tensor3D {
  const tables = embeddingBranches(config);
  const known = new Map(
    tables.map((table) => {
      const rows = tf.gather(weight(embeddingName(table)), ids) as tf.Tensor3D;
      const mask = masks?.(`embedding/${table}`, rows.shape, config.embeddingDropout);
      return [table, mask === undefined ? rows : rows.mul<tf.Tensor3D>(mask)] as const;
    }),
  );
  return (branch) => {
    const rows = known.get('shared') ?? known.get(branch);
    if (rows === undefined) throw new Error(`No embedding for ${branch}.`);
    return rows;
  };
}

/** [B, T, E] -> [B, F], or [B, H] with a dense head. */
function cnnBranch(
  config: RunConfig,
  weight: WeightOf,
  x: tf.Tensor3D,
  masks: DropoutMasks | null,
): tf.Tensor2D {
  const { kernelSize, filters, embeddingDim, maxLength, convPadding, hiddenUnits } = config;
  const [batch] = x.shape;
  const image = x.reshape<tf.Tensor4D>([batch, maxLength, 1, embeddingDim]);
  const kernel = weight('conv/kernel').reshape<tf.Tensor4D>([kernelSize, 1, embeddingDim, filters]);
  const positions = tf.conv2d(image, kernel, 1, convPadding);
  // Bias and ReLU commute with the maximum and are cheaper behind it.
  const maxima = globalMax(positions.reshape([batch, -1, filters]));
  const pooled = tf.relu(maxima.add<tf.Tensor2D>(weight('conv/bias')));
  if (config.cnnHead === 'none') return pooled;
  const hidden = tf.relu(dense(pooled, weight, 'cnnDense'));
  const mask = masks?.('cnnDense', [batch, hiddenUnits], config.denseDropout);
  return mask === undefined ? hidden : hidden.mul(mask);
}

/** [B, T, E] -> [B, T * 2H]: step by step, forward units before backward units. */
function lstmBranch(config: RunConfig, weight: WeightOf, x: tf.Tensor3D): tf.Tensor2D {
  const weights = (direction: string): LstmWeights => ({
    kernel: weight(`lstm/${direction}/kernel`) as tf.Tensor2D,
    recurrent: weight(`lstm/${direction}/recurrent`) as tf.Tensor2D,
    bias: weight(`lstm/${direction}/bias`) as tf.Tensor1D,
  });
  const activation = config.lstmActivation;
  const states = tf.concat(
    [
      lstm(x, weights('forward'), { isReversed: false, activation }),
      lstm(x, weights('backward'), { isReversed: true, activation }),
    ],
    2,
  );
  return states.reshape([x.shape[0], -1]);
}

function dense(x: tf.Tensor2D, weight: WeightOf, name: string): tf.Tensor2D {
  return matMul(x, weight(`${name}/kernel`) as tf.Tensor2D).add(weight(`${name}/bias`));
}

/** tfjs's product with a gradient that keeps to the fast form of the backend's (see `multiply`). */
function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const apply = tf.customGrad((...inputs) => {
    const [left, right, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([left, right]);
    return {
      value: asTensor<tf.Rank.R2>(multiply(left, right)),
      gradFunc: (gradient: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedLeft, savedRight] = saved as [tf.Tensor2D, tf.Tensor2D];
        const rightT = transposed(savedRight);
        const leftT = transposed(savedLeft);
        const result = [asTensor(multiply(gradient, rightT)), asTensor(multiply(leftT, gradient))];
        release(rightT, leftT);
        return result;
      },
    };
  });
  return apply(a, b);
}
