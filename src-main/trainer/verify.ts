import type { RunConfig } from '#contract/run-config.ts';
import { epochOrder, stepsPerEpoch } from '#core/model/batch-order.ts';

import type { Rows } from './data.ts';
import type { Engine } from './engine/engine.ts';

/** The first steps of a run, as the training loop makes them: same rows, same order, same dropout. */
export async function repeatSteps(
  engine: Engine,
  train: Rows,
  { batchSize, seed }: Pick<RunConfig, 'batchSize' | 'seed'>,
  steps: number,
): Promise<{ loss: Float32Array; gradientNorm: Float32Array }> {
  const stepCount = stepsPerEpoch(train.count, batchSize);
  const loss = new Float32Array(steps);
  const gradientNorm = new Float32Array(steps);
  for (let step = 1; step <= steps; step += 1) {
    const epoch = Math.ceil(step / stepCount);
    const begin = ((step - 1) % stepCount) * batchSize;
    const order = epochOrder(train.count, seed, epoch);
    const result = await engine.trainStep(
      train.batch(order.subarray(begin, begin + batchSize)),
      step,
    );
    loss[step - 1] = result.loss;
    gradientNorm[step - 1] = result.gradientNorm;
  }
  return { loss, gradientNorm };
}
