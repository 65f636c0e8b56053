import type { Concern } from '#contract/comparison.ts';
import * as m from '#messages';

import { luckOfTheBest } from '../statistics/luck.ts';
import { isRival, startable, type FairRun, type KnownRuns } from './fair-run.ts';
import { groupByConfiguration } from './grouping.ts';

/** Below this many configurations nobody speaks of "the best of". */
const many = 5;
/** Seeds that a winner is trained on again. */
const freshSeeds = 3;

/** The best of many configurations is good by luck too, until it was trained on other seeds. */
export function bestOfManyConcern(runs: readonly FairRun[], known: KnownRuns): Concern[] {
  const [first] = runs;
  if (first === undefined) return [];
  const leading = bestOf(runs.filter((run) => isRival(run, first)));
  // Hardly ever is one of them the best: then there is no need to look at all others.
  if (leading === null || known.hasBetter(first, leading.accuracy ?? 0)) return [];
  const rivals = known.all(first.datasetHash).filter((run) => isRival(run, first));
  const configurations = groupByConfiguration(rivals);
  if (configurations.length < many) return [];
  const best = bestOf(rivals);
  const shown = runs.find(({ runId }) => runId === best?.runId);
  const ofBest = configurations.find((group) =>
    group.runs.some(({ runId }) => runId === shown?.runId),
  );
  if (shown === undefined || ofBest === undefined || ofBest.runs.length > 1) return [];
  const seeds = Array.from({ length: freshSeeds }, (_, index) => shown.config.seed + index + 1);
  return [
    {
      runIds: [shown.runId],
      isBarrier: false,
      reasons: [
        {
          kind: 'bestOfMany',
          sentence: m.experiments_unfair_best_of_many({
            count: configurations.length,
            deviations: luckOfTheBest(configurations.length).toFixed(1),
          }),
          fields: [],
        },
      ],
      remedy: {
        kind: 'start',
        runs: seeds.map((seed) =>
          startable(shown.dataset, shown.datasetHash, { ...shown.config, seed }, known),
        ),
      },
    },
  ];
}

/** The first with the highest accuracy. */
const bestOf = (runs: readonly FairRun[]): FairRun | null =>
  runs.reduce<FairRun | null>(
    (leader, run) =>
      leader === null || (run.accuracy ?? 0) > (leader.accuracy ?? 0) ? run : leader,
    null,
  );
