import { createHash } from 'node:crypto';

import type { Baseline, BaselineReading, BesideBaseline } from '#contract/baseline.ts';
import type { Paired } from '#contract/comparison.ts';
import { toFailure } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { baselineConfigOf, baselineVersion } from '#core/baseline/baseline.ts';
import { comparePaired } from '#core/comparison/paired.ts';
import { predictedFigures, predictedOf } from '#core/metrics/run-figures.ts';
import { randomStream } from '#core/util/random.ts';
import { wilsonInterval } from '#core/statistics/wilson.ts';

import type { Judged, SharedBaseline, WeightsChoice } from '../../services.ts';
import { findBaseline, type StoredBaseline } from './baseline-store.ts';
import { createBaselineTraining } from './baseline-training.ts';
import { readJudged, readPredictions, type PredictionSource } from './predictions.ts';
import { assertSound, toRun, type RunRow } from '../store/rows.ts';
import type { Trainer } from '../train/trainer.ts';

/** In the order in which they are shown. */
const readings: readonly BaselineReading[] = ['run', 'whole'];

export type Baselines = Readonly<{
  /** As of `RunsService.baselinesOf`. */
  of: (
    rows: readonly RunRow[],
    options: Readonly<{ isTrained: boolean }>,
  ) => Promise<SharedBaseline[]>;
  /** Each run beside its baselines, which are trained first where they are not there yet. */
  beside: (rows: readonly RunRow[], weights: WeightsChoice) => Promise<BesideBaseline[]>;
  /** As of `BaselineTraining`, both readings. */
  prepare: (row: RunRow, signal: AbortSignal) => Promise<void>;
  close: () => Promise<void>;
}>;

type Read = Readonly<{ baseline: Baseline; judged: Judged }>;

export function createBaselines(
  source: PredictionSource & Readonly<{ trainer: Pick<Trainer, 'ask'>; now: () => Date }>,
): Baselines {
  const { databases } = source;
  const training = createBaselineTraining(source);

  /** Throws where it cannot be had. The test rows are those of the run: both come from its configuration. */
  async function read(row: RunRow, reading: BaselineReading): Promise<Read> {
    assertSound(row);
    const key = keyOf(row, reading);
    const stored = await training.ensure({ row, reading, key });
    const { blobHash, count } = stored;
    const place = { datasetId: row.dataset_id, split: 'test' as const };
    const judged = await readJudged(source, { blobHash, count, epoch: 0 }, place);
    return { judged, baseline: toBaseline(key, reading, stored, judged) };
  }

  async function besideOne(
    row: RunRow,
    weights: WeightsChoice,
    readOf: typeof read,
  ): Promise<BesideBaseline> {
    const runId = row.run_id;
    const known = await orReason(async () => ({
      run: await readOf(row, 'run'),
      whole: await readOf(row, 'whole'),
    }));
    if ('reason' in known)
      return { runId, baseline: null, paired: null, whole: null, reason: known.reason };
    const own = await orReason(() => readPredictions(source, row, { split: 'test', weights }));
    const pairedWith = (judged: Judged): Paired | null =>
      'reason' in own ? null : pairedOf(judged, own);
    return {
      runId,
      baseline: known.run.baseline,
      paired: pairedWith(known.run.judged),
      whole: { baseline: known.whole.baseline, paired: pairedWith(known.whole.judged) },
      reason: 'reason' in own ? own.reason : null,
    };
  }

  return {
    async of(rows, { isTrained }) {
      const found: SharedBaseline[] = [];
      for (const reading of readings) {
        const sharing = Map.groupBy(rows, (row) => keyOf(row, reading));
        for (const [key, [row, ...others]] of sharing) {
          if (row === undefined) continue;
          if (!isTrained && findBaseline(databases.main, key) === null) continue;
          const known = await orReason(() => read(row, reading));
          if ('reason' in known) continue;
          const runIds = [row, ...others].map((of) => of.run_id);
          found.push({ runIds, ...known });
        }
      }
      return found;
    },
    async beside(rows, weights) {
      // Most runs of a comparison share theirs.
      const known = new Map<string, Promise<Read>>();
      const readOnce = (row: RunRow, reading: BaselineReading): Promise<Read> => {
        const key = keyOf(row, reading);
        const before = known.get(key) ?? read(row, reading);
        known.set(key, before);
        return before;
      };
      const all: BesideBaseline[] = [];
      for (const row of rows) all.push(await besideOne(row, weights, readOnce));
      return all;
    },
    async prepare(row, signal) {
      for (const reading of readings)
        await training.prepare({ row, reading, key: keyOf(row, reading) }, signal);
    },
    close: training.close,
  };
}

function pairedOf(baseline: Judged, run: Judged): Paired {
  return comparePaired(
    { labels: baseline.labels, first: baseline.probabilities, second: run.probabilities },
    // One fixed seed: the same two models give the same interval, always.
    randomStream(1, 'paired bootstrap').uniform,
  );
}

function toBaseline(
  key: string,
  reading: BaselineReading,
  { count, blobHash: _, ...stored }: StoredBaseline,
  judged: Judged,
): Baseline {
  const predicted = predictedOf(judged);
  const { accuracy, loss, confusion } = predicted;
  const [low, high] = wilsonInterval(confusion[0] + confusion[3], count);
  return {
    ...predictedFigures(predicted),
    ...stored,
    ...{ key, reading, accuracy, loss, confusion },
    accuracyInterval: [low, high],
  };
}

function keyOf(row: RunRow, reading: BaselineReading): string {
  const { config, datasetHash } = toRun(row, []);
  return baselineKeyOf(config, datasetHash, reading);
}

/** The same for all runs that read the same words of the same reviews. */
function baselineKeyOf(config: RunConfig, datasetHash: string, reading: BaselineReading): string {
  const what = { version: baselineVersion, datasetHash, ...baselineConfigOf(config, reading) };
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}

/** What cannot be had (a dataset's file is gone, no epoch yet) is told beside what can. */
async function orReason<T extends object>(
  read: () => Promise<T>,
): Promise<T | Readonly<{ reason: string }>> {
  try {
    return await read();
  } catch (error) {
    const { kind, message } = toFailure(error);
    if (kind === 'internal') throw error;
    return { reason: message };
  }
}
