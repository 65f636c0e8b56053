import { setImmediate } from 'node:timers/promises';

import { AppError } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { sizeOf, weightLayout } from '#core/model/weight-layout.ts';
import * as m from '#messages';
import * as tf from '@tensorflow/tfjs';

import type { CreateEngine, Engine, TensorData, TrainBatch } from '../engine.ts';
import { openWasm } from './wasm-kernels.ts';
import { applyAdam, globalNorm, type Moments } from './wasm-model-adam.ts';
import { dropoutMasks, type DropoutMasks } from './wasm-model-dropout.ts';
import { logits } from './wasm-model-layers.ts';
import { crossEntropy } from './wasm-model-loss.ts';

/**
 * The model on tfjs's wasm backend, where the native library cannot be had: the same formulas, one operation at a time. Weights
 * and moments live in plain arrays; tensors last one pass. A batch is cut into parts of bounded memory whose gradients add up, and
 * between two parts the process answers its messages.
 */
export const createWasmEngine: CreateEngine = (config, _plan, initial) =>
  createEngineInParts(config, initial, rowsPerPart(config));

/** With parts of a given number of rows. */
export async function createEngineInParts(
  config: RunConfig,
  initial: readonly TensorData[],
  partSize: number,
): Promise<Engine> {
  await openWasm();
  const layout = weightLayout(config);
  let weights = readTensors(layout, initial);
  let moments = zeroMoments(weights);

  function load(given: readonly TensorData[], optimizer?: readonly TensorData[]): void {
    const loaded = readTensors(layout, given);
    moments = optimizer === undefined ? zeroMoments(loaded) : readMoments(layout, optimizer);
    weights = loaded;
  }

  /** Adds the gradients of some rows of a batch of `total` to `gradients`. */
  function differentiate(
    part: TrainBatch,
    total: number,
    masks: DropoutMasks,
    gradients: Map<string, Float32Array>,
  ): { loss: number; correct: number } {
    return tf.tidy(() => {
      let correct = 0;
      const names = [...weights.keys()];
      const ids = tf.tensor2d(part.ids, [part.count, config.maxLength], 'int32');
      const lossOf = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
        const byName = new Map(names.map((name, index) => [name, tensors[index]]));
        const result = crossEntropy(logits(config, lookUp(byName), ids, masks), part.labels, total);
        correct = result.correct;
        return result.loss;
      });
      const { value, grads } = lossOf([...weightTensors(layout, weights).values()]);
      names.forEach((name, index) => {
        const gradient = grads[index]?.dataSync<'float32'>() ?? new Float32Array();
        const sum = gradients.get(name);
        if (sum === undefined) gradients.set(name, gradient);
        else gradient.forEach((g, at) => (sum[at] = (sum[at] ?? 0) + g));
      });
      return { loss: value.dataSync<'float32'>()[0] ?? Number.NaN, correct };
    });
  }

  return {
    backend: 'wasm',
    evaluationBatch: 256,
    load,
    async trainStep(batch, step) {
      checkIds(config, batch.ids, batch.count);
      const masks = dropoutMasks(config.seed, step);
      const gradients = new Map<string, Float32Array>();
      let loss = 0;
      let correct = 0;
      for (const [begin, end] of parts(batch.count, partSize)) {
        if (begin > 0) await setImmediate();
        const part = {
          ids: batch.ids.subarray(begin * config.maxLength, end * config.maxLength),
          labels: batch.labels.subarray(begin, end),
          count: end - begin,
        };
        const result = differentiate(part, batch.count, masks, gradients);
        loss += result.loss;
        correct += result.correct;
      }
      const gradientNorm = globalNorm(gradients.values());
      const { learningRate, clipNorm } = config;
      // Unclipped where the norm is not finite: then only weights with a broken gradient break, and they can be named.
      const isClipped = clipNorm !== 'none' && Number.isFinite(gradientNorm);
      const scale = isClipped ? Math.min(1, clipNorm / gradientNorm) : 1;
      for (const [name, values] of weights) {
        applyAdam(values, found(gradients, name), found(moments, name), {
          learningRate,
          step,
          scale,
        });
      }
      return { loss, correct, gradientNorm, brokenLayer: null };
    },
    async evaluate(batch) {
      checkIds(config, batch.ids, batch.count);
      const tensors = weightTensors(layout, weights);
      const result = new Float32Array(batch.count);
      try {
        for (const [begin, end] of parts(batch.count, partSize)) {
          if (begin > 0) await setImmediate();
          const values = tf.tidy(() => {
            const rows = batch.ids.subarray(begin * config.maxLength, end * config.maxLength);
            const ids = tf.tensor2d(rows, [end - begin, config.maxLength], 'int32');
            return logits(config, lookUp(tensors), ids, null).dataSync<'float32'>();
          });
          result.set(values, begin);
        }
      } finally {
        tf.dispose([...tensors.values()]);
      }
      return result;
    },
    readWeights: () =>
      layout.map(({ name, shape }) => ({ name, shape, values: found(weights, name).slice() })),
    readOptimizer: () =>
      layout.flatMap(({ name, shape }) => {
        const { m, v } = found(moments, name);
        return [
          { name: `${name}/m`, shape, values: m.slice() },
          { name: `${name}/v`, shape, values: v.slice() },
        ];
      }),
    memoryBytes: () => process.memoryUsage.rss(),
    tensorCount: () => tf.memory().numTensors,
    dispose() {
      weights = new Map();
      moments = new Map();
    },
  };
}

