import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, constants, setPriority } from 'node:os';

import { AppError, toFailure } from '#contract/failure.ts';
import type { Plan } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import {
  type BaselineJob,
  type ChildJob,
  type EvaluateJob,
  type FromChild,
  type FromChildBody,
  type MeasureJob,
  type PredictJob,
  type ToChild,
  type TrainJob,
  type VerifyJob,
} from '#contract/trainer.ts';
import { trainBaseline } from '#core/baseline/baseline.ts';
import { stepsPerEpoch } from '#core/model/batch-order.ts';
import { initialWeights } from '#core/model/initial-weights.ts';
import { languageOf, languageVariable, setLanguage } from '#core/wording/language.ts';
import { choosePlan } from '#core/model/plan.ts';
import { layerParameters } from '#core/model/shapes.ts';
import { sigmoid } from '#core/model/sigmoid.ts';
import type { LogSaying } from '#core/wording/log-lines.ts';
import { reasonOf } from '#core/wording/reasons.ts';
import * as m from '#messages';

import { hasNativeBinding, loadBinding } from './engine/native/binding.ts';
import { openChannel, stackOf } from '../processes/child/channel.ts';
import { hashOf, loadWeights, newestCheckpoint, startState } from './checkpoint.ts';
import { readRunData, readRunRows } from './data.ts';
import type { CreateEngine, TensorData } from './engine/engine.ts';
import { evaluateRows, type Evaluation } from './evaluation.ts';
import { trainRun, type Request } from './loop.ts';
import { timeEngine } from './measure.ts';
import { repeatSteps } from './verify.ts';

/* A training process: one job, then the end. */

let request: Request = null;
let isHurried = false;
let storedEpoch = 0;
let onStored = (): void => undefined;
let hasJob = false;
setLanguage(languageOf(process.env[languageVariable]));
const channel = openChannel<ToChild, FromChild>();

channel.onMessage((message) => {
  if (message.type === 'job') {
    if (hasJob) return;
    hasJob = true;
    void run(message.job);
  } else if (message.type === 'stored') {
    storedEpoch = message.epoch;
    onStored();
  } else if (message.type === 'hurry') {
    isHurried = true;
  } else if (request !== 'stop') {
    request = message.type;
  }
});

async function run(job: ChildJob): Promise<void> {
  let seq = 0;
  const send = (body: FromChildBody): Promise<void> => {
    const message: FromChild = { runId: job.runId, seq, ...body };
    seq += 1;
    return channel.send(message);
  };
  try {
    if (job.kind === 'train') await train(job, send);
    else if (job.kind === 'verify') await verify(job, send);
    else if (job.kind === 'predict') await predict(job, send);
    else if (job.kind === 'evaluate') await evaluate(job, send);
    else if (job.kind === 'baseline') await baseline(job, send);
    else if (job.kind === 'measure') await measure(job, send);
    else await probe(send);
  } catch (error) {
    if (toFailure(error).kind === 'internal') process.stderr.write(`${stackOf(error)}\n`);
    await send({
      type: 'ended',
      state: 'failed',
      reason: reasonOf(error),
      weightsHash: null,
      bestWeightsHash: null,
      bestTrainAccuracy: null,
      lastTrainAccuracy: null,
    });
  }
  process.exit(0);
}

async function train(job: TrainJob, send: (body: FromChildBody) => Promise<void>): Promise<void> {
  const { config } = job;
  const plan = planOf(job);
  const data = readRunData(job.dataPath, config, job.datasetHash);
  const checkpoint = job.isResume ? newestCheckpoint(job.runFolder) : null;
  const createEngine = await engineOf(plan);
  const engine = await createEngine(config, plan, checkpoint?.weights ?? firstWeights(job));
  if (checkpoint !== null) engine.load(checkpoint.weights, checkpoint.optimizer);
  await send({
    type: 'started',
    plan,
    parameters: layerParameters(config).total,
    tensorflow: tensorflowOf(plan),
    tfjs: tfjsVersion(),
    stepsPerEpoch: stepsPerEpoch(data.train.count, config.batchSize),
    counts: {
      train: data.train.count,
      validation: data.validation.count,
      test: data.test.count,
    },
  });
  if (config.lstmActivation === 'relu' && config.branches !== 'cnn') {
    await send({
      type: 'log',
      level: 'warning',
      saying: { kind: 'relu' } satisfies LogSaying,
    });
  }
  const ended = await trainRun({
    config,
    engine,
    data,
    folder: job.runFolder,
    start: checkpoint?.state ?? startState,
    stored: untilStored,
    checkpointSeconds: job.checkpointSeconds,
    send: (body) => void send(body),
    requested: () => request,
    isHurried: () => isHurried,
  });
  engine.dispose();
  await send(ended);
}

async function verify(job: VerifyJob, send: (body: FromChildBody) => Promise<void>): Promise<void> {
  const { config, plan } = job;
  const data = readRunData(job.dataPath, config, job.datasetHash);
  const createEngine = await engineOf(plan);
  const engine = await createEngine(config, plan, firstWeights(job));
  const results = await repeatSteps(engine, data.train, config, job.steps);
  const weightsHash = hashOf(engine.readWeights());
  engine.dispose();
  await send({ type: 'verified', ...results, weightsHash, tensorflow: tensorflowOf(plan) });
}

