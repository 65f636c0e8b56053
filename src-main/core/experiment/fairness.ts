import type { Concern, ConcernReason, StartableRun } from '#contract/comparison.ts';
import { resumableStates, type RunState } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import {
  configurationKey,
  factorNames,
  groupByConfiguration,
  type Configured,
} from './grouping.ts';
import { luckOfTheBest } from '../statistics/luck.ts';

export type FairRun = Configured &
  Readonly<{
    state: RunState;
    dataset: string;
    datasetHash: string;
    /** On the test split, at the best epoch; null before the first. */
    accuracy: number | null;
    epochCount: number;
  }>;

/** What makes a model; runs that differ in it are what is compared. */
const modelFields = new Set<string>([...factorNames, 'variant', 'branches']);
const stoppingFields = new Set<string>(['epochs', 'patience', 'minDelta']);
/** Fields that change neither what is learnt nor what it is measured on. */
const indifferentFields = new Set<string>(['threads', 'backend', 'snapshots']);

/** Below this many configurations nobody speaks of "the best of". */
const many = 5;
/** Seeds that a winner is trained on again. */
const freshSeeds = 3;

/**
 * Why these runs must not, or hardly, be compared, and which runs would mend it.
 *
 * @param runs at least two; the others are held against the first
 * @param known runs of the same data that are not in the trash: a missing run may be among them
 */
export function concernsOf(runs: readonly FairRun[], known: readonly FairRun[]): Concern[] {
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

function pairConcern(first: FairRun, other: FairRun, known: readonly FairRun[]): Concern[] {
  const differing = (Object.keys(first.config) as (keyof RunConfig)[]).filter(
    (field) => first.config[field] !== other.config[field] && !indifferentFields.has(field),
  );
  const model = differing.filter((field) => modelFields.has(field));
  const stopping = differing.filter((field) => stoppingFields.has(field));
  const split = differing.filter((field) => field === 'validation' || field === 'limit');
  const rest = differing.filter(
    (field) =>
      ![...model, ...stopping, ...split].includes(field) && (field !== 'seed' || model.length > 0),
  );
  const things = (model.length > 0 ? 1 : 0) + (stopping.length > 0 ? 1 : 0) + rest.length;
  const reasons: ConcernReason[] = [];
  if (first.datasetHash !== other.datasetHash)
    reasons.push({ kind: 'data', sentence: m.experiments_unfair_data(), fields: [] });
  if (split.includes('limit'))
    reasons.push({ kind: 'reviews', sentence: m.experiments_unfair_reviews(), fields: ['limit'] });
  if (split.includes('validation'))
    reasons.push({
      kind: 'validation',
      sentence: m.experiments_unfair_validation(),
      fields: ['validation'],
    });
  if (things > 1 && stopping.length > 0)
    reasons.push({ kind: 'stopping', sentence: m.experiments_unfair_stopping(), fields: stopping });
  if (things > 1 && rest.length > 0)
    reasons.push({ kind: 'confounded', sentence: m.experiments_unfair_confounded(), fields: rest });
  if (reasons.length === 0) return [];
  // Without a difference of the model, only the reader knows which of the fields is the question.
  const back = model.length > 0 ? [...split, ...stopping, ...rest] : split;
  const config = { ...other.config, ...only(first.config, back) };
  const isOther = first.datasetHash !== other.datasetHash || back.length > 0;
  const missing = startable(first.dataset, first.datasetHash, config, known);
  return [
    {
      runIds: [first.runId, other.runId],
      isBarrier: reasons.some(({ kind }) => barriers.has(kind)),
      reasons,
      remedy: isOther && missing.runId !== first.runId ? { kind: 'start', runs: [missing] } : null,
    },
  ];
}

const barriers = new Set<ConcernReason['kind']>(['data', 'reviews', 'validation']);

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

function testChosenConcern(runs: readonly FairRun[], known: readonly FairRun[]): Concern[] {
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

function bestOfManyConcern(runs: readonly FairRun[], known: readonly FairRun[]): Concern[] {
  const [first] = runs;
  if (first === undefined) return [];
  const rivals = known.filter(
    ({ datasetHash, config, state, accuracy }) =>
      datasetHash === first.datasetHash &&
      config.validation === first.config.validation &&
      config.limit === first.config.limit &&
      state === 'finished' &&
      accuracy !== null,
  );
  const configurations = groupByConfiguration(rivals);
  if (configurations.length < many) return [];
  const best = rivals.reduce<FairRun | null>(
    (leader, run) =>
      leader === null || (run.accuracy ?? 0) > (leader.accuracy ?? 0) ? run : leader,
    null,
  );
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

/** The run of this configuration and seed that there is already, else one to start. */
function startable(
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

const only = (config: RunConfig, fields: readonly (keyof RunConfig)[]): Partial<RunConfig> =>
  Object.fromEntries(fields.map((field) => [field, config[field]]));
