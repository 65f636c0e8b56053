import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { diffStartSchema } from '#contract/embedding-diff.ts';
import type { RunConfigInput } from '#contract/run-config.ts';

import { entries } from '../testing/programs.ts';
import { openApp, type App } from './app.ts';
import { hasNativeLibrary } from './system/native-library.ts';

const config = {
  variant: 'A',
  maxLength: 12,
  numWords: 300,
  embeddingDim: 4,
  hiddenUnits: 4,
  filters: 6,
  batchSize: 16,
  limit: 240,
  epochs: 4,
  patience: 'none',
} as const satisfies RunConfigInput;

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

let home: string;
let app: App;
let datasetId: string;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-app-'));
  app = openApp({ home, ...entries });
  const { dataset } = await app.services.datasets.importSample(quiet);
  datasetId = dataset.datasetId;
});
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true, force: true });
});

async function train(
  input: RunConfigInput = config,
  onEpoch: (runId: string, epoch: number) => void = () => undefined,
) {
  const [run] = app.services.runs.start({ datasetId, configs: [input] });
  const runId = run?.runId ?? '';
  const ended = await app.services.runs.follow(runId, (line) => {
    if (line.event === 'epoch') onEpoch(runId, line.epoch);
  });
  return { runId, ended };
}

/** What a run without interruptions comes to. */
let whole: Awaited<ReturnType<typeof train>>;

