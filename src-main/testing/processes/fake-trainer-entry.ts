import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type {
  BaselineJob,
  FromChild,
  FromChildBody,
  ToChild,
  TrainJob,
} from '#contract/trainer.ts';
import type { LogSaying } from '#core/wording/log-lines.ts';
import type { Reason } from '#core/wording/reasons.ts';
import { embeddingBranches, layerParameters } from '#core/model/shapes.ts';
import { embeddingName } from '#core/model/weight-layout.ts';
import { decodeWeightsFile, encodeWeightsFile } from '#core/model/weights-file.ts';

import { readScript } from './fake-trainer.ts';

/*
 * A training process that speaks the whole contract and computes nothing: for tests of what supervises it. Its figures follow from
 * epoch and step alone, so that a test can tell them.
 */

const script = readScript();
let stored = 0;
let request: 'stop' | 'pause' | null = null;
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToChild) => {
  if (message.type === 'stored') stored = message.epoch;
  else if (message.type === 'stop' || message.type === 'pause') request = message.type;
  else if (message.type === 'job' && message.job.kind === 'train') void train(message.job);
  else if (message.type === 'job' && message.job.kind === 'baseline') baseline(message.job);
});

function baseline({ runId }: BaselineJob): void {
  const rows = Int32Array.of(0, 1, 2, 3);
  process.send?.({
    runId,
    seq: 0,
    type: 'baseline',
    words: 6,
    c: 4,
    isSublinear: true,
    trainAccuracy: 0.9,
    valAccuracy: 0.8,
    valLoss: 0.5,
    seconds: 0.1,
    test: { rows, probabilities: Float32Array.from(rows, (row) => (row + 3) / 10) },
  } satisfies FromChild);
}

