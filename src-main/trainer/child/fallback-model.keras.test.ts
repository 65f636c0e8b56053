import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import type { RunConfig } from '#contract/run-config.ts';
import { choosePlan } from '#core/plan.ts';
import { defaultConfig } from '#core/run-config.ts';

import type { TensorData } from './engine.ts';
import { createFallbackEngine } from './fallback-model.ts';

/** As fixtures/make-fixtures.py writes it; the arrays are base64 of little-endian numbers. */
type Fixture = Readonly<{
  name: string;
  config: Partial<RunConfig>;
  learningRate: number;
  weights: readonly (readonly [name: string, shape: readonly number[], values: string])[];
  ids: string;
  labels: string;
  logits: string;
  paddedIds: string;
  paddedLogits: string;
  loss: number;
  lossAfter: number;
  gradientNorm: number;
  /** After clipping, in the order of the weights. */
  gradients: readonly string[];
  after: readonly string[];
}>;

const file = path.join(import.meta.dirname, 'fixtures', 'keras.json');
const document = JSON.parse(readFileSync(file, 'utf8')) as {
  batch: number;
  cases: readonly Fixture[];
};

describe('the wasm engine and Keras', () => {
  it.each(document.cases)('agree without dropout: $name', async (fixture) => {
    const config: RunConfig = {
      ...defaultConfig,
      ...fixture.config,
      learningRate: fixture.learningRate,
      embeddingDropout: 0,
      denseDropout: 0,
    };
    const count = document.batch;
    const weights: TensorData[] = fixture.weights.map(([name, shape, values]) => ({
      name,
      shape,
      values: floatsOf(values),
    }));
    const engine = await createFallbackEngine(config, choosePlan(config, 2, 'wasm'), weights);
    const ids = integersOf(fixture.ids);
    const labels = floatsOf(fixture.labels);

    expectClose(await engine.evaluate({ ids, count }), floatsOf(fixture.logits), 1e-6);
    expectClose(
      await engine.evaluate({ ids: integersOf(fixture.paddedIds), count }),
      floatsOf(fixture.paddedLogits),
      1e-6,
    );
    const first = await engine.trainStep({ ids, labels, count }, 1);
    expect(Math.abs(first.loss - fixture.loss)).toBeLessThan(1e-6);
    expect(Math.abs(first.gradientNorm / fixture.gradientNorm - 1)).toBeLessThan(1e-5);
    const { clipNorm } = config;
    const norm = clipNorm === 'none' ? first.gradientNorm : Math.min(clipNorm, first.gradientNorm);
    const moments = new Map(engine.readOptimizer().map(({ name, values }) => [name, values]));
    fixture.weights.forEach(([name], index) => {
      const expected = floatsOf(fixture.gradients[index]!);
      // Relative to the tensor's largest, but no finer than a hundredth of the whole gradient allows: the output bias of one
      // case is what five numbers of a hundred times its size leave, and float32 rounds each of them.
      const largest = Math.max(norm / 100, ...expected.map(Math.abs));
      // After one step the first moment is a tenth of the gradient.
      const gradient = moments.get(`${name}/m`)!.map((m) => (m * 10) / largest);
      expectClose(
        gradient,
        expected.map((g) => g / largest),
        1e-5,
        name,
      );
    });

    let last = first;
    for (let step = 2; step <= 5; step += 1)
      last = await engine.trainStep({ ids, labels, count }, step);
    expect(Math.abs(last.loss - fixture.lossAfter)).toBeLessThan(2e-6);
    engine.readWeights().forEach(({ name, values }, index) => {
      expectClose(values, floatsOf(fixture.after[index]!), 2e-6, name);
    });
  });
});

function bytesOf(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
}
const floatsOf = (text: string): Float32Array => new Float32Array(bytesOf(text));
const integersOf = (text: string): Int32Array => new Int32Array(bytesOf(text));

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
