import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, type Browser } from '@playwright/test';

import type { RunConfig, RunConfigInput } from '../../src-main/contract/run-config.ts';
import { stepsPerEpoch } from '../../src-main/core/model/batch-order.ts';
import { resolveConfig } from '../../src-main/core/config/run-config.ts';
import { openApp, type App } from '../../src-main/features/app.ts';
import { startServer, type Server } from '../../e2e/scenarios/server.ts';
import type { Setting } from './grid.ts';
import { middle } from './measure.ts';
import { startWorker, type Worker } from './worker-process.ts';

/** What the workbench around the engine costs: logging, snapshots, checkpoints, and a window that shows the curves. */
export type ProductCost = Readonly<{
  setting: string;
  /** Samples a second inside the training steps, median over rounds. */
  engine: number;
  run: RunCost;
  /** Null where no browser was found. */
  runWithWindow: RunCost | null;
  /** From "start" on imported data to the first step's metrics; median over the runs. */
  firstStepSeconds: number;
  /** What "Measure" said before the first run, and what the runs took (median). */
  expected: Took;
  took: Took;
}>;

export type Took = Readonly<{
  secondsPerEpoch: number;
  peakMemoryBytes: number;
  diskBytes: number;
}>;

export type RunCost = Readonly<{
  /** Samples a second inside the training steps, by the training process's clock. */
  rate: number;
  /** Of an epoch, outside of its steps and its evaluation: news of each step, snapshots, checkpoints, predictions stored. */
  secondsBeside: number;
}>;

const EPOCHS = 4;
const root = path.join(import.meta.dirname, '..', '..');

/** Variant A of a setting: the bare engine, a run, and a run that a window watches take turns. */
export async function measureProduct(
  setting: Setting,
  { data, rounds }: { data: string; rounds: number },
): Promise<ProductCost> {
  const home = mkdtempSync(path.join(tmpdir(), 'twofold-product-'));
  const app = openApp({
    home,
    trainerEntry: path.join(root, 'src-main/trainer/entry.ts'),
    queue: 'process',
  });
  let worker: Worker | undefined;
  try {
    const importing = { signal: new AbortController().signal, onProgress: () => undefined };
    const { dataset } = await app.services.datasets.import({ path: data }, importing);
    const { datasetId, contentHash } = dataset;
    const input: RunConfigInput = {
      ...setting.fields,
      variant: 'A',
      limit: setting.productRows,
      validation: 0.05,
      epochs: EPOCHS,
      patience: 'none',
    };
    const expected = await app.services.runs.probe({ datasetId, config: input });
    const config = resolved(input);
    const encoded = await app.services.datasets.encodedPath(datasetId);
    const script = path.join(import.meta.dirname, 'engine-worker.ts');
    const bare = await startWorker(process.execPath, [
      script,
      JSON.stringify(config),
      '{}',
      encoded,
      contentHash,
    ]);
    worker = bare;
    const trained = Math.round(setting.productRows * 0.95);
    const steps = stepsPerEpoch(trained, config.batchSize);
    await bare.ask('train', 2);
    const engineRate = async (): Promise<number> => {
      const { rows, seconds } = await bare.ask('train', steps);
      return rows / seconds;
    };

    const engine: number[] = [];
    const plain: Trained[] = [];
    const watched: Trained[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // The engine before and after: what drifts hits all three alike.
      engine.push(await engineRate());
      plain.push(await trainOnce(app, datasetId, input, trained));
      const seen = await withWindow(home, () => trainOnce(app, datasetId, input, trained));
      if (seen !== null) watched.push(seen);
      engine.push(await engineRate());
    }
    return {
      setting: setting.name,
      engine: middle(engine),
      run: costOf(plain),
      runWithWindow: watched.length === 0 ? null : costOf(watched),
      firstStepSeconds: middle(plain.map(({ firstStepSeconds }) => firstStepSeconds)),
      expected,
      took: {
        secondsPerEpoch: middle(plain.map(({ took }) => took.secondsPerEpoch)),
        peakMemoryBytes: middle(plain.map(({ took }) => took.peakMemoryBytes)),
        diskBytes: middle(plain.map(({ took }) => took.diskBytes)),
      },
    };
  } finally {
    await worker?.close();
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
}

type Trained = RunCost & Readonly<{ firstStepSeconds: number; took: Took }>;

/** A run through the services, but for its first epoch, which holds the preparation of the graph. */
async function trainOnce(
  { services: { runs } }: App,
  datasetId: string,
  config: RunConfigInput,
  trained: number,
): Promise<Trained> {
  const startedAt = performance.now();
  const [run] = runs.start({ datasetId, configs: [config] });
  if (run === undefined) throw new Error('No run was started.');
  let firstStepSeconds = Number.NaN;
  let firstEpochAt = Number.NaN;
  let lastEpochAt = Number.NaN;
  let inSteps = 0;
  let inEvaluation = 0;
  const { state, reason } = await runs.follow(run.runId, (line) => {
    const now = performance.now();
    if (line.event === 'progress' && Number.isNaN(firstStepSeconds) && line.step > 0)
      firstStepSeconds = (now - startedAt) / 1000;
    if (line.event !== 'epoch') return;
    lastEpochAt = now;
    if (line.epoch === 1) {
      firstEpochAt = now;
      return;
    }
    inSteps += line.trainSeconds;
    inEvaluation += line.evalSeconds;
  });
  if (state !== 'finished') throw new Error(`A run ${state}: ${reason ?? ''}`);
  const epochs = EPOCHS - 1;
  const wall = (lastEpochAt - firstEpochAt) / 1000;
  return {
    rate: (epochs * trained) / inSteps,
    secondsBeside: (wall - inSteps - inEvaluation) / epochs,
    firstStepSeconds,
    took: {
      secondsPerEpoch: (inSteps + inEvaluation) / epochs,
      peakMemoryBytes: runs.summary(run.runId).memoryBytes ?? Number.NaN,
      diskBytes: runs.summary(run.runId).diskBytes,
    },
  };
}

const costOf = (runs: readonly Trained[]): RunCost => ({
  rate: middle(runs.map(({ rate }) => rate)),
  secondsBeside: middle(runs.map(({ secondsBeside }) => secondsBeside)),
});

/** Does it while a browser shows the Runs screen of the home; null where there is no browser. */
async function withWindow<T>(home: string, work: () => Promise<T>): Promise<T | null> {
  const executablePath = process.env['TWOFOLD_CHROMIUM'];
  if (executablePath === undefined) return null;
  let server: Server | undefined;
  let browser: Browser | undefined;
  try {
    server = await startServer(home);
    browser = await chromium.launch({ executablePath, args: ['--disable-gpu'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.link);
    await page.getByRole('link', { name: /^Runs/ }).click();
    return await work();
  } finally {
    await browser?.close();
    await server?.stop();
  }
}

function resolved(input: RunConfigInput): RunConfig {
  const result = resolveConfig(input);
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.config;
}
