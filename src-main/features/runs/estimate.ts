import { statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

import type { Dataset } from '#contract/dataset.ts';
import type { CallOutput } from '#contract/index.ts';
import type { RunConfig } from '#contract/run-config.ts';
import {
  estimateDiskBytes,
  estimateEpochSeconds,
  estimateMemoryBytes,
  nearestMeasured,
  type Measured,
} from '#core/estimate.ts';

import type { ReadDb } from '../../db/handles.ts';

export type EstimateInput = Readonly<{
  home: string;
  dataset: Dataset;
  config: RunConfig;
  backend: 'native' | 'wasm';
  snapshotLimitBytes: number;
}>;

/** What a run would take: from the finished run of this machine that is most like it, else from its cores. */
export function estimateRun(db: ReadDb, input: EstimateInput): CallOutput<'runs.estimate'> {
  const { config, dataset, backend, home } = input;
  const counts = countsOf(dataset, config);
  const measured = nearestMeasured(config, measuredRuns(db, backend));
  const cores = config.threads === 'auto' ? availableParallelism() : config.threads;
  const epochs =
    config.patience === 'none' ? config.epochs : Math.min(config.epochs, 4 * config.patience);
  const disk = statfsSync(home);
  return {
    secondsPerEpoch: estimateEpochSeconds(config, counts, { cores, backend, measured }),
    // The child keeps the encoded file, whose size is nearly all tokens, in memory.
    peakMemoryBytes: estimateMemoryBytes(
      config,
      meanTokens * (dataset.splits.train.count + dataset.splits.test.count),
      measured,
    ),
    machineMemoryBytes: totalmem(),
    diskBytes: estimateDiskBytes(config, {
      epochs,
      stepsPerEpoch: Math.ceil(counts.train / config.batchSize),
      evaluated: counts.evaluated,
      snapshotLimitBytes: input.snapshotLimitBytes,
      keepsEnds: config.snapshots === 'ends',
    }),
    diskFreeBytes: disk.bavail * disk.bsize,
    basis: measured === null ? 'assumed' : 'measured',
  };
}

/** Reviews that an epoch trains on, and those it evaluates. */
export function countsOf(
  { splits }: Pick<Dataset, 'splits'>,
  { limit, validation }: Pick<RunConfig, 'limit' | 'validation'>,
): Readonly<{ train: number; evaluated: number }> {
  const limited = (count: number) => (limit === 'none' ? count : Math.min(count, limit));
  const train = limited(splits.train.count);
  const test = limited(splits.test.count);
  if (validation === 'test') return { train, evaluated: test };
  if (validation === 'own')
    return { train, evaluated: test + limited(splits.validation?.count ?? 0) };
  const held = Math.round(train * validation);
  return { train: train - held, evaluated: test + held };
}

/** Tokens of a review, for memory alone: film reviews have about 240. */
const meanTokens = 240;

/** Runs that are looked at for one like the planned one. */
const consideredRuns = 100;

/** The last epoch of the newest finished runs of this machine on a backend; the first epoch would hold the warm-up. */
function measuredRuns(db: ReadDb, backend: 'native' | 'wasm'): Measured[] {
  const rows = db
    .prepare(
      `SELECT r.config, e.train_samples_per_second AS trainRate, e.eval_samples_per_second AS evalRate,
         (SELECT MAX(memory_bytes) FROM epochs m WHERE m.run_key = r.run_key) AS memoryBytes
       FROM runs r
       JOIN epochs e ON e.run_key = r.run_key
         AND e.epoch = (SELECT MAX(epoch) FROM epochs l WHERE l.run_key = r.run_key)
       WHERE r.state = 'finished' AND json_extract(r.plan, '$.backend') = ?
         AND e.train_samples_per_second > 0 AND e.eval_samples_per_second > 0
       ORDER BY r.ended_at DESC LIMIT ?`,
    )
    .all(backend, consideredRuns) as {
    config: string;
    trainRate: number;
    evalRate: number;
    memoryBytes: number;
  }[];
  return rows
    .filter((row) => row.memoryBytes > 0)
    .map((row) => ({
      shape: JSON.parse(row.config) as RunConfig,
      trainSamplesPerSecond: row.trainRate,
      evalSamplesPerSecond: row.evalRate,
      memoryBytes: row.memoryBytes,
    }));
}
