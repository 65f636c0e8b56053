import { availableParallelism } from 'node:os';

import type { RunConfig } from '../../src-main/contract/run-config.ts';
import { epochOrder } from '../../src-main/core/model/batch-order.ts';
import { initialWeights } from '../../src-main/core/model/initial-weights.ts';
import { choosePlan } from '../../src-main/core/model/plan.ts';
import { readRunData } from '../../src-main/trainer/data.ts';
import { evaluateRows } from '../../src-main/trainer/evaluation.ts';
import { createNativeEngine } from '../../src-main/trainer/engine/native/native-engine.ts';
import { loadBinding } from '../../src-main/trainer/engine/native/binding.ts';
import { answer } from './worker.ts';

/* Times the native engine. Arguments: configuration, changes of the plan (JSON), encoded reviews, their hash. */

const [configText = '{}', planText = '{}', dataPath = '', hash = ''] = process.argv.slice(2);
const config = JSON.parse(configText) as RunConfig;
const plan = {
  ...choosePlan(config, availableParallelism(), 'native'),
  ...(JSON.parse(planText) as object),
};
const engine = await createNativeEngine(config, plan, initialWeights(config, config.seed));
const data = readRunData(dataPath, config, hash);
const order = epochOrder(data.train.count, config.seed, 1);
let step = 0;

await answer(
  { tensorflow: loadBinding(plan).TF_Version, node: process.versions.node },
  {
    async train(steps) {
      for (let done = 0; done < steps; done += 1) {
        const begin = (step * config.batchSize) % Math.max(1, order.length - config.batchSize);
        step += 1;
        const positions = order.subarray(begin, begin + config.batchSize);
        await engine.trainStep(data.train.batch(positions), step);
      }
      return steps * config.batchSize;
    },
    async evaluate(rows) {
      const count = Math.min(rows, data.test.count);
      const byLength = data.test.byLength.filter((position) => position < count);
      await evaluateRows(engine, { ...data.test, count, byLength }, () => Promise.resolve(true));
      return count;
    },
  },
);
engine.dispose();
