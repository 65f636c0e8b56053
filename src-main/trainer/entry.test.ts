import { fork } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { RunConfig } from '#contract/run-config.ts';
import type { FromChild, PredictJob, ToChild, TrainJob } from '#contract/trainer.ts';
import { epochOrder } from '#core/model/batch-order.ts';
import { writeEncodedFile, type EncodedSplit } from '#core/text/encoded-file.ts';
import { randomStream } from '#core/util/random.ts';
import { sayReason } from '#core/wording/reasons.ts';
import { resolveConfig } from '#core/config/run-config.ts';
import { fitSequenceInto } from '#core/text/encoding.ts';

import { hasNativeBinding } from './engine/native/binding.ts';
import { files, loadCheckpoint, saveWeights } from './checkpoint.ts';
import { readRunData } from './data.ts';
import { programFile } from '../testing/programs.ts';

const reason = hasNativeBinding() ? '' : ' (skipped: the native library is not set up)';
const entry = programFile('trainer');
const tiny = {
  numWords: 100,
  maxLength: 24,
  embeddingDim: 6,
  hiddenUnits: 5,
  filters: 7,
  batchSize: 16,
  epochs: 3,
  validation: 0.2,
  learningRate: 0.02,
};

let folder = '';
let dataPath = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-entry-'));
  dataPath = path.join(folder, 'data.enc');
  writeFileSync(
    dataPath,
    writeEncodedFile({ datasetHash: 'hash', splits: { train: split(70, 1), test: split(40, 2) } }),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(reason !== '')(`a training process${reason}`, () => {
  it('trains variant A and tells every epoch, step and file', async () => {
    const messages = await train(job('told', { variant: 'A' }));
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index));
    expect(only(messages, 'started')).toMatchObject([
      {
        plan: { backend: 'native' },
        tfjs: '4.22.0',
        stepsPerEpoch: 4,
        counts: { train: 56, validation: 14, test: 40 },
      },
    ]);
    const epochs = only(messages, 'epoch');
    expect(epochs.map(({ epoch, figures }) => [epoch, figures?.epoch])).toEqual([
      [0, undefined],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(epochs[3]?.test?.rows).toHaveLength(40);
    expect(epochs[3]?.validation?.probabilities).toHaveLength(14);
    const steps = only(messages, 'news').flatMap(({ steps }) => [...(steps?.steps ?? [])]);
    expect(steps).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(only(messages, 'ended')).toMatchObject([{ state: 'finished', reason: null }]);
    // The words decide the label, so even this model learns them.
    expect(epochs[3]?.figures?.accuracy).toBeGreaterThan(0.7);
    expect(readdirSync(path.join(folder, 'told')).toSorted()).toEqual([
      'best.weights',
      'epoch-0.weights',
      'epoch-2.weights',
      'epoch-3.weights',
      'last.ckpt',
    ]);
  });

  it.each(['A', 'B'] as const)(
    'ends alike for one seed, and when stopped and resumed (%s)',
    async (variant) => {
      const whole = endOf(await train(job(`whole-${variant}`, { variant })));
      const again = endOf(await train(job(`again-${variant}`, { variant })));
      expect(again.weightsHash).toMatch(/^[0-9a-f]{64}$/);
      expect(again.weightsHash).toBe(whole.weightsHash);
      expect(again.bestWeightsHash).toBe(whole.bestWeightsHash);

      const broken = job(`broken-${variant}`, { variant });
      // Asked to pause before its first step: it leaves within the first epoch.
      const early = endOf(await train(broken, { type: 'pause' }));
      expect(early.state).toBe('paused');
      expect(existsSync(path.join(broken.runFolder, files.within))).toBe(true);
      const resumed = endOf(await train({ ...broken, isResume: true }));
      expect(resumed).toEqual(whole);

      const other = endOf(await train(job(`other-${variant}`, { variant, seed: 2 })));
      expect(other.weightsHash).not.toBe(whole.weightsHash);
    },
  );

  it('measures the train accuracy of a run that is stopped, unless it is hurried', async () => {
    const long = { variant: 'B', epochs: 10_000, patience: 'none' };
    const messages = await train(job('stopped', long), { type: 'stop', atEpoch: 2 });
    const stopped = endOf(messages);
    const epochs = only(messages, 'epoch').length - 1;
    const whole = endOf(await train(job('as-long', { ...long, epochs })));
    expect(stopped).toEqual({ ...whole, state: 'stopped', reason: null });
    expect(stopped.lastTrainAccuracy).toBeGreaterThan(0.5);

    const hurried = await train(
      job('hurried', long),
      { type: 'hurry', atEpoch: 2 },
      { type: 'stop', atEpoch: 2 },
    );
    expect(endOf(hurried)).toMatchObject({ state: 'stopped', lastTrainAccuracy: null });
    expect(endOf(hurried).weightsHash).not.toBeNull();
  });

  it('predicts what the evaluation said', async () => {
    const made = job('predict', { variant: 'B', padding: 'post' });
    const last = only(await train(made), 'epoch').at(-1);
    const ids = new Int32Array(40 * tiny.maxLength);
    const test = split(40, 2);
    for (let row = 0; row < 40; row += 1) {
      const tokens = test.tokens.subarray(test.offsets[row], test.offsets[row + 1]);
      fitSequenceInto(ids, row * tiny.maxLength, tokens, made.config);
    }
    const answer = await train({
      kind: 'predict',
      runId: 'run',
      config: made.config,
      plan: null,
      weightsPath: path.join(made.runFolder, files.epoch(3)),
      ids,
      count: 40,
    });
    const [predicted] = only(answer, 'predicted');
    predicted?.probabilities.forEach((value, row) => {
      expect(value).toBeCloseTo(last?.test?.probabilities[row] ?? Number.NaN, 5);
    });
  });

  it.each([
    { variant: 'A', name: 'embedding/lstm', layer: 'lstm/forward' },
    { variant: 'A', name: 'conv/kernel', layer: 'conv' },
    { variant: 'B', name: 'lstm/backward/recurrent', layer: 'lstm/backward' },
    { variant: 'B', name: 'output/bias', layer: 'output/bias', clipNorm: 1 },
  ])(
    'stops a run whose loss is no number ($name), says where, and keeps its last good epoch',
    async ({ name, layer, ...config }) => {
      const made = job(`diverged-${name.replaceAll('/', '-')}`, config);
      await train({ ...made, config: { ...made.config, epochs: 1 } });
      const checkpoint = path.join(made.runFolder, files.last);
      const { weights, optimizer, state } = loadCheckpoint(checkpoint);
      const poisoned = weights.map((tensor) =>
        tensor.name === name
          ? { ...tensor, values: tensor.values.slice().fill(Number.NaN) }
          : tensor,
      );
      saveWeights(checkpoint, [...poisoned, ...optimizer], state);
      const before = readFileSync(checkpoint);
      const messages = await train({ ...made, isResume: true });
      const ended = endOf(messages);
      expect(ended.state).toBe('diverged');
      const parts =
        /became NaN in epoch 2 at step 5\. Epoch 1, the last good one, is kept\. It began in (\S+), with the reviews in train rows ([\d, ]+) and 13 more/.exec(
          ended.reason === null ? '' : sayReason(ended.reason),
        );
      expect(parts?.[1]).toBe(layer);
      const [line] = only(messages, 'log');
      const { rows } = z.object({ rows: z.array(z.number()) }).parse(line?.saying);
      expect(rows.slice(0, 3).join(', ')).toBe(parts?.[2]);
      const { rows: trainRows } = readRunData(dataPath, made.config, 'hash').train;
      const order = epochOrder(trainRows.length, made.config.seed, 2);
      expect(rows).toEqual(Array.from(order.subarray(0, 16), (position) => trainRows[position]));
      expect(readFileSync(checkpoint).equals(before)).toBe(true);
    },
  );

  it('holds no more memory and tensors after fifty epochs than after ten', async () => {
    const epochs = only(
      await train(job('fifty', { variant: 'A', epochs: 50, patience: 'none' })),
      'epoch',
    ).slice(1);
    expect(epochs).toHaveLength(50);
    expect(new Set(epochs.map(({ tensorCount }) => tensorCount))).toEqual(new Set([0]));
    const middle = (from: number): number =>
      epochs
        .map(({ memoryBytes }) => memoryBytes)
        .slice(from, from + 10)
        .sort((a, b) => a - b)[5]!;
    // A leak of one batch's activations an epoch would be 20 MB by then; the heap of JavaScript breathes by a few.
    expect(middle(40) - middle(10)).toBeLessThan(16e6);
  });

  it('goes on without damaged best weights, and says what to do about a damaged checkpoint', async () => {
    const made = job('damaged', { variant: 'B', epochs: 1 });
    const whole = endOf(await train(made));
    writeFileSync(path.join(made.runFolder, files.best), 'no weights');
    const messages = await train({ ...made, isResume: true });
    expect(endOf(messages)).toEqual({ ...whole, bestWeightsHash: null });
    expect(only(messages, 'log')).toMatchObject([
      { level: 'error', saying: { kind: 'bestWeightsDamaged', epoch: 1 } },
    ]);

    writeFileSync(path.join(made.runFolder, files.last), 'no checkpoint');
    expect(endOf(await train({ ...made, isResume: true }))).toMatchObject({
      state: 'failed',
      reason: {
        text: expect.stringMatching(/is damaged, so it cannot go on\. .* start a new run/),
      },
    });
  });

  it('says what is wrong with its input', async () => {
    const foreign = await train({ ...job('foreign', { variant: 'A' }), datasetHash: 'another' });
    expect(endOf(foreign)).toMatchObject({
      state: 'failed',
      reason: { text: expect.stringContaining('another dataset') },
    });
    const own = await train(job('own', { variant: 'A', validation: 'own' }));
    expect(endOf(own)).toMatchObject({
      state: 'failed',
      reason: { text: expect.stringContaining('no validation split') },
    });
  });

  it('trains with the plain LSTM and with one branch', async () => {
    const relu = await train(job('relu', { variant: 'A', lstmActivation: 'relu', epochs: 1 }));
    expect(endOf(relu).state).toBe('finished');
    expect(only(relu, 'log')).toMatchObject([{ level: 'warning' }]);
    const cnn = await train(job('cnn', { branches: 'cnn', epochs: 1 }));
    expect(endOf(cnn).state).toBe('finished');
  });

  it('ends when its parent goes away', async () => {
    const child = fork(entry, [], { serialization: 'advanced', stdio: 'ignore', execArgv: [] });
    const code = new Promise((resolve) => child.once('exit', resolve));
    child.send({ type: 'job', job: job('orphan', { variant: 'A', epochs: 10_000 }) });
    await new Promise((resolve) => child.once('message', resolve));
    child.disconnect();
    expect(await code).toBe(1);
  });
});

it('trains on the wasm backend too', async () => {
  const messages = await train(
    job('wasm', { variant: 'B', backend: 'wasm', epochs: 1, limit: 40 }),
  );
  expect(only(messages, 'started')).toMatchObject([
    { plan: { backend: 'wasm' }, tensorflow: null },
  ]);
  expect(endOf(messages).state).toBe('finished');
});

/** Reviews of 5 to 30 words; a few words occur in positive ones only. */
function split(count: number, seed: number): EncodedSplit {
  const random = randomStream(seed, 'reviews');
  const labels = Uint8Array.from({ length: count }, (_, row) => row % 2);
  const reviews = Array.from(labels, (label) => [
    1,
    ...Array.from({ length: 5 + random.below(25) }, () =>
      random.below(3) === 0 ? 4 + label : 6 + random.below(110),
    ),
  ]);
  const offsets = new Uint32Array(count + 1);
  reviews.forEach((review, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + review.length;
  });
  return { count, labels, offsets, tokens: Int32Array.from(reviews.flat()) };
}

function job(name: string, overrides: Record<string, unknown>): TrainJob {
  const resolved = resolveConfig({ ...tiny, ...overrides });
  if (!resolved.ok) throw new Error(resolved.errors[0]?.message);
  const runFolder = path.join(folder, name);
  mkdirSync(runFolder);
  const config: RunConfig = resolved.config;
  return {
    kind: 'train',
    runId: 'run',
    config,
    plan: null,
    dataPath,
    datasetHash: 'hash',
    runFolder,
    isResume: false,
  };
}

/** All messages of one job; every epoch is answered as stored. `then` is said at once, or when an epoch is told. */
function train(
  asked: TrainJob | PredictJob,
  ...then: (ToChild & { atEpoch?: number })[]
): Promise<FromChild[]> {
  return new Promise((resolve, reject) => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const messages: FromChild[] = [];
    let errors = '';
    child.stderr?.on('data', (chunk) => (errors += String(chunk)));
    child.on('message', (message) => {
      const heard = message as FromChild;
      messages.push(heard);
      if (heard.type !== 'epoch') return;
      say(heard.epoch);
      child.send({ type: 'stored', epoch: heard.epoch });
    });
    child.on('close', (code) => {
      if (code === 0) resolve(messages);
      else reject(new Error(`exit ${code}: ${errors}`));
    });
    child.send({ type: 'job', job: asked });
    say(undefined);
    function say(epoch: number | undefined): void {
      for (const { atEpoch, ...message } of then) if (atEpoch === epoch) child.send(message);
    }
  });
}

function only<T extends FromChild['type']>(messages: readonly FromChild[], type: T) {
  return messages.filter(
    (message): message is Extract<FromChild, { type: T }> => message.type === type,
  );
}

function endOf(messages: readonly FromChild[]) {
  const ended = only(messages, 'ended').at(-1);
  if (ended === undefined) throw new Error('The process did not say how it ended.');
  const { seq: _seq, ...rest } = ended;
  return rest;
}