async function train(job: TrainJob): Promise<void> {
  let seq = 0;
  const send = (body: FromChildBody) =>
    new Promise((resolve) => process.send?.({ runId: job.runId, seq: seq++, ...body }, resolve));
  const file = (name: string) => path.join(job.runFolder, name);
  const { epochs, stepsPerEpoch } = script;
  const checkpoint =
    job.isResume && existsSync(file('last.ckpt'))
      ? factsOf(file('last.ckpt'))
      : { epoch: 0, step: 0 };
  let { epoch, step } = checkpoint;
  await send({
    type: 'started',
    plan: {
      backend: 'wasm',
      intraOpThreads: 1,
      interOpThreads: 1,
      lstmChunk: 1,
      convChunk: 1,
      flattenChunk: 1,
      lstmBackward: 'steps',
    },
    parameters: layerParameters(job.config).total,
    tensorflow: null,
    tfjs: '4.22.0',
    stepsPerEpoch,
    counts: { train: 8, validation: 4, test: 4 },
  });
  if (step === 0) {
    save(file('epoch-0.weights'), job, 0, 0);
    save(file('last.ckpt'), job, 0, 0);
    await send({
      type: 'epoch',
      epoch: 0,
      figures: null,
      isBest: false,
      weightsPath: file('epoch-0.weights'),
      test: null,
      validation: null,
      memoryBytes: 1e8,
    });
  }
  for (let line = 0; line < script.logLines; line += 1)
    void send({
      type: 'log',
      level: 'info',
      saying: asLine(`line ${line}`),
    });
  for (let index = 0; index < script.floods; index += 1) {
    const message = { type: 'log', level: 'info', saying: asLine(`flood ${index}`) } as const;
    // Now and then it waits until what it sent has left: its own memory must not be what ends it.
    if (index % 1000 === 0) await send(message);
    else void send(message);
  }
  if (script.prints !== '') process.stderr.write(script.prints);
  while (epoch < epochs) {
    epoch += 1;
    for (let index = 0; index < stepsPerEpoch; index += 1) {
      step += 1;
      const loss = step === script.nanAtStep ? Number.NaN : 1 / step;
      await wait(script.stepMs);
      await send({
        type: 'news',
        steps: {
          epoch,
          steps: Int32Array.of(step),
          seconds: Float64Array.of(step / 10),
          loss: Float32Array.of(loss),
          accuracy: Float32Array.of(0.5),
          gradientNorm: Float32Array.of(1),
          samplesPerSecond: Float32Array.of(100),
        },
        progress: {
          epoch,
          step,
          stepsPerEpoch,
          loss,
          samplesPerSecond: 100,
          secondsLeft: 1,
          phase: 'training',
          at: new Date().toISOString(),
        },
      });
      if (step === script.nanAtStep)
        return end('diverged', { kind: 'text', text: 'The loss became NaN.' });
      if (step === script.killAtStep) process.kill(process.pid, 'SIGKILL');
      if (step === script.exitAtStep) process.exit(3);
      if (step === script.hangAtStep) for (;;) await wait(1000);
      if (request !== null) return end(request === 'stop' ? 'stopped' : 'paused', null);
    }
    save(file(`epoch-${epoch}.weights`), job, epoch, step);
    const valLoss = script.valLosses[epoch - 1] ?? 1;
    const isBest = valLoss < Math.min(...script.valLosses.slice(0, epoch - 1), Infinity);
    if (isBest) save(file('best.weights.next'), job, epoch, step);
    save(file('last.ckpt.next'), job, epoch, step);
    const rows = Int32Array.of(0, 1, 2, 3);
    const judged = { rows, probabilities: Float32Array.from(rows, (row) => (row + epoch) / 10) };
    await send({
      type: 'epoch',
      epoch,
      figures: {
        epoch,
        loss: 1 / epoch,
        accuracy: 0.5,
        valLoss,
        valAccuracy: 0.6,
        testLoss: valLoss,
        testAccuracy: 0.7,
        trainSeconds: 1,
        evalSeconds: 0.5,
        trainSamplesPerSecond: 8,
        evalSamplesPerSecond: 16,
      },
      isBest,
      weightsPath: file(`epoch-${epoch}.weights`),
      test: judged,
      validation: { rows: Int32Array.of(5, 7), probabilities: Float32Array.of(0.1, 0.9) },
      memoryBytes: 2e8,
    });
    if (epoch === script.killWhenTold) process.kill(process.pid, 'SIGKILL');
    while (stored < epoch) await wait(1);
    if (isBest) renameSync(file('best.weights.next'), file('best.weights'));
    renameSync(file('last.ckpt.next'), file('last.ckpt'));
    if (epoch === script.killAfterEpoch) process.kill(process.pid, 'SIGKILL');
  }
  return end('finished', null);

  async function end(
    state: 'finished' | 'stopped' | 'paused' | 'diverged',
    reason: Reason | null,
  ): Promise<void> {
    await send({
      type: 'ended',
      state,
      reason,
      weightsHash: 'a'.repeat(64),
      bestWeightsHash: 'b'.repeat(64),
      bestTrainAccuracy: 0.9,
      lastTrainAccuracy: 0.95,
    });
    process.exit(0);
  }
}

const asLine = (text: string): LogSaying => ({ kind: 'text', text });

/** Embedding tables whose every value is the epoch. */
function save(file: string, { config }: TrainJob, epoch: number, step: number): void {
  const shape = [config.numWords, config.embeddingDim];
  const tensors = embeddingBranches(config).map((branch) => ({
    name: embeddingName(branch),
    shape,
    values: new Float32Array(config.numWords * config.embeddingDim).fill(
      branch === 'lstm' ? -epoch : epoch,
    ),
  }));
  writeFileSync(file, encodeWeightsFile({ facts: { epoch, step }, tensors }, sha256));
}

function factsOf(file: string): { epoch: number; step: number } {
  return decodeWeightsFile(readFileSync(file), sha256).facts as { epoch: number; step: number };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
