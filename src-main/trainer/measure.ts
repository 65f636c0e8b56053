import type { RunConfig } from '#contract/run-config.ts';
import { epochOrder } from '#core/model/batch-order.ts';

import type { Rows, RunData } from './data.ts';
import type { Engine } from './engine/engine.ts';

/** Training is timed for this long, or for as many steps as there are until `fewestSteps`. */
const trainingSeconds = 3;
const fewestSteps = 2;

/** Where in the test split, shortest review first, batches are timed: what they take grows about linearly in between. */
const quantiles = [0.1, 0.5, 0.9] as const;

/**
 * Samples a second of training and evaluation. What prepares a graph does not count: the first step, and the first batch of each
 * length, whose leading pads are left out.
 */
export async function timeEngine(
  engine: Engine,
  data: Pick<RunData, 'train' | 'test'>,
  { batchSize, seed }: Pick<RunConfig, 'batchSize' | 'seed'>,
): Promise<Readonly<{ trainSamplesPerSecond: number; evalSamplesPerSecond: number }>> {
  return {
    trainSamplesPerSecond: await timeTraining(engine, data.train, batchSize, seed),
    evalSamplesPerSecond: await timeEvaluation(engine, data.test),
  };
}

async function timeTraining(
  engine: Engine,
  train: Rows,
  batchSize: number,
  seed: number,
): Promise<number> {
  const order = epochOrder(train.count, seed, 1);
  const size = Math.min(batchSize, train.count);
  const batches = Math.floor(train.count / size);
  let begunAt = 0;
  for (let step = 0; ; step += 1) {
    const done = (performance.now() - begunAt) / 1000;
    if (step > fewestSteps && done >= trainingSeconds) return ((step - 1) * size) / done;
    const begin = (step % batches) * size;
    await engine.trainStep(train.batch(order.subarray(begin, begin + size)), step + 1);
    if (step === 0) begunAt = performance.now();
  }
}

async function timeEvaluation(engine: Engine, test: Rows): Promise<number> {
  const size = Math.min(engine.evaluationBatch, test.count);
  const batchAt = (quantile: number) => {
    const begin = Math.round(quantile * (test.count - size));
    return test.batch(test.byLength.subarray(begin, begin + size));
  };
  const batches = quantiles.map(batchAt);
  for (const batch of batches) await engine.evaluate(batch);
  const begunAt = performance.now();
  for (const batch of batches) await engine.evaluate(batch);
  return (batches.length * size * 1000) / (performance.now() - begunAt);
}
