import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Comparison } from '#contract/comparison.ts';
import { AppError } from '#contract/failure.ts';
import type { RunFigures } from '#contract/metric.ts';
import type { Run } from '#contract/run.ts';
import { configDifferences, flipsOf } from '#core/comparison/differences.ts';
import { concernsOf } from '#core/experiment/fairness.ts';
import { typicalEpochSeconds } from '#core/comparison/epoch-time.ts';
import { comparePaired } from '#core/comparison/paired.ts';
import { measuredFigures, predictedFigures, predictedOf } from '#core/metrics/run-figures.ts';
import { randomStream } from '#core/util/random.ts';
import { calibrationBins } from '#core/statistics/ranking.ts';
import * as m from '#messages';

import type { ReadDb } from '../../../db/handles.ts';
import type { Judged, RunsService, WeightsChoice } from '../../services.ts';
import { findFairRuns, knownRuns } from './fair-runs.ts';
import {
  epochOf,
  isWithoutPredictions,
  readPredictions,
  type PredictionSource,
} from './predictions.ts';
import { assertSound, isSound, toRun, type RunRow } from '../store/rows.ts';
import { findRow, listEpochs } from '../store/store.ts';

/** Of more runs than these, only the pairs with the first are compared review by review. */
const fewRuns = 10;

type Compared = Readonly<{
  run: Run;
  judged: Judged | null;
  /** Whose figures these are. */
  epoch: number | null;
  why: string | null;
}>;

/** Each run against the first, on the test rows that both have judged. */
export async function compareRuns(
  source: PredictionSource,
  runIds: readonly string[],
  weights: WeightsChoice,
): Promise<Comparison> {
  const db: ReadDb = source.databases.main;
  const read: Compared[] = [];
  for (const runId of runIds) read.push(await readRun(source, runId, weights));
  const without = read.filter(({ judged }) => judged === null);
  // Those that can be compared come first, so that one that cannot keeps nobody from it.
  const compared = [...read.filter(({ judged }) => judged !== null), ...without];
  if (typeof weights === 'object' && compared.length - without.length < 2) {
    const why = without[0]?.why ?? null;
    if (why !== null) throw new AppError('notFound', why);
  }
  const [first, ...others] = compared;
  if (first === undefined || others.length === 0) {
    throw new AppError('invalid', m.runs_compare_needs_two());
  }
  const pairs = others.map((other) => pairOf(first, other));
  const otherPairs: Comparison['pairs'] = [];
  if (compared.length <= fewRuns)
    for (const [index, one] of others.entries()) {
      await nextTurn();
      otherPairs.push(...others.slice(index + 1).map((other) => pairOf(one, other)));
    }
  const metrics: Comparison['metrics'] = [];
  for (const item of compared) {
    await nextTurn();
    metrics.push(metricsOf(item, weights));
  }
  const second = others[0] as Compared;
  return {
    runIds: compared.map(({ run }) => run.runId),
    configDiff: configDifferences(compared.map(({ run }) => run.config)),
    metrics,
    paired: pairs[0]?.paired ?? null,
    reason: pairs[0]?.reason ?? null,
    pairs,
    otherPairs,
    flips:
      first.judged === null || second.judged === null || reasonAgainst(first, second) !== null
        ? []
        : flipsOf(
            first.judged.rows,
            first.judged.labels,
            first.judged.probabilities,
            second.judged.probabilities,
          ),
    concerns: concernsOfRuns(
      db,
      compared.map(({ run }) => run),
    ),
  };
}

/** Figures of any number of runs, in their order. */
export async function measureRuns(
  source: PredictionSource,
  runIds: readonly string[],
  weights: WeightsChoice,
): Promise<Comparison['metrics']> {
  const measured: Comparison['metrics'] = [];
  for (const runId of runIds)
    measured.push(metricsOf(await readRun(source, runId, weights), weights));
  return measured;
}

