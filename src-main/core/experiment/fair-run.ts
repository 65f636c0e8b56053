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

/** Runs that are not in the trash, newest first: asked for where they are needed, for there may be thousands. */
export type KnownRuns = Readonly<{
  /** All of the same data. */
  all: (datasetHash: string) => readonly FairRun[];
  /** At least those of the same data with this configuration and seed; others may be among them. */
  like: (datasetHash: string, config: RunConfig) => readonly FairRun[];
  /** Whether a rival of this run (`isRival`) has a higher accuracy. */
  hasBetter: (than: FairRun, accuracy: number) => boolean;
}>;

/** Finished, on the same data, and judged on the same reviews at an epoch that was chosen alike. */
export const isRival = ({ datasetHash, config, state, accuracy }: FairRun, of: FairRun): boolean =>
  datasetHash === of.datasetHash &&
  config.validation === of.config.validation &&
  config.limit === of.config.limit &&
  state === 'finished' &&
  accuracy !== null;

/** The run of this configuration and seed that there is already, else one to start. */
export function startable(
  datasetId: string,
  datasetHash: string,
  config: RunConfig,
  known: KnownRuns,
): StartableRun {
  const key = configKey(config);
  const found = known
    .like(datasetHash, config)
    .find(
      (run) =>
        run.datasetHash === datasetHash && run.accuracy !== null && configKey(run.config) === key,
    );
  return { datasetId, config, runId: found?.runId ?? null };
}

const configKey = (config: RunConfig): string => `${configurationKey(config)} ${config.seed}`;
