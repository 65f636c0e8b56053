import { createHash } from 'node:crypto';

import type { Baseline, BesideBaseline } from '#contract/baseline.ts';
import { toFailure } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { baselineConfigOf, baselineVersion } from '#core/baseline/baseline.ts';
import { comparePaired } from '#core/comparison/paired.ts';
import { randomStream } from '#core/random.ts';

import { putBlob } from '../../db/blobs.ts';
import type { Judged, WeightsChoice } from '../services.ts';
import { findBaseline, insertBaseline, type StoredBaseline } from './baseline-store.ts';
import { judgedMeasures } from './judged-measures.ts';
import { readJudged, readPredictions, type PredictionSource } from './predictions.ts';
import { predictionBytes } from './recorder.ts';
import { assertSound, toRun, type RunRow } from './rows.ts';
import type { Trainer } from './trainer.ts';

export type Baselines = Readonly<{
  /** From the database; null where it was never trained, or its reviews are gone. */
  known: (row: RunRow) => Promise<Baseline | null>;
  /** Each run beside its baseline, which is trained first where it is not there yet. */
  beside: (rows: readonly RunRow[], weights: WeightsChoice) => Promise<BesideBaseline[]>;
}>;

export function createBaselines(
  source: PredictionSource & Readonly<{ trainer: Pick<Trainer, 'ask'>; now: () => Date }>,
): Baselines {
  const { databases, datasets, trainer, now } = source;
  /** Trained now, by key: who asks meanwhile waits for the same. */
  const underWay = new Map<string, Promise<StoredBaseline>>();

  async function train(row: RunRow, key: string): Promise<StoredBaseline> {
    const { config, datasetHash } = toRun(row, []);
    const dataPath = await datasets.encodedPath(row.dataset_id);
    const job = { kind: 'baseline', runId: row.run_id, config, dataPath, datasetHash } as const;
    const { words, trainAccuracy, valAccuracy, valLoss, seconds, test } = await trainer.ask(
      job,
      'baseline',
    );
    const stored = {
      words,
      trainAccuracy,
      valAccuracy,
      valLoss,
      seconds,
      count: test.rows.length,
      blobHash: putBlob(databases.blobs, predictionBytes(test), now()),
    };
    insertBaseline(databases.main, key, row.dataset_id, stored);
    return stored;
  }

  async function ensure(row: RunRow, key: string): Promise<StoredBaseline> {
    const known = findBaseline(databases.main, key);
    if (known !== null) return known;
    const job = underWay.get(key) ?? train(row, key).finally(() => underWay.delete(key));
    underWay.set(key, job);
    return job;
  }

  async function besideOne(row: RunRow, weights: WeightsChoice): Promise<BesideBaseline> {
    const runId = row.run_id;
    const read = await orReason(async () => {
      assertSound(row);
      const key = baselineKey(row);
      const stored = await ensure(row, key);
      const judged = await judgedBy(stored, row);
      return { judged, baseline: toBaseline(key, stored, judged) };
    });
    if ('reason' in read) return { runId, baseline: null, paired: null, reason: read.reason };
    const { judged, baseline } = read;
    const own = await orReason(() => readPredictions(source, row, { split: 'test', weights }));
    if ('reason' in own) return { runId, baseline, paired: null, reason: own.reason };
    const paired = comparePaired(
      { labels: judged.labels, first: judged.probabilities, second: own.probabilities },
      // One fixed seed: the same two models give the same interval, always.
      randomStream(1, 'paired bootstrap').uniform,
    );
    return { runId, baseline, paired, reason: null };
  }

  /** The test rows are those of the run: both come from its configuration. */
  function judgedBy({ blobHash, count }: StoredBaseline, row: RunRow): Promise<Judged> {
    const place = { datasetId: row.dataset_id, split: 'test' as const };
    return readJudged(source, { blobHash, count, epoch: 0 }, place);
  }

  return {
    async known(row) {
      const key = baselineKey(row);
      const stored = findBaseline(databases.main, key);
      if (stored === null) return null;
      const read = await orReason(() => judgedBy(stored, row));
      return 'reason' in read ? null : toBaseline(key, stored, read);
    },
    async beside(rows, weights) {
      const all: BesideBaseline[] = [];
      for (const row of rows) all.push(await besideOne(row, weights));
      return all;
    },
  };
}

function toBaseline(
  key: string,
  { words, trainAccuracy, valAccuracy, valLoss, seconds }: StoredBaseline,
  judged: Judged,
): Baseline {
  const { calibration: _, ...measures } = judgedMeasures(judged);
  return { key, ...measures, words, trainAccuracy, valAccuracy, valLoss, seconds };
}

function baselineKey(row: RunRow): string {
  const { config, datasetHash } = toRun(row, []);
  return baselineKeyOf(config, datasetHash);
}

/** The same for all runs that read the same words of the same reviews. */
export function baselineKeyOf(config: RunConfig, datasetHash: string): string {
  const what = { version: baselineVersion, datasetHash, ...baselineConfigOf(config) };
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
