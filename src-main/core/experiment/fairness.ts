import type { Concern } from '#contract/comparison.ts';
import { resumableStates } from '#contract/run.ts';
import * as m from '#messages';

import { bestOfManyConcern } from './best-of-many.ts';
import { startable, type FairRun, type KnownRuns } from './fair-run.ts';
import { groupByConfiguration } from './grouping.ts';
import { pairConcern } from './pair-concern.ts';

/**
 * Why these runs must not, or hardly, be compared, and which runs would mend it.
 *
 * @param runs at least two; the others are held against the first
 * @param known where a missing run may be found
 */
export function concernsOf(runs: readonly FairRun[], known: KnownRuns): Concern[] {
  const [first, ...others] = representatives(runs);
  if (first === undefined) return [];
  return [
    ...others.flatMap((other) => pairConcern(first, other, known)),
    ...runs.flatMap(unfinishedConcern),
    ...testChosenConcern([first, ...others], known),
    ...bestOfManyConcern(runs, known),
  ];
}

/** A run of each configuration and dataset, with the first one's seed where there is one. */
function representatives(runs: readonly FairRun[]): FairRun[] {
  const seed = runs[0]?.config.seed;
  const datasets = new Map<string, FairRun[]>();
  for (const run of runs)
    datasets.set(run.datasetHash, [...(datasets.get(run.datasetHash) ?? []), run]);
  return [...datasets.values()].flatMap((ofOne) =>
    groupByConfiguration(ofOne).flatMap(
      (group) => group.runs.find(({ config }) => config.seed === seed) ?? group.runs[0] ?? [],
    ),
  );
}

/** One that has not come to its end may still find a better epoch. */
function unfinishedConcern({ runId, state, epochCount }: FairRun): Concern[] {
  if (state === 'finished') return [];
  const sentence =
    state === 'running' || state === 'queued'
      ? m.experiments_unfair_training()
      : state === 'diverged'
        ? m.experiments_unfair_diverged({ epoch: epochCount })
        : m.experiments_unfair_unfinished({ epoch: epochCount });
  return [
    {
      runIds: [runId],
      isBarrier: false,
      reasons: [{ kind: 'unfinished', sentence, fields: [] }],
      // A diverged run would diverge again.
      remedy:
        resumableStates.includes(state) && state !== 'diverged' ? { kind: 'resume', runId } : null,
    },
  ];
}

function testChosenConcern(runs: readonly FairRun[], known: KnownRuns): Concern[] {
  const chosen = runs.filter(({ config }) => config.validation === 'test');
  if (chosen.length === 0) return [];
  return [
    {
      runIds: chosen.map(({ runId }) => runId),
      isBarrier: false,
      reasons: [
        {
          kind: 'testChosen',
          sentence: m.experiments_unfair_test_chosen(),
          fields: ['validation'],
        },
      ],
      remedy: {
        kind: 'start',
        runs: chosen.map(({ dataset, datasetHash, config }) =>
          startable(dataset, datasetHash, { ...config, validation: holdOut }, known),
        ),
      },
    },
  ];
}

/** The share of train that the defaults hold out. */
const holdOut = 0.2;
