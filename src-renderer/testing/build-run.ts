import type { MarkedEpoch, RunSummary } from '#contract/run.ts';
import { defaultConfig, variantFactors } from '#core/config/run-config.ts';
import { automaticName } from '#core/config/run-name.ts';

type Override = Omit<Partial<RunSummary>, 'config'> & { config?: Partial<RunSummary['config']> };

/** A finished run of variant A with seed 1, with whatever a test changes. */
export function buildRun(override: Override = {}): RunSummary {
  const variant = override.variant === undefined ? 'A' : override.variant;
  const config = {
    ...defaultConfig,
    ...variantFactors[variant ?? 'A'],
    variant,
    ...override.config,
  };
  return {
    runId: 'run1',
    name: automaticName(config),
    tags: [],
    note: '',
    isFavourite: false,
    state: 'finished',
    reason: null,
    reasonKind: null,
    dataset: 'data1',
    datasetName: 'IMDB',
    datasetHash: 'hash1',
    variant,
    parameters: 1_151_833,
    plan: null,
    backend: 'native',
    versions: null,
    experimentId: null,
    experimentName: null,
    experimentRound: 0,
    experimentAbsent: 0,
    colourSlot: 1,
    best: buildEpoch(),
    last: buildEpoch({ epoch: 7, valLoss: 0.39 }),
    weightsHash: null,
    bestWeightsHash: null,
    progress: null,
    request: null,
    createdAt: '2026-02-03T10:00:00.000Z',
    startedAt: '2026-02-03T10:00:01.000Z',
    endedAt: '2026-02-03T10:41:00.000Z',
    trainedSeconds: 2460,
    diskBytes: 38_000_000,
    memoryBytes: 2_400_000_000,
    expected: null,
    deletedAt: null,
    epochCount: 7,
    extremes: {
      loss: 0.1,
      accuracy: 0.97,
      valLoss: 0.31,
      valAccuracy: 0.88,
      testLoss: 0.32,
      testAccuracy: 0.867,
    },
    ...override,
    config,
  };
}

export function buildEpoch(override: Partial<MarkedEpoch> = {}): MarkedEpoch {
  return {
    epoch: 2,
    loss: 0.2,
    accuracy: 0.92,
    valLoss: 0.31,
    valAccuracy: 0.87,
    testLoss: 0.32,
    testAccuracy: 0.8656,
    trainSeconds: 200,
    evalSeconds: 20,
    trainSamplesPerSecond: 120,
    evalSamplesPerSecond: 1200,
    trainAccuracy: 0.95,
    ...override,
  };
}