describe.skipIf(!hasNativeLibrary())('real training (native library)', () => {
  beforeAll(async () => {
    whole = await train();
  });

  test('the same seed and settings give the same weights, another seed others', async () => {
    const { ended } = whole;
    expect(ended).toMatchObject({ state: 'finished', reason: null });
    const again = await train();
    expect(again.ended.weightsHash).toBe(ended.weightsHash);
    expect(again.ended.bestWeightsHash).toBe(ended.bestWeightsHash);
    expect((await train({ ...config, seed: 2 })).ended.weightsHash).not.toBe(ended.weightsHash);
  });

  test('figures, predictions and a text prediction agree', async () => {
    const { runId, ended } = whole;
    const run = app.services.runs.get({ runId });
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(run.best?.trainAccuracy).toBeGreaterThan(0);
    const predictions = await app.services.runs.predictions(runId);
    expect(predictions).toHaveLength(240);
    const right = predictions.filter(
      ({ label, probability }) => probability >= 0.5 === (label === 1),
    ).length;
    expect(right / 240).toBeCloseTo(ended.best?.testAccuracy ?? -1, 10);

    const first = predictions[0];
    const review = await app.services.datasets.review(datasetId, 'test', first?.row ?? 0);
    const [predicted] = await app.services.runs.predictTexts(runId, [review.text], 'best');
    expect(predicted?.probability).toBeCloseTo(first?.probability ?? -1, 5);
    expect(predicted?.tokens.length).toBeLessThanOrEqual(12);
  });

  test('a comparison counts every review once and knows its own sentences', async () => {
    const other = await train({ ...config, variant: 'B' });
    const comparison = await app.services.runs.compare({
      runIds: [whole.runId, other.runId],
      weights: 'best',
    });
    const { paired } = comparison;
    expect(paired?.rows).toBe(240);
    const { onlyFirstRight = 0, onlySecondRight = 0, bothRight = 0, bothWrong = 0 } = paired ?? {};
    expect(onlyFirstRight + onlySecondRight + bothRight + bothWrong).toBe(240);
    expect(comparison.flips).toHaveLength(onlyFirstRight + onlySecondRight);
    const [first = 0, second = 0] = comparison.metrics.map(({ accuracy }) => Number(accuracy));
    expect(paired?.difference).toBeCloseTo(second - first, 10);
    const subset = await train({ ...config, limit: 100 });
    expect(
      (await app.services.runs.compare({ runIds: [whole.runId, subset.runId], weights: 'best' }))
        .reason,
    ).toMatch(/different test splits/);
  });

  test('a table in another run’s place: evaluated as the run itself was, and ended when it is cancelled', async () => {
    const { runId, ended } = whole;
    const other = await train({ ...config, seed: 7 });
    const { diffs, transplants, runs } = app.services;
    const tables = [other.runId, runId].map((id) => ({
      kind: 'run' as const,
      runId: id,
      branch: 'cnn' as const,
    }));
    const { diffId } = await diffs.compare(diffStartSchema.parse({ tables }), quiet);
    const request = { diffId, donor: 0, receiver: 1 };
    const { passes, reviews, wordsKept, controls } = await transplants.evaluate(request, quiet);
    expect(reviews).toBe(240);
    expect(wordsKept.count).toBe(0);
    expect(passes.own).toMatchObject({ accuracy: ended.best?.testAccuracy, flips: 0 });
    expect(passes.own.loss).toBeCloseTo(ended.best?.testLoss ?? 0, 5);
    expect(passes.raw.flips).toBeGreaterThan(0);
    expect(controls?.map(({ kind, k, seed }) => `${kind} ${k ?? seed}`)).toEqual([
      ...[1, 2, 4].map((k) => `directions ${k}`),
      ...Array.from({ length: 9 }, (_, at) => `randomRotation ${at + 1}`),
      ...[1, 2, 3].map((of) => `permutedAxes ${of}`),
    ]);
    // All directions are the aligned table.
    expect(controls?.[2]).toMatchObject({ ...passes.aligned, flipsFromAligned: 0 });
    expect(controls?.[3]?.flipsFromAligned).toBeGreaterThan(0);
    expect(transplants.list({ diffId }).map(({ receiver }) => receiver)).toEqual([1]);

    const { best } = runs.get({ runId });
    const file = path.join(home, 'table');
    writeFileSync(file, new Uint8Array(new Float32Array(300 * 4).buffer));
    // Many tables, so that it still evaluates when the signal arrives.
    const tablePaths = Array.from({ length: 50 }, () => file);
    const trial = { epoch: best?.epoch ?? 0, branch: 'lstm' as const, tablePaths };
    const controller = new AbortController();
    await expect(
      runs.evaluateTables(runId, trial, {
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      }),
    ).rejects.toThrow(/cancelled/);
    const missing = { ...trial, epoch: 99 };
    await expect(runs.evaluateTables(runId, missing, quiet)).rejects.toThrow(
      /after epoch 99 are not kept/,
    );
  });

  test('killed at any epoch and resumed, it ends with the weights of an unbroken run', async () => {
    const { runId, ended } = await train(config, (id, epoch) => {
      if (epoch === 2) process.kill(childOf(id), 'SIGKILL');
    });
    expect(ended).toMatchObject({
      state: 'interrupted',
      reason: expect.stringMatching(/Resume from epoch [23]/),
    });
    app.services.runs.resume({ runId });
    const resumed = await app.services.runs.follow(runId, () => undefined);
    expect(resumed.weightsHash).toBe(whole.ended.weightsHash);
    expect(withoutTimes(runId)).toEqual(withoutTimes(whole.runId));
    expect(stepsOf(runId)).toEqual(stepsOf(whole.runId));
  });

  test('Ctrl-C in a terminal, which reaches the child too, is for its parent to answer', async () => {
    const { ended } = await train(config, (id, epoch) => {
      if (epoch === 1) process.kill(childOf(id), 'SIGINT');
    });
    expect(ended).toMatchObject({ state: 'finished', weightsHash: whole.ended.weightsHash });
  });

  test('the supervising process killed: its child ends, the run is interrupted, and resume makes it whole', async () => {
    const supervisor = spawn(
      process.execPath,
      [
        path.join(import.meta.dirname, '..', 'testing', 'processes', 'supervising-process.ts'),
        home,
        entries.trainerEntry,
        datasetId,
        JSON.stringify(config),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let runId = '';
    for await (const text of createInterface({ input: supervisor.stdout })) {
      const line = JSON.parse(text) as { event: string; runId: string; epoch: number };
      if (line.event === 'queued') runId = line.runId;
      if (line.event === 'epoch' && line.epoch === 1) {
        // Another process can read what it has stored, while it trains.
        expect(app.services.runs.get({ runId })).toMatchObject({ state: 'running' });
        supervisor.kill('SIGKILL');
      }
    }
    const ended = await app.services.runs.follow(runId, () => undefined);
    expect(ended).toMatchObject({
      state: 'interrupted',
      reason: expect.stringMatching(/process that trained it is gone/),
    });
    app.services.runs.resume({ runId });
    expect((await app.services.runs.follow(runId, () => undefined)).weightsHash).toBe(
      whole.ended.weightsHash,
    );
    expect(withoutTimes(runId)).toEqual(withoutTimes(whole.runId));
  });

  test('the sentence of a review is the rows of the stored tables', async () => {
    const { runId } = whole;
    const sentence = await app.services.embeddings.sentence({
      runIds: [runId],
      source: { kind: 'review', split: 'train', row: 0 },
    });
    expect(sentence.panels.map(({ branch }) => branch)).toEqual(['cnn', 'lstm']);
    expect(sentence.epochs).toEqual([0, 1, 2, 3, 4]);
    expect(sentence.padCount + sentence.tokens.length).toBe(12);
    const [panel] = sentence.panels;
    const values = new Float32Array(
      new Uint8Array(Buffer.from(panel?.values ?? '', 'base64')).buffer,
    );
    expect(values).toHaveLength(sentence.tokens.length * 4);
    expect(values.some((value) => value !== 0)).toBe(true);
  });

  test('doctor says native with its version', async () => {
    expect(await app.services.system.info()).toMatchObject({
      backend: 'native',
      backendReason: null,
      tensorflow: expect.stringMatching(/^2\./),
      tfjs: '4.22.0',
      home,
    });
  });

  test('an estimate comes from the newest finished run', () => {
    const estimate = app.services.runs.estimate({ datasetId, config });
    expect(estimate.basis).toBe('measured');
    expect(estimate.secondsPerEpoch).toBeGreaterThan(0);
  });

  test('a measurement of a planned run makes its estimate, which the run keeps beside what it took', async () => {
    const planned: RunConfigInput = { ...config, hiddenUnits: 5 };
    const probed = await app.services.runs.probe({ datasetId, config: planned });
    expect(probed.basis).toBe('probed');
    expect(probed.secondsPerEpoch).toBeGreaterThan(0);
    const { runId } = await train(planned);
    const { expected, memoryBytes } = app.services.runs.get({ runId });
    const { secondsPerEpoch, peakMemoryBytes, diskBytes, basis } = probed;
    expect(expected).toEqual({ secondsPerEpoch, peakMemoryBytes, diskBytes, basis });
    // Both processes hold the same library and reviews.
    expect((memoryBytes ?? 0) / peakMemoryBytes).toBeGreaterThan(0.7);
    expect((memoryBytes ?? 0) / peakMemoryBytes).toBeLessThan(1.4);
    // The finished run is newer than the measurement, and teaches more.
    expect(app.services.runs.estimate({ datasetId, config: planned }).basis).toBe('measured');
    const other = app.services.runs.estimate({ datasetId, config: { ...config, hiddenUnits: 6 } });
    expect(other.basis).toBe('measured');
  });

  test('nothing is measured beside a training', async () => {
    const [run] = app.services.runs.start({ datasetId, configs: [{ ...config, epochs: 500 }] });
    const runId = run?.runId ?? '';
    const ended = app.services.runs.follow(runId, () => undefined);
    await expect.poll(() => app.services.runs.summary(runId).state).toBe('running');
    await expect(app.services.runs.probe({ datasetId, config })).rejects.toMatchObject({
      kind: 'inUse',
      message: expect.stringMatching(/is training: measure when it is done/),
    });
    await app.services.runs.stopAndWait({ runId });
    await ended;
  });

  function withoutTimes(runId: string) {
    return app.services.runs
      .get({ runId })
      .epochs.map(({ loss, accuracy, valLoss, testLoss, testAccuracy }) => ({
        loss,
        accuracy,
        valLoss,
        testLoss,
        testAccuracy,
      }));
  }
  function stepsOf(runId: string) {
    const [curve] = app.services.runs.curves({
      runIds: [runId],
      resolution: 'step',
      metric: 'loss',
      maxPoints: 1000,
    });
    return { steps: curve?.steps, values: curve?.values };
  }
  function childOf(runId: string): number {
    const started = app.services.runs
      .log({ runId })
      .find(({ text }) => /^Training process \d+/.test(text));
    return Number(/\d+/.exec(started?.text ?? '')?.[0]);
  }
});

test('a dataset goes to the trash with its runs only', async () => {
  const handlers = app.handlers;
  const [run] = await handlers['runs.start']({
    datasetId,
    configs: [{ ...config, epochs: 1, backend: 'wasm' }],
  });
  const runId = run?.runId ?? '';
  expect(() => handlers['datasets.remove']({ datasetId, withRuns: false })).toThrow(/trained on/);
  await app.services.runs.stopAndWait({ runId });
  const removed = await handlers['datasets.remove']({ datasetId, withRuns: true });
  expect(removed.runIds).toContain(runId);
  expect(await handlers['runs.list']({ isTrash: false })).toEqual([]);
  expect(() => handlers['runs.start']({ datasetId, configs: [config] })).toThrow(/in the trash/);
  await handlers['datasets.restore']({ datasetId });
  expect(app.services.runs.summary(runId).deletedAt).toBeNull();
});
