import type { ConfigFieldName } from '#contract/run-config.ts';

/** What arrow up and down add. */
export const steps: Partial<Record<ConfigFieldName, number>> = {
  numWords: 500,
  maxLength: 10,
  embeddingDim: 8,
  hiddenUnits: 8,
  filters: 10,
  embeddingDropout: 0.05,
  denseDropout: 0.05,
  batchSize: 10,
  minDelta: 0.0001,
  learningRate: 0.0005,
  clipNorm: 0.5,
  limit: 500,
  validation: 0.05,
};
/** Where a field goes from its word to a number. */
export const firstNumbers: Partial<Record<ConfigFieldName, number>> = {
  clipNorm: 1,
  limit: 2000,
  snapshots: 5,
  threads: 2,
};
