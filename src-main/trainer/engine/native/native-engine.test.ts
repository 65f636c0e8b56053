import { describe, expect, it } from 'vitest';

import type { Plan } from '#contract/run.ts';
import { initialWeights } from '#core/model/initial-weights.ts';
import { choosePlan } from '#core/model/plan.ts';
import { randomStream } from '#core/util/random.ts';
import { resolveConfig } from '#core/config/run-config.ts';

import { hasNativeBinding } from './binding.ts';
import { openSession } from './session.ts';
import { hashOf } from '../../checkpoint.ts';
import { largestError, readKerasCases, relativeError } from '../fixtures/keras-cases.ts';
import { buildModel, nodes } from './model.ts';
import { createNativeEngine } from './native-engine.ts';

const reason = hasNativeBinding() ? '' : ' (skipped: the native library is not set up)';
const steps: Partial<Plan> = { lstmBackward: 'steps', lstmChunk: 4, flattenChunk: 4, convChunk: 3 };
const blocks: Partial<Plan> = {
  lstmBackward: 'block',
  lstmChunk: 4,
  flattenChunk: 4,
  convChunk: 4,
};
const oneBlock: Partial<Plan> = {
  lstmBackward: 'block',
  lstmChunk: 11,
  flattenChunk: 11,
  convChunk: 11,
};

function formsFor(name: string): readonly Partial<Plan>[] {
  if (name === 'relu')
    return [{ lstmBackward: 'unrolled', lstmChunk: 4, flattenChunk: 4, convChunk: 4 }];
  const isPreset = name === 'separate-same-none' || name === 'shared-valid-dense';
  return isPreset ? [steps, blocks, oneBlock] : name.endsWith('-only') ? [steps, blocks] : [steps];
}

describe.skipIf(reason !== '')(`the native engine against Keras${reason}`, () => {
  for (const fixture of readKerasCases()) {
    const { config, count } = fixture;
    describe.each(
      formsFor(fixture.name).map((form) => ({ ...choosePlan(config, 2, 'native'), ...form })),
    )(`${fixture.name}: $lstmBackward, chunks of $lstmChunk and $convChunk`, (plan) => {
      it('computes the same loss and gradients', () => {
        const session = openSession(buildModel(config, plan).graph, plan);
        const zeros = fixture.weights.flatMap(({ name, shape, values }) =>
          ['/m', '/v'].map((slot) => ({
            name: `${name}${slot}`,
            shape,
            values: new Float32Array(values.length),
          })),
        );
        session.run(
          Object.fromEntries(
            [...fixture.weights, ...zeros].map(({ name, ...feed }) => [nodes.loadOf(name), feed]),
          ),
          [nodes.loaded],
        );
        const gradients = session.run(
          {
            [nodes.ids]: { shape: [count, config.maxLength], values: fixture.ids },
            [nodes.labels]: { shape: [count], values: fixture.labels },
            [nodes.step]: { shape: [], values: Int32Array.of(1) },
          },
          fixture.weights.map(({ name }) => nodes.gradientOf(name)),
        );
        session.dispose();
        // A bias of one number can cancel to almost nothing: its error counts against all gradients together.
        const floor = 0.1 * Math.hypot(...fixture.gradients.flatMap((values) => [...values]));
        const errors = fixture.weights.map(({ name }, index) => [
          name,
          relativeError(
            gradients[index] ?? new Float32Array(),
            fixture.gradients[index] ?? new Float32Array(),
            floor,
          ),
        ]);
        expect(errors.filter(([, error]) => !(Number(error) <= 1e-5))).toEqual([]);
      });

      it('computes the same logits, and the same weights after five steps', async () => {
        const engine = await createNativeEngine(config, plan, fixture.weights);
        const { ids, labels } = fixture;
        expect(
          largestError(await engine.evaluate({ ids, count }), fixture.logits),
        ).toBeLessThanOrEqual(1e-6);
        // Twice: what the shared pads leave is computed first, then known.
        for (let time = 0; time < 2; time += 1) {
          const logits = await engine.evaluate({ ids: fixture.paddedIds, count });
          expect(largestError(logits, fixture.paddedLogits)).toBeLessThanOrEqual(1e-6);
        }
        const results = [];
        for (let step = 1; step <= 5; step += 1) {
          results.push(await engine.trainStep({ ids, labels, count }, step));
        }
        expect(results[0]?.loss).toBeCloseTo(fixture.loss, 6);
        expect(results[0]?.gradientNorm).toBeCloseTo(fixture.gradientNorm, 5);
        expect(results[4]?.loss).toBeCloseTo(fixture.lossAfter, 5);
        const weights = engine.readWeights();
        engine.dispose();
        expect(weights.map(({ name }) => name)).toEqual(fixture.weights.map(({ name }) => name));
        const errors = weights.map(({ name, values }, index) => [
          name,
          largestError(values, fixture.after[index] ?? new Float32Array()),
        ]);
        expect(errors.filter(([, error]) => !(Number(error) <= 1e-5))).toEqual([]);
      });
    });
  }
});

describe.skipIf(reason !== '')(`training twice${reason}`, () => {
  it.each(
    (['A', 'B'] as const).flatMap((variant) =>
      [1, 7, 32].map((batchSize) => ({ variant, batchSize })),
    ),
  )('ends with the same bits: $variant, batches of $batchSize', async ({ variant, batchSize }) => {
    const resolved = resolveConfig({ ...small, variant, batchSize });
    if (!resolved.ok) throw new Error(resolved.errors[0]?.message);
    const { config } = resolved;
    const plan = choosePlan(config, 2, 'native');
    const hashes = new Set<string>();
    for (let time = 0; time < 4; time += 1) {
      const engine = await createNativeEngine(config, plan, initialWeights(config, config.seed));
      const random = randomStream(1, 'batches');
      for (let step = 1; step <= 4; step += 1) {
        // The last batch of an epoch is smaller.
        const count = step === 4 ? Math.ceil(batchSize / 2) : batchSize;
        const ids = Int32Array.from({ length: count * config.maxLength }, () => random.below(100));
        const labels = Float32Array.from({ length: count }, () => random.below(2));
        await engine.trainStep({ ids, labels, count }, step);
      }
      hashes.add(hashOf([...engine.readWeights(), ...engine.readOptimizer()]));
      engine.dispose();
    }
    expect([...hashes]).toHaveLength(1);
  });
});

const small = {
  numWords: 100,
  maxLength: 24,
  embeddingDim: 6,
  // Enough for the form of the large setting at 32 and more.
  hiddenUnits: 64,
  filters: 7,
};