type Arrays = ReadonlyMap<string, Float32Array>;
type Layout = ReturnType<typeof weightLayout>;

/** Float32 numbers a part may need at once: 128 MB, so that a part of the largest models takes about a second. */
const partFloats = 2 ** 25;

/** Rows whose activations and their gradients fit: a function of the configuration alone, since it changes last bits. */
function rowsPerPart(config: RunConfig): number {
  const { maxLength, embeddingDim, filters, hiddenUnits } = config;
  const embedding = 12 * embeddingDim;
  const convolution = 4 * filters;
  const bothDirections = 2 * (14 * hiddenUnits + 2 * embeddingDim);
  return Math.max(
    1,
    Math.floor(partFloats / (maxLength * (embedding + convolution + bothDirections))),
  );
}

function parts(count: number, size: number): [begin: number, end: number][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => [
    index * size,
    Math.min(count, (index + 1) * size),
  ]);
}

function weightTensors(layout: Layout, weights: Arrays): Map<string, tf.Tensor> {
  return new Map(
    layout.map(({ name, shape }) => [name, tf.tensor(found(weights, name), [...shape], 'float32')]),
  );
}

function lookUp(tensors: ReadonlyMap<string, tf.Tensor | undefined>): (name: string) => tf.Tensor {
  return (name) => found(tensors, name);
}

function zeroMoments(weights: Arrays): Map<string, Moments> {
  return new Map(
    [...weights].map(([name, { length }]) => [
      name,
      { m: new Float32Array(length), v: new Float32Array(length) },
    ]),
  );
}

function readMoments(layout: Layout, given: readonly TensorData[]): Map<string, Moments> {
  const slots = (slot: string): Arrays =>
    readTensors(
      layout.map(({ name, shape }) => ({ name: `${name}/${slot}`, shape })),
      given,
    );
  const [first, second] = [slots('m'), slots('v')];
  return new Map(
    layout.map(({ name }) => [
      name,
      { m: found(first, `${name}/m`), v: found(second, `${name}/v`) },
    ]),
  );
}

/** Copies, checked against the names and sizes that this model has. */
function readTensors(
  expected: readonly Pick<TensorData, 'name' | 'shape'>[],
  given: readonly TensorData[],
): Map<string, Float32Array> {
  return new Map(
    expected.map(({ name, shape }) => {
      const tensor = given.find((candidate) => candidate.name === name);
      if (tensor?.values.length !== sizeOf(shape)) {
        throw new AppError('badInput', m.trainer_other_model({ name, shape: shape.join(' x ') }));
      }
      return [name, tensor.values.slice()];
    }),
  );
}

/** The backend looks up a wrong id without a complaint, outside of the table. */
function checkIds(config: RunConfig, ids: Int32Array, count: number): void {
  if (count < 1 || ids.length !== count * config.maxLength) {
    throw new AppError(
      'internal',
      m.trainer_batch_size({ count, maxLength: config.maxLength, ids: ids.length }),
    );
  }
  const wrong = ids.find((id) => id < 0 || id >= config.numWords);
  if (wrong !== undefined) {
    throw new AppError('badInput', m.trainer_word_id({ id: wrong, numWords: config.numWords }));
  }
}

function found<T>(map: ReadonlyMap<string, T | undefined>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`No tensor "${name}".`);
  return value;
}
