import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

import { epochOrder } from '#core/batch-order.ts';
import { initialWeights } from '#core/initial-weights.ts';
import { choosePlan } from '#core/plan.ts';
import { resolveConfig } from '#core/run-config.ts';

import { readRunData } from '../data.ts';
import { evaluateRows } from '../evaluation.ts';
import { createNativeEngine } from '../native-engine.ts';

/* Times the native engine for compare.py: reads `train STEPS` and `evaluate ROWS`, answers with a line of JSON. */

const [configText = '{}', planText = '{}', dataPath = ''] = process.argv.slice(2);
const resolved = resolveConfig({
  validation: 'test',
  ...(JSON.parse(configText) as Record<string, unknown>),
});
if (!resolved.ok) throw new Error(resolved.errors[0]?.message);
const { config } = resolved;
const plan = {
  ...choosePlan(config, availableParallelism(), 'native'),
  ...(JSON.parse(planText) as object),
};
const engine = await createNativeEngine(config, plan, initialWeights(config, config.seed));
const data = readRunData(dataPath, config, 'bench');
const order = epochOrder(data.train.count, config.seed, 1);
let step = 0;

say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [kind, countText] = line.split(' ');
  const count = Number(countText);
  const begunAt = performance.now();
  const before = process.cpuUsage();
  const rows = kind === 'train' ? await train(count) : await evaluate(count);
  const { user, system } = process.cpuUsage(before);
  say({
    rows,
    seconds: (performance.now() - begunAt) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  });
}
engine.dispose();

async function train(steps: number): Promise<number> {
  for (let done = 0; done < steps; done += 1) {
    const begin = (step * config.batchSize) % (data.train.count - config.batchSize);
    step += 1;
    const positions = order.subarray(begin, begin + config.batchSize);
    await engine.trainStep(data.train.batch(positions), step);
  }
  return steps * config.batchSize;
}

async function evaluate(rows: number): Promise<number> {
  const first = data.test.byLength.filter((position) => position < rows);
  const some = { ...data.test, count: rows, byLength: first };
  await evaluateRows(engine, some, () => Promise.resolve(true));
  return rows;
}

function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
