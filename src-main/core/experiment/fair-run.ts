import type { StartableRun } from '#contract/comparison.ts';
import type { RunState } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';

import { configurationKey, type Configured } from './grouping.ts';

/** A run as far as it matters for whether a comparison is fair. */
export type FairRun = Configured &
  Readonly<{
    state: RunState;
    dataset: string;
    datasetHash: string;
    /** On the test split, at the best epoch; null before the first. */
    accuracy: number | null;
    epochCount: number;
  }>;

/** The run of this configuration and seed that there is already, else one to start. */
export function startable(
  datasetId: string,
  datasetHash: string,
  config: RunConfig,
  known: readonly FairRun[],
): StartableRun {
  const key = configKey(config);
  const found = known.find(
    (run) =>
      run.datasetHash === datasetHash && run.accuracy !== null && configKey(run.config) === key,
  );
  return { datasetId, config, runId: found?.runId ?? null };
}

const configKey = (config: RunConfig): string => `${configurationKey(config)} ${config.seed}`;
