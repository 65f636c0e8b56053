import type { RunSummary } from '#contract/run.ts';

import { isSameConfiguration } from '#core/experiment/grouping.ts';

type Seeded = Pick<RunSummary, 'runId' | 'variant' | 'config' | 'datasetHash'>;

/** The first seed after the pair's own with which neither of the two has been trained on this data. */
export function nextSeed(all: readonly Seeded[], first: Seeded, second: Seeded): number {
  const used = new Set(
    [...all, first, second]
      .filter(
        (run) =>
          run.datasetHash === first.datasetHash &&
          [first, second].some((of) => isSameConfiguration(run.config, of.config)),
      )
      .map((run) => run.config.seed),
  );
  let seed = Math.max(first.config.seed, second.config.seed) + 1;
  while (used.has(seed)) seed += 1;
  return seed;
}
