import { describe, expect, it } from 'vitest';

import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';
import { initialWeights } from '#core/model/initial-weights.ts';
import { choosePlan } from '#core/model/plan.ts';
import { randomStream } from '#core/util/random.ts';
import { resolveConfig } from '#core/config/run-config.ts';

import { hasNativeBinding } from '../native/binding.ts';
import { changedConfigs } from '../../../testing/builders/other-value.ts';
import type { CreateEngine, TensorData, TrainBatch } from '../engine.ts';
import { createWasmEngine } from './wasm-model.ts';
import { buildModel } from '../native/model.ts';
import { createNativeEngine } from '../native/native-engine.ts';

const isMissing = !hasNativeBinding();
const reason = isMissing ? ' (skipped: the native library is not set up; npm start does it)' : '';

/** Two models are unavoidable; without dropout they are the same one. */
describe.skipIf(isMissing)(`the wasm engine and the native one${reason}`, () => {
  it.each([
    { variant: 'A' },
    { variant: 'B' },
    { embedding: 'separate', convPadding: 'valid', cnnHead: 'dense' },
    { embedding: 'shared', convPadding: 'same', cnnHead: 'none' },
    { branches: 'cnn', cnnHead: 'dense', kernelSize: 4 },
    { branches: 'lstm' },
    { variant: 'B', lstmActivation: 'relu' },
    { variant: 'A', clipNorm: 0.1 },
  ] as RunConfigInput[])(
    'agree on logits, losses and the weights after five steps: %o',
    expectAgreement,
  );
});

describe('every field of the model', () => {
  const config = configOf({ cnnHead: 'dense', embeddingDropout: 0.2, denseDropout: 0.5 });

  it('changes the graph of the native engine', () => {
    const graphOf = (of: RunConfig): string =>
      Buffer.from(buildModel(of, choosePlan(of, 2, 'native')).graph.serialize()).toString('latin1');
    for (const { field, changed } of changedConfigs(config, 'model'))
      expect(graphOf(changed) === graphOf(config), field).toBe(false);
  });

  it('changes what the wasm engine trains', async () => {
    const lossOf = async (of: RunConfig): Promise<number> => {
      const engine = await createWasmEngine(of, choosePlan(of, 2, 'wasm'), startOf(of));
      return (await engine.trainStep(batchOf(of, 9), 1)).loss;
    };
    const usual = await lossOf(config);
    for (const { field, changed } of changedConfigs(config, 'model'))
      expect(await lossOf(changed), field).not.toBe(usual);
  });
});

async function expectAgreement(fields: RunConfigInput): Promise<void> {
  const config = configOf(fields);
  const batch = batchOf(config, 9);
  const start = startOf(config);
  const native = await train(createNativeEngine, config, 'native', start, batch);
  const wasm = await train(createWasmEngine, config, 'wasm', start, batch);
  expect(difference(wasm.before, native.before)).toBeLessThan(1e-5);
  expect(difference(wasm.after, native.after)).toBeLessThan(1e-5);
  wasm.results.forEach((result, index) => {
    const expected = native.results[index]!;
    expect(result.loss).toBeCloseTo(expected.loss, 5);
    expect(result.correct).toBe(expected.correct);
    expect(result.gradientNorm / expected.gradientNorm).toBeCloseTo(1, 4);
  });
  wasm.tensors.forEach(({ name, shape, values }, index) => {
    const expected = native.tensors[index]!;
    expect({ name, shape }).toEqual({ name: expected.name, shape: expected.shape });
    expect(difference(values, expected.values), name).toBeLessThan(1e-5);
  });
}

async function train(
  create: CreateEngine,
  config: RunConfig,
  backend: 'native' | 'wasm',
  start: readonly TensorData[],
  batch: TrainBatch,
) {
  const engine = await create(config, choosePlan(config, 2, backend), start);
  const before = await engine.evaluate(batch);
  const results = [];
  for (let step = 1; step <= 5; step += 1) results.push(await engine.trainStep(batch, step));
  const after = await engine.evaluate(batch);
  const tensors = [...engine.readWeights(), ...engine.readOptimizer()];
  engine.dispose();
  return { before, results, after, tensors };
}

function configOf(fields: RunConfigInput): RunConfig {
  const resolved = resolveConfig({
    numWords: 100,
    maxLength: 12,
    embeddingDim: 4,
    hiddenUnits: 3,
    filters: 5,
    embeddingDropout: 0,
    denseDropout: 0,
    ...fields,
  });
  if (!resolved.ok) throw new Error(resolved.errors.map(({ message }) => message).join(' '));
  return resolved.config;
}

/** Twenty times Keras's embedding: Adam divides by the gradient's size, so tiny ones would show their rounding. */
const startOf = (config: RunConfig): TensorData[] =>
  initialWeights(config, config.seed).map((tensor) =>
    tensor.name.startsWith('embedding')
      ? { ...tensor, values: tensor.values.map((value) => value * 20) }
      : { ...tensor },
  );

/** Front-padded, of growing length. */
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

function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}
