import { spawnSync } from 'node:child_process';

import * as tf from '@tensorflow/tfjs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import { initialWeights } from '#core/model/initial-weights.ts';
import { choosePlan } from '#core/model/plan.ts';
import { randomStream } from '#core/util/random.ts';
import { resolveConfig } from '#core/config/run-config.ts';
import { hasCnn, hasLstm } from '#core/model/shapes.ts';

import type { Engine, TensorData, TrainBatch } from '../engine.ts';
import { openWasm } from './wasm-kernels.ts';
import { dropoutMasks, type DropoutMasks } from './wasm-model-dropout.ts';
import { createEngineInParts, createWasmEngine } from './wasm-model.ts';

beforeAll(() => {
  // Without the advice that tfjs prints in Node.
  tf.env().set('PROD', true);
});
beforeEach(openWasm);

const factors = (['separate', 'shared'] as const).flatMap((embedding) =>
  (['same', 'valid'] as const).flatMap((convPadding) =>
    (['none', 'dense'] as const).map((cnnHead) => ({ embedding, convPadding, cnnHead })),
  ),
);

describe('agreement with plain operations on the pure-JS backend', () => {
  it.each([
    ...factors,
    { branches: 'cnn', cnnHead: 'dense' },
    { branches: 'lstm' },
    { variant: 'A', lstmActivation: 'relu' },
    { variant: 'B', lstmActivation: 'relu', kernelSize: 4 },
    { variant: 'A', clipNorm: 0.05 },
    { variant: 'A', embeddingDropout: 0, denseDropout: 0 },
  ] as RunConfigInput[])('logits, loss, gradients and five steps: %o', async (fields) => {
    const config = configOf(fields);
    const batch = batchOf(config, 7);
    const engine = await engineOf(config);
    const evaluated = await engine.evaluate(batch);
    const result = await engine.trainStep(batch, 1);
    const firstMoments = engine.readOptimizer();
    for (let step = 2; step <= 5; step += 1) await engine.trainStep(batch, step);

    const oracle = await trainPlainly(config, batch, 5);
    expectClose(evaluated, oracle.logits, 1e-6);
    expect(result.loss).toBeCloseTo(oracle.loss, 6);
    expect(result.correct).toBe(oracle.correct);
    expect(result.gradientNorm / oracle.gradientNorm).toBeCloseTo(1, 5);
    for (const { name, values } of engine.readWeights()) {
      // After one step the first moment is a tenth of the gradient.
      const m = firstMoments.find((tensor) => tensor.name === `${name}/m`)!.values;
      const gradient = oracle.gradients.get(name)!;
      const largest = Math.max(...gradient.map(Math.abs));
      expect(largest, name).toBeGreaterThan(0);
      expectClose(
        m.map((value) => (value * 10) / largest),
        gradient.map((g) => g / largest),
        1e-5,
        name,
      );
      expectClose(values, oracle.weights.get(name)!, 2e-6, name);
    }
  });
});

describe('gradients', () => {
  it.each([{ variant: 'A' }, { variant: 'B', lstmActivation: 'relu' }] as RunConfigInput[])(
    'are the slope of the loss: %o',
    async (fields) => {
      const config = configOf({ ...fields, embeddingDropout: 0, denseDropout: 0 });
      const batch = batchOf(config, 6);
      const engine = await engineOf(config);
      const start = engine.readWeights();
      const { gradientNorm } = await engine.trainStep(batch, 1);
      const moments = engine.readOptimizer();
      const direction = start.map(({ name }) =>
        moments
          .find((slot) => slot.name === `${name}/m`)!
          .values.map((m) => (m * 10) / gradientNorm),
      );
      const lossAt = async (distance: number): Promise<number> => {
        engine.load(
          start.map((tensor, index) => ({
            ...tensor,
            values: tensor.values.map((value, at) => value + distance * direction[index]![at]!),
          })),
        );
        return lossOf(await engine.evaluate(batch), batch.labels);
      };
      const slope = ((await lossAt(0.01)) - (await lossAt(-0.01))) / 0.02;
      expect(slope / gradientNorm).toBeCloseTo(1, 2);
    },
  );
});

