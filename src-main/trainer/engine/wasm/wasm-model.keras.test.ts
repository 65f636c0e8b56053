import { describe, expect, it } from 'vitest';

import { choosePlan } from '#core/model/plan.ts';

import { createWasmEngine } from './wasm-model.ts';
import { largestError, readKerasCases, relativeError } from '../fixtures/keras-cases.ts';

describe('the wasm engine and Keras', () => {
  it.each(readKerasCases())('agree without dropout: $name', async (fixture) => {
    const { config, count, ids, labels } = fixture;
    const engine = await createWasmEngine(config, choosePlan(config, 2, 'wasm'), fixture.weights);
    const logits = await engine.evaluate({ ids, count });
    expect(largestError(logits, fixture.logits)).toBeLessThan(1e-6);
    const paddedLogits = await engine.evaluate({ ids: fixture.paddedIds, count });
    expect(largestError(paddedLogits, fixture.paddedLogits)).toBeLessThan(1e-6);

    const first = await engine.trainStep({ ids, labels, count }, 1);
    expect(Math.abs(first.loss - fixture.loss)).toBeLessThan(1e-6);
    expect(Math.abs(first.gradientNorm / fixture.gradientNorm - 1)).toBeLessThan(1e-5);
    const { clipNorm } = config;
    const norm =
      clipNorm === 'none' ? fixture.gradientNorm : Math.min(clipNorm, fixture.gradientNorm);
    const moments = new Map(engine.readOptimizer().map(({ name, values }) => [name, values]));
    fixture.weights.forEach(({ name }, index) => {
      // After one step the first moment is a tenth of the gradient.
      const gradient = moments.get(`${name}/m`)!.map((m) => m * 10);
      // Relative to the tensor's largest, but no finer than a hundredth of the whole gradient allows: the output bias of one
      // case is what five numbers of a hundred times its size leave, and float32 rounds each of them.
      const error = relativeError(gradient, fixture.gradients[index]!, norm / 100);
      expect(error, name).toBeLessThan(1e-5);
    });

    let last = first;
    for (let step = 2; step <= 5; step += 1) {
      last = await engine.trainStep({ ids, labels, count }, step);
    }
    expect(Math.abs(last.loss - fixture.lossAfter)).toBeLessThan(2e-6);
    engine.readWeights().forEach(({ name, values }, index) => {
      expect(largestError(values, fixture.after[index]!), name).toBeLessThan(2e-6);
    });
  });
});