/** Remembers what the predictions of a run's best epoch say: they never change, and reading them takes milliseconds a run. */
export function createFigures(source: PredictionSource): RunsService['figures'] {
  const known = new Map<string, RunFigures>();
  return async ({ runIds }) => {
    const found: Record<string, RunFigures> = {};
    for (const runId of runIds) {
      const row = findRow(source.databases.main, runId);
      const key = `${runId} ${row.best_epoch}`;
      let figures = known.get(key);
      if (figures === undefined) {
        await nextTurn();
        const { judged } = await judge(source, row, 'best');
        figures = predictedFigures(judged && predictedOf(judged));
        // What cannot be read now may be read later.
        if (judged !== null) known.set(key, figures);
      }
      found[runId] = figures;
    }
    return found;
  };
}

/** What speaks against comparing them. */
export function concernsOfRuns(db: ReadDb, runs: readonly Run[]): Comparison['concerns'] {
  const sound = runs.filter(({ config }) => isSound(config)).map(({ runId }) => runId);
  return concernsOf(findFairRuns(db, sound), knownRuns(db));
}

async function readRun(
  source: PredictionSource,
  runId: string,
  weights: WeightsChoice,
): Promise<Compared> {
  // Reading and sorting the reviews of many runs would keep others waiting.
  await nextTurn();
  const row = findRow(source.databases.main, runId);
  const run = toRun(row, listEpochs(source.databases.main, row.run_key));
  return { run, ...(await judge(source, row, weights)) };
}

async function judge(
  source: PredictionSource,
  row: RunRow,
  weights: WeightsChoice,
): Promise<Omit<Compared, 'run'>> {
  let epoch: number | null = null;
  try {
    assertSound(row);
    // What was measured while it trained is known without its predictions.
    epoch = epochOf(row, weights);
    const judged = await readPredictions(source, row, { split: 'test', weights });
    return { judged, epoch, why: null };
  } catch (error) {
    if (!isWithoutPredictions(error)) throw error;
    return { judged: null, epoch, why: error.message };
  }
}

function pairOf(first: Compared, second: Compared): Comparison['pairs'][number] {
  const runIds: [string, string] = [first.run.runId, second.run.runId];
  const reason = reasonAgainst(first, second);
  if (reason !== null || first.judged === null || second.judged === null)
    return { runIds, paired: null, reason };
  // One fixed seed: the same two runs give the same interval, always.
  const uniform = randomStream(1, 'paired bootstrap').uniform;
  const input = {
    labels: first.judged.labels,
    first: first.judged.probabilities,
    second: second.judged.probabilities,
  };
  return { runIds, paired: comparePaired(input, uniform), reason: null };
}

/** Why two runs cannot be compared review by review, null where they can. */
function reasonAgainst(first: Compared, second: Compared): string | null {
  if (first.judged === null) return first.why;
  if (second.judged === null) return second.why;
  if (first.run.datasetHash !== second.run.datasetHash) {
    return m.experiments_other_data();
  }
  const a = first.judged.rows;
  const b = second.judged.rows;
  const isSame = a.length === b.length && a.every((row, index) => row === b[index]);
  return isSame ? null : m.runs_compare_other_rows();
}

function metricsOf(
  { run, judged, epoch: measured, why }: Compared,
  weights: WeightsChoice,
): Comparison['metrics'][number] {
  const epoch = run.epochs.find((item) => item.epoch === measured);
  const predicted = judged && predictedOf(judged);
  const marked = [run.best, run.last].find((item) => item !== null && item.epoch === epoch?.epoch);
  return {
    runId: run.runId,
    weights: typeof weights === 'string' ? weights : `epoch ${weights.epoch}`,
    ...predictedFigures(predicted),
    ...measuredFigures(epoch),
    trainAccuracy: marked?.trainAccuracy ?? null,
    epoch: epoch?.epoch ?? null,
    secondsPerEpoch: typicalEpochSeconds(run.epochs),
    parameters: run.parameters,
    calibration: judged && calibrationBins(judged.labels, judged.probabilities),
    confusion: predicted?.confusion ?? null,
    reason: why,
  };
}