describe('training', () => {
  it('learns, whole or in parts, with the same dropout', async () => {
    const config = configOf({ variant: 'B' });
    const batch = batchOf(config, 8);
    const whole = await engineOf(config);
    const inParts = await createEngineInParts(config, startOf(config), 3);
    const first = await whole.trainStep(batch, 1);
    const firstInParts = await inParts.trainStep(batch, 1);
    expect(firstInParts.loss).toBeCloseTo(first.loss, 6);
    expect(firstInParts.correct).toBe(first.correct);
    for (let step = 2; step <= 60; step += 1) await whole.trainStep(batch, step);
    for (let step = 2; step <= 3; step += 1) await inParts.trainStep(batch, step);
    const last = await whole.trainStep(batch, 61);
    expect(last.loss).toBeLessThan(first.loss / 2);
    const other = await engineOf(config);
    for (let step = 1; step <= 3; step += 1) await other.trainStep(batch, step);
    expectSame(inParts.readWeights(), other.readWeights(), 2e-5);
    expectClose(await inParts.evaluate(batch), await other.evaluate(batch), 2e-5);
  });

  it('gives the same bits for a seed, resumed or not, and others for another seed', async () => {
    const config = configOf({ variant: 'A' });
    const batch = batchOf(config, 4);
    const initial = initialWeights(config, 1);
    const straight = await createWasmEngine(config, planOf(config), initial);
    for (let step = 1; step <= 4; step += 1) await straight.trainStep(batch, step);

    const killed = await createWasmEngine(config, planOf(config), initial);
    for (let step = 1; step <= 2; step += 1) await killed.trainStep(batch, step);
    const resumed = await createWasmEngine(config, planOf(config), initial);
    resumed.load(killed.readWeights(), killed.readOptimizer());
    for (let step = 3; step <= 4; step += 1) await resumed.trainStep(batch, step);
    expect(resumed.readWeights()).toEqual(straight.readWeights());
    expect(resumed.readOptimizer()).toEqual(straight.readOptimizer());

    const seeded = await createWasmEngine({ ...config, seed: 2 }, planOf(config), initial);
    for (let step = 1; step <= 4; step += 1) await seeded.trainStep(batch, step);
    expect(seeded.readWeights()).not.toEqual(straight.readWeights());
  });

  it('reports a loss that is no number, so that the run can end as diverged', async () => {
    const config = configOf({ variant: 'A', lstmActivation: 'relu' });
    const engine = await engineOf(config);
    engine.load(
      engine.readWeights().map((tensor) => ({ ...tensor, values: tensor.values.map(() => 1e30) })),
    );
    const { loss, gradientNorm } = await engine.trainStep(batchOf(config, 4), 1);
    expect(Number.isFinite(loss)).toBe(false);
    expect(Number.isFinite(gradientNorm)).toBe(false);
  });

  it('keeps tensors and memory flat', async () => {
    const config = configOf({ variant: 'A' });
    const batch = batchOf(config, 8);
    const engine = await engineOf(config);
    await engine.trainStep(batch, 1);
    await engine.evaluate(batch);
    const tensors = tf.memory().numTensors;
    const buffers = tf.engine().backend.numDataIds();
    for (let step = 2; step <= 30; step += 1) {
      await engine.trainStep(batch, step);
      await engine.evaluate(batch);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tf.engine().backend.numDataIds()).toBe(buffers);
    engine.dispose();
  });

  it('refuses weights of another model and ids outside of the vocabulary', async () => {
    const config = configOf({ variant: 'A' });
    const engine = await engineOf(config);
    const other = configOf({ variant: 'B' });
    expect(() => engine.load(initialWeights(other, 1))).toThrow(/another model: "embedding\/cnn"/);
    const batch = batchOf(config, 2);
    batch.ids[3] = config.numWords;
    await expect(engine.evaluate(batch)).rejects.toThrow(/Word id 100 is not below numWords/);
    await expect(engine.trainStep({ ...batch, count: 3 }, 1)).rejects.toThrow(/has 24 ids/);
  });

  it('does not load the native package', () => {
    const script = `
      import { createRequire } from 'node:module';
      import { openWasm } from './wasm-kernels.ts';
      import './wasm-model.ts';
      await openWasm();
      process.stdout.write(Object.keys(createRequire(process.cwd() + '/').cache).join('\\n'));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    const loaded = stdout.split('\n');
    expect(loaded.some((file) => file.includes('tfjs-backend-wasm'))).toBe(true);
    expect(loaded.filter((file) => /tfjs-node|tfjs_binding/.test(file))).toEqual([]);
  });
});

describe('dropout masks', () => {
  it('are decided by seed, step and name, and keep the mean', () => {
    const draw = (seed: number, step: number, name: string, masks = dropoutMasks(seed, step)) =>
      masks(name, [100, 50], 0.2)!.dataSync<'float32'>();
    const mask = draw(1, 1, 'embedding/cnn');
    expect(draw(1, 1, 'embedding/cnn')).toEqual(mask);
    for (const other of [
      draw(2, 1, 'embedding/cnn'),
      draw(1, 2, 'embedding/cnn'),
      draw(1, 1, 'embedding/lstm'),
    ]) {
      expect(other).not.toEqual(mask);
    }
    expect(new Set(mask)).toEqual(new Set([0, 1.25]));
    expect(mask.reduce((sum, value) => sum + value, 0) / mask.length).toBeCloseTo(1, 1);
    expect(dropoutMasks(1, 1)('embedding/cnn', [4], 0)).toBeUndefined();
  });

  it('go on where a batch is cut', () => {
    const whole = dropoutMasks(1, 1)('cnnDense', [6, 2], 0.5)!.dataSync();
    const masks = dropoutMasks(1, 1);
    const cut = [masks('cnnDense', [4, 2], 0.5)!, masks('cnnDense', [2, 2], 0.5)!];
    expect(cut.flatMap((mask) => [...mask.dataSync()])).toEqual([...whole]);
  });
});

function configOf(fields: RunConfigInput): RunConfig {
  const resolved = resolveConfig({
    numWords: 100,
    maxLength: 12,
    embeddingDim: 4,
    hiddenUnits: 3,
    filters: 5,
    learningRate: 0.01,
    ...fields,
  });
  if (!resolved.ok) throw new Error(resolved.errors.map(({ message }) => message).join(' '));
  return resolved.config;
}

const planOf = (config: RunConfig) => choosePlan(config, 2, 'wasm');
/** Twenty times Keras's embedding: with tiny values every gradient would hide behind its rounding. */
const startOf = (config: RunConfig): TensorData[] =>
  initialWeights(config, config.seed).map((tensor) =>
    tensor.name.startsWith('embedding')
      ? { ...tensor, values: tensor.values.map((value) => value * 20) }
      : { ...tensor },
  );
const engineOf = (config: RunConfig): Promise<Engine> =>
  createWasmEngine(config, planOf(config), startOf(config));

/** Front-padded, of growing length, so that windows of padding tie; the label is in the last word. */
function batchOf(config: RunConfig, count: number): TrainBatch {
  const random = randomStream(1, 'reviews');
  const { maxLength, numWords } = config;
  const ids = Int32Array.from({ length: count * maxLength }, (_, index) => {
    const pads = Math.max(0, maxLength - 5 - Math.floor(index / maxLength));
    return index % maxLength < pads ? 0 : 1 + random.below(numWords - 1);
  });
  const labels = Float32Array.from(
    { length: count },
    (_, row) => ids[(row + 1) * maxLength - 1]! % 2,
  );
  return { ids, labels, count };
}

type Oracle = Readonly<{
  logits: Float32Array;
  loss: number;
  correct: number;
  gradientNorm: number;
  gradients: Map<string, Float32Array>;
  weights: Map<string, Float32Array>;
}>;

/** The model in tfjs's own operations on the pure-JS backend, differentiated by tfjs, with Adam in float64. */
async function trainPlainly(config: RunConfig, batch: TrainBatch, steps: number): Promise<Oracle> {
  await tf.setBackend('cpu');
  const weights = new Map(startOf(config).map(({ name, values }) => [name, values.slice()]));
  const shapes = new Map(startOf(config).map(({ name, shape }) => [name, shape]));
  const names = [...weights.keys()];
  const m = new Map(names.map((name) => [name, new Float64Array(weights.get(name)!.length)]));
  const v = new Map(names.map((name) => [name, new Float64Array(weights.get(name)!.length)]));
  const tensors = () => names.map((name) => tf.tensor(weights.get(name)!, [...shapes.get(name)!]));
  const logitsOf = (given: readonly tf.Tensor[], masks: DropoutMasks | null) =>
    plainLogits(config, (name) => given[names.indexOf(name)]!, batch, masks);

  const logits = tf.tidy(() => logitsOf(tensors(), null).dataSync<'float32'>());
  let first: Omit<Oracle, 'logits' | 'weights'> | undefined;
  for (let step = 1; step <= steps; step += 1) {
    tf.tidy(() => {
      const masks = dropoutMasks(config.seed, step);
      let trained = new Float32Array();
      const { value, grads } = tf.valueAndGrads((...given) => {
        const z = logitsOf(given, masks);
        trained = Float32Array.from(z.dataSync());
        const y = tf.tensor1d(batch.labels);
        return tf.mean(
          tf
            .relu(z)
            .sub(z.mul(y))
            .add(tf.log1p(tf.exp(tf.neg(tf.abs(z))))),
        );
      })(tensors());
      const gradients = new Map(
        names.map((name, index) => [name, grads[index]!.dataSync<'float32'>()]),
      );
      let squares = 0;
      for (const gradient of gradients.values()) gradient.forEach((g) => (squares += g * g));
      const gradientNorm = Math.sqrt(squares);
      const scale = config.clipNorm === 'none' ? 1 : Math.min(1, config.clipNorm / gradientNorm);
      for (const name of names) {
        weights.get(name)!.forEach((weight, at) => {
          const g = gradients.get(name)![at]! * scale;
          const mean = (m.get(name)![at] = 0.9 * m.get(name)![at]! + 0.1 * g);
          const square = (v.get(name)![at] = 0.999 * v.get(name)![at]! + 0.001 * g * g);
          const rate = (config.learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
          weights.get(name)![at] = weight - (rate * mean) / (Math.sqrt(square) + 1e-7);
        });
      }
      first ??= {
        loss: value.dataSync<'float32'>()[0]!,
        correct: trained.filter((z, row) => z > 0 === batch.labels[row]! > 0.5).length,
        gradientNorm,
        gradients: new Map([...gradients].map(([name, g]) => [name, g.map((one) => one * scale)])),
      };
    });
  }
  await openWasm();
  return { ...first!, logits, weights };
}

function plainLogits(
  config: RunConfig,
  weight: (name: string) => tf.Tensor,
  batch: TrainBatch,
  masks: DropoutMasks | null,
): tf.Tensor1D {
  const { maxLength, hiddenUnits, kernelSize, embeddingDim, filters } = config;
  const { count } = batch;
  const ids = tf.tensor2d(batch.ids, [count, maxLength], 'int32');
  const isShared = config.branches === 'both' && config.embedding === 'shared';
  const lookUp = (table: string): tf.Tensor => {
    const rows = tf.gather(weight(`embedding/${table}`), ids);
    return rows.mul(
      masks?.(`embedding/${table}`, rows.shape, config.embeddingDropout) ?? tf.scalar(1),
    );
  };
  const shared = isShared ? lookUp('shared') : null;
  const features: tf.Tensor[] = [];
  if (hasCnn(config)) {
    // Same padding by hand, and the convolution as a product over windows.
    const x = shared ?? lookUp('cnn');
    const before = config.convPadding === 'same' ? Math.floor((kernelSize - 1) / 2) : 0;
    const after = config.convPadding === 'same' ? kernelSize - 1 - before : 0;
    const padded = tf.pad(x, [
      [0, 0],
      [before, after],
      [0, 0],
    ]);
    const kernel = weight('conv/kernel').reshape([kernelSize * embeddingDim, filters]);
    const positions = maxLength + before + after - kernelSize + 1;
    const maxima = Array.from({ length: positions }, (_, position) =>
      tf
        .slice(padded, [0, position, 0], [-1, kernelSize, -1])
        .reshape([count, kernelSize * embeddingDim])
        .matMul(kernel),
    ).reduce((best, next) => {
      // By value: tfjs would look for a gradient of the comparison.
      const known = best.dataSync();
      const isGreater = next.dataSync().map((value, index) => (value > known[index]! ? 1 : 0));
      return tf.where(tf.tensor(isGreater, best.shape, 'bool'), next, best);
    });
    let cnn: tf.Tensor = tf.relu(maxima.add(weight('conv/bias')));
    if (config.cnnHead === 'dense') {
      cnn = tf.relu(cnn.matMul(weight('cnnDense/kernel')).add(weight('cnnDense/bias')));
      cnn = cnn.mul(masks?.('cnnDense', cnn.shape, config.denseDropout) ?? tf.scalar(1));
    }
    features.push(cnn);
  }
  if (hasLstm(config)) {
    const steps = tf.unstack(shared ?? lookUp('lstm'), 1);
    const run = (direction: string, inputs: tf.Tensor[]): tf.Tensor[] => {
      const activate = config.lstmActivation === 'tanh' ? tf.tanh : tf.relu;
      let cell: tf.Tensor = tf.zeros([count, hiddenUnits]);
      let state: tf.Tensor = tf.zeros([count, hiddenUnits]);
      return inputs.map((input) => {
        const z = input
          .matMul(weight(`lstm/${direction}/kernel`))
          .add(state.matMul(weight(`lstm/${direction}/recurrent`)))
          .add(weight(`lstm/${direction}/bias`));
        const [i, f, c, o] = tf.split(z, 4, 1);
        cell = tf
          .sigmoid(f!)
          .mul(cell)
          .add(tf.sigmoid(i!).mul(activate(c!)));
        state = tf.sigmoid(o!).mul(activate(cell));
        return state;
      });
    };
    const ahead = run('forward', steps);
    const back = run('backward', steps.toReversed()).toReversed();
    ahead.forEach((state, step) => features.push(state, back[step]!));
  }
  const output = tf.concat(features, 1).matMul(weight('output/kernel')).add(weight('output/bias'));
  return output.reshape([count]);
}

function lossOf(logits: Float32Array, labels: Float32Array): number {
  return (
    logits.reduce((sum, z, row) => sum + Math.log1p(Math.exp(-z)) + z * (1 - labels[row]!), 0) /
    logits.length
  );
}

function expectSame(
  actual: readonly TensorData[],
  expected: readonly TensorData[],
  tolerance: number,
): void {
  actual.forEach(({ name, values }, index) => {
    expectClose(values, expected[index]!.values, tolerance, name);
  });
}

function expectClose(
  actual: Float32Array,
  expected: Float32Array,
  tolerance: number,
  what = 'values',
): void {
  expect(actual.length, what).toBe(expected.length);
  const difference = actual.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - expected[index]!)),
    0,
  );
  expect(difference, what).toBeLessThan(tolerance);
}
