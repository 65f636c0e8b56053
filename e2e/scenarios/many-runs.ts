import { defaultConfig, variantFactors } from '#core/config/run-config.ts';
import { automaticName } from '#core/config/run-name.ts';
import { randomStream } from '#core/util/random.ts';
import { layerParameters } from '#core/model/shapes.ts';
import type { RunConfig } from '#contract/run-config.ts';

import { openDatabases, type Databases } from '../../src-main/db/open.ts';
import { ownIdentity } from '../../src-main/features/runs/train/process-identity.ts';
import { insertEpoch, setProgress } from '../../src-main/features/runs/results/results-store.ts';
import { insertSteps } from '../../src-main/features/runs/results/steps-store.ts';
import { endRun, insertExperiment, insertRun } from '../../src-main/features/runs/store/store.ts';
import { addTestDataset } from '../../src-main/testing/test-dataset.ts';

export type ManyRuns = Readonly<{
  runs: number;
  /** Of the newest runs, so many have a curve by step. */
  withSteps: number;
  steps: number;
  /** Of those, so many are still running; this process counts as the one that trains them. */
  running: number;
  epochs: number;
  /** Of a dataset that is there; else one without texts is made. */
  datasetId?: string;
}>;

const grid = {
  maxLength: [100, 200, 300, 400, 500],
  embeddingDim: [32, 64, 128],
  learningRate: [0.0001, 0.001, 0.01],
  hiddenUnits: [32, 64, 128],
} as const;
const stepsPerEpoch = 391;
const secondsPerStep = 0.4;

/** Fills a home with runs as training leaves them, without training: a grid over settings, in experiments of ten seeds. */
export function addManyRuns(home: string, many: ManyRuns): void {
  const databases = openDatabases(home);
  if (many.datasetId === undefined) addTestDataset(databases.main, home, { testCount: 40 });
  databases.main
    .transaction(() => {
      for (let index = 0; index < many.runs; index += 1) addRun(databases, many, index);
    })
    .immediate();
  databases.close();
}

function addRun({ main: db }: Databases, many: ManyRuns, index: number): void {
  const owner = ownIdentity();
  const fromNewest = many.runs - 1 - index;
  const runId = `load${String(index).padStart(6, '0')}`;
  const now = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
  const experimentId = `load-e${Math.floor(index / 10)}`;
  if (index % 10 === 0)
    insertExperiment(
      db,
      { experimentId, name: `load ${index / 10}`, isNamed: true, looks: 1, marginPoints: 0.25 },
      now,
    );
  const config = configOf(index);
  insertRun(
    db,
    {
      runId,
      name: automaticName(config),
      datasetId: many.datasetId ?? 'd1',
      experimentId,
      config,
      parameters: layerParameters(config).total,
      expected: null,
      colourSlot: index % 12,
    },
    owner,
    now,
  );
  const runKey = Number(db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck().get(runId));
  const { normal } = randomStream(index + 1, 'load');
  const level = 0.3 + 0.02 * normal();
  for (let epoch = 1; epoch <= many.epochs; epoch += 1)
    addEpoch(db, runKey, epoch, level, normal());
  db.prepare('UPDATE runs SET trained_seconds = ? WHERE run_key = ?').run(
    many.epochs * stepsPerEpoch * secondsPerStep,
    runKey,
  );
  if (fromNewest < many.withSteps) addSteps(db, runKey, 1, many.steps, normal);
  if (fromNewest >= many.running) {
    endRun(db, runId, owner, { state: 'finished', reason: null, diskBytes: 38_000_000 }, now);
    return;
  }
  db.prepare(`UPDATE runs SET state = 'running', started_at = ? WHERE run_key = ?`).run(
    now,
    runKey,
  );
  tellProgress(db, runKey, many.steps);
}

/** Steps `from` to `to` of a falling, noisy loss. */
export function addSteps(
  db: Databases['main'],
  runKey: number,
  from: number,
  to: number,
  normal: () => number,
): void {
  for (let first = from; first <= to; first = endOfEpoch(first) + 1) {
    const count = Math.min(to, endOfEpoch(first)) - first + 1;
    const steps = Int32Array.from({ length: count }, (_, at) => first + at);
    insertSteps(db, runKey, {
      epoch: Math.ceil(first / stepsPerEpoch),
      steps,
      seconds: Float64Array.from(steps, (step) => step * secondsPerStep),
      loss: Float32Array.from(
        steps,
        (step) => 0.7 * Math.exp(-step / 2000) + 0.05 + 0.03 * normal(),
      ),
      accuracy: Float32Array.from(steps, (step) => 1 - 0.45 * Math.exp(-step / 2000)),
      gradientNorm: Float32Array.from(steps, () => Math.exp(0.3 * normal())),
      samplesPerSecond: Float32Array.from(steps, () => 200 + 10 * normal()),
    });
  }
}

const endOfEpoch = (step: number): number => Math.ceil(step / stepsPerEpoch) * stepsPerEpoch;

export function tellProgress(db: Databases['main'], runKey: number, step: number): void {
  setProgress(
    db,
    runKey,
    {
      epoch: Math.ceil(step / stepsPerEpoch),
      step,
      stepsPerEpoch,
      loss: 0.2,
      samplesPerSecond: 200,
      secondsLeft: 600,
      phase: 'training',
      at: new Date().toISOString(),
    },
    step * secondsPerStep,
  );
}

function addEpoch(
  db: Databases['main'],
  runKey: number,
  epoch: number,
  level: number,
  noise: number,
): void {
  const valLoss = level + 0.3 * Math.exp(-epoch / 2) + 0.004 * Math.max(0, epoch - 7);
  const accuracy = 1 - valLoss / 2.4 + 0.001 * noise;
  insertEpoch(db, runKey, {
    epoch,
    figures: {
      epoch,
      loss: 0.7 * Math.exp(-epoch / 5),
      accuracy: 1 - 0.4 * Math.exp(-epoch / 5),
      valLoss,
      valAccuracy: accuracy,
      testLoss: valLoss + 0.01,
      testAccuracy: accuracy - 0.003,
      trainSeconds: 150,
      evalSeconds: 20,
      trainSamplesPerSecond: 130,
      evalSamplesPerSecond: 1200,
    },
    lastStep: epoch * stepsPerEpoch,
    seconds: epoch * stepsPerEpoch * secondsPerStep,
    memoryBytes: 1.5e9,
    tensorCount: null,
    predictions: [],
    tables: [],
    diskBytes: 38_000_000,
  });
}

function configOf(index: number): RunConfig {
  const group = Math.floor(index / 10);
  const variant = index % 2 === 0 ? 'A' : 'B';
  const pick = <T>(values: readonly T[], at: number): T => values[at % values.length] as T;
  return {
    ...defaultConfig,
    ...variantFactors[variant],
    variant,
    seed: 1 + Math.floor((index % 10) / 2),
    maxLength: pick(grid.maxLength, group),
    embeddingDim: pick(grid.embeddingDim, Math.floor(group / 5)),
    learningRate: pick(grid.learningRate, Math.floor(group / 15)),
    hiddenUnits: pick(grid.hiddenUnits, Math.floor(group / 45)),
  };
}
