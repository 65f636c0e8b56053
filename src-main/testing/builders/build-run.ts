import type { Epoch, Run } from '#contract/run.ts';
import { defaultConfig } from '#core/config/run-config.ts';
import { layerParameters } from '#core/model/shapes.ts';

/** A finished run of variant A with two epochs, changed where a test cares. */
export function buildRun(override: Partial<Run> = {}): Run {
  const config = override.config ?? defaultConfig;
  const epochs = override.epochs ?? [
    buildEpoch({ epoch: 1, valLoss: 0.5 }),
    buildEpoch({ epoch: 2, valLoss: 0.4 }),
  ];
  const best = epochs.toSorted((a, b) => a.valLoss - b.valLoss || a.epoch - b.epoch)[0] ?? null;
  const last = epochs.at(-1) ?? null;
  return {
    runId: 'run1',
    name: 'A seed 1',
    tags: [],
    note: '',
    isFavourite: false,
    state: 'finished',
    reason: null,
    reasonKind: null,
    dataset: 'd1',
    datasetName: 'Reviews',
    datasetHash: 'd1'.padEnd(64, '0'),
    variant: config.variant,
    config,
    parameters: layerParameters(config).total,
    plan: null,
    backend: 'native',
    versions: { twofold: '0.1.0', tensorflow: '2.18.1', tfjs: '4.22.0', node: '24.21.0' },
    experimentId: null,
    experimentName: null,
    experimentRound: 0,
    experimentAbsent: 0,
    colourSlot: config.embedding === 'separate' ? 1 : 7,
    epochs,
    best: best && { ...best, trainAccuracy: 0.95 },
    last: last && { ...last, trainAccuracy: 0.97 },
    weightsHash: 'a'.repeat(64),
    bestWeightsHash: 'b'.repeat(64),
    progress: null,
    request: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:01.000Z',
    endedAt: '2026-01-01T00:10:00.000Z',
    trainedSeconds: 240,
    diskBytes: 1_000_000,
    memoryBytes: null,
    expected: null,
    deletedAt: null,
    ...override,
  };
}

export const buildEpoch = (override: Partial<Epoch> = {}): Epoch => ({
  epoch: 1,
  loss: 0.4,
  accuracy: 0.8,
  valLoss: 0.45,
  valAccuracy: 0.82,
  testLoss: 0.46,
  testAccuracy: 0.81,
  trainSeconds: 90,
  evalSeconds: 30,
  trainSamplesPerSecond: 222,
  evalSamplesPerSecond: 1000,
  ...override,
});