async function predict(
  job: PredictJob,
  send: (body: FromChildBody) => Promise<void>,
): Promise<void> {
  const { config, ids, count } = job;
  const plan = planOf(job);
  const createEngine = await engineOf(plan);
  const engine = await createEngine(config, plan, loadWeights(job.weightsPath));
  const probabilities = new Float32Array(count);
  for (let begin = 0; begin < count; begin += engine.evaluationBatch) {
    const size = Math.min(engine.evaluationBatch, count - begin);
    const logits = await engine.evaluate({
      ids: ids.slice(begin * config.maxLength, (begin + size) * config.maxLength),
      count: size,
    });
    logits.forEach((logit, index) => {
      probabilities[begin + index] = sigmoid(logit);
    });
  }
  engine.dispose();
  await send({ type: 'predicted', probabilities });
}

async function evaluate(
  job: EvaluateJob,
  send: (body: FromChildBody) => Promise<void>,
): Promise<void> {
  const { config, embedding, tablePaths } = job;
  // A run may be training beside it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const plan = planOf(job);
  const { test } = readRunData(job.dataPath, config, job.datasetHash);
  const own = loadWeights(job.weightsPath);
  const createEngine = await engineOf(plan);
  const engine = await createEngine(config, plan, own);
  const passes: Evaluation[] = [];
  for (const [index, tablePath] of [null, ...tablePaths].entries()) {
    // One table at a time: in a large model each takes tens of megabytes.
    engine.load(tablePath === null ? own : withTable(own, embedding, tablePath));
    const pass = await evaluateRows(engine, test, async (doneCount) => {
      const share = (index + doneCount / test.count) / (tablePaths.length + 1);
      await send({ type: 'evaluating', share });
      return true;
    });
    if (pass !== null) passes.push(pass);
  }
  engine.dispose();
  await send({ type: 'evaluated', rows: test.rows, passes });
}

function withTable(
  weights: readonly TensorData[],
  embedding: string,
  tablePath: string,
): readonly TensorData[] {
  const values = new Float32Array(Uint8Array.from(readFileSync(tablePath)).buffer);
  return weights.map((tensor) => (tensor.name === embedding ? { ...tensor, values } : tensor));
}

async function baseline(
  { dataPath, config, reading, datasetHash }: BaselineJob,
  send: (body: FromChildBody) => Promise<void>,
): Promise<void> {
  const begunAt = performance.now();
  // A run may be training beside it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const { splitOf, choice } = readRunRows(dataPath, config, datasetHash);
  const result = trainBaseline(splitOf, choice, config, reading, datasetHash);
  await send({ type: 'baseline', ...result, seconds: (performance.now() - begunAt) / 1000 });
}

async function measure(
  job: MeasureJob,
  send: (body: FromChildBody) => Promise<void>,
): Promise<void> {
  const { config } = job;
  const plan = planOf({ plan: null, config });
  const data = readRunData(job.dataPath, config, job.datasetHash);
  const createEngine = await engineOf(plan);
  const engine = await createEngine(config, plan, initialWeights(config, config.seed));
  const rates = await timeEngine(engine, data, config);
  const memoryBytes = engine.memoryBytes();
  engine.dispose();
  await send({ type: 'measured', backend: plan.backend, ...rates, memoryBytes });
}

async function untilStored(epoch: number, whileWaiting: () => void): Promise<void> {
  const timer = setInterval(whileWaiting, 1000);
  while (storedEpoch < epoch) {
    await new Promise<void>((resolve) => {
      onStored = resolve;
    });
  }
  clearInterval(timer);
}

async function probe(send: (body: FromChildBody) => Promise<void>): Promise<void> {
  const tfjs = tfjsVersion();
  try {
    const { TF_Version } = loadBinding({ intraOpThreads: 1, interOpThreads: 1 });
    await send({ type: 'probed', tensorflow: TF_Version, tfjs, reason: null });
  } catch (error) {
    await send({ type: 'probed', tensorflow: null, tfjs, reason: toFailure(error).message });
  }
}

/** Those of another run, or new ones. */
function firstWeights({
  config,
  startPath,
}: Pick<TrainJob, 'config' | 'startPath'>): readonly TensorData[] {
  return startPath === undefined ? initialWeights(config, config.seed) : loadWeights(startPath);
}

/** The stored plan, else one for this machine. */
function planOf({
  plan,
  config,
  coreCount = availableParallelism(),
}: Readonly<{ plan: Plan | null; config: RunConfig; coreCount?: number }>): Plan {
  return plan ?? choosePlan(config, coreCount, backendOf(config));
}

function backendOf({ backend }: RunConfig): Plan['backend'] {
  if (backend === 'auto') return hasNativeBinding() ? 'native' : 'wasm';
  if (backend === 'native' && !hasNativeBinding()) {
    throw new AppError('unavailable', m.trainer_no_native());
  }
  return backend;
}

// Loaded on demand: either backend takes a second or more to load.
async function engineOf(plan: Plan): Promise<CreateEngine> {
  if (plan.backend === 'native')
    return (await import('./engine/native/native-engine.ts')).createNativeEngine;
  return (await import('./engine/wasm/wasm-model.ts')).createWasmEngine;
}

const tensorflowOf = (plan: Plan): string | null =>
  plan.backend === 'native' ? loadBinding(plan).TF_Version : null;

function tfjsVersion(): string {
  const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return version;
}
