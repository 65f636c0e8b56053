import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import type { Dataset } from '#contract/dataset.ts';
import type { Estimate, Expected } from '#contract/run.ts';
import { readStoredConfig, type RunConfig } from '#contract/run-config.ts';
import {
  estimateDiskBytes,
  estimateEpochSeconds,
  estimateMemoryBytes,
  isSameStep,
  nearestMeasured,
  type Measured,
} from '#core/model/estimate.ts';

import type { ReadDb } from '../../../db/handles.ts';
import { memoryNow } from '../../system/memory.ts';

export type EstimateInput = Readonly<{
  home: string;
  dataset: Dataset;
  config: RunConfig;
  backend: 'native' | 'wasm';
  snapshotLimitBytes: number;
}>;

/** What a run would take: from what was measured on this machine that is most like it, else from its cores. */
export function estimateRun(db: ReadDb, input: EstimateInput): Estimate {
  const { config, dataset, backend, home } = input;
  const counts = countsOf(dataset, config);
  const measured = nearestMeasured(config, measurements(db, backend));
  const epochs =
    config.patience === 'none' ? config.epochs : Math.min(config.epochs, 4 * config.patience);
  const disk = statfsSync(home);
  return {
    secondsPerEpoch: estimateEpochSeconds(config, counts, {
      cores: coresFor(config),
      backend,
      measured,
    }),
    // The child keeps the encoded file, whose size is nearly all tokens, in memory.
    peakMemoryBytes: estimateMemoryBytes(
      config,
      meanTokens * (dataset.splits.train.count + dataset.splits.test.count),
      measured,
    ),
    machineMemoryBytes: memoryNow().totalBytes,
    diskBytes: estimateDiskBytes(config, {
      epochs,
      stepsPerEpoch: Math.ceil(counts.train / config.batchSize),
      evaluated: counts.evaluated,
      snapshotLimitBytes: input.snapshotLimitBytes,
      snapshots: config.snapshots,
    }),
    diskFreeBytes: disk.bavail * disk.bsize,
    basis: basisOf(config, measured),
  };
}

/** Seconds of an epoch by the newest run of the same step, which may still train; null where there is none. */
export function createPaces(
  db: ReadDb,
): (dataset: Dataset, config: RunConfig, backend: EstimateInput['backend']) => number | null {
  const known = new Map<EstimateInput['backend'], readonly Measurement[]>();
  return (dataset, config, backend) => {
    const measured = known.get(backend) ?? measurements(db, backend);
    known.set(backend, measured);
    const same = measured.find(({ shape }) => isSameStep(shape, config));
    return same === undefined
      ? null
      : estimateEpochSeconds(config, countsOf(dataset, config), {
          cores: coresFor(config),
          backend,
          measured: same,
        });
  };
}

/** The part of an estimate that is about the run, not the machine. */
export function expectedOf(estimate: Estimate): Expected {
  const { secondsPerEpoch, peakMemoryBytes, diskBytes, basis } = estimate;
  return { secondsPerEpoch, peakMemoryBytes, diskBytes, basis };
}

const coresFor = ({ threads }: RunConfig): number =>
  threads === 'auto' ? availableParallelism() : threads;

function basisOf(config: RunConfig, measured: Measurement | null): Estimate['basis'] {
  if (measured === null) return 'assumed';
  return measured.isProbe && isSameStep(measured.shape, config) ? 'probed' : 'measured';
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

type Measurement = Measured & Readonly<{ isProbe: boolean }>;

/** Newest measurements that are looked at for one like the planned run. */
const considered = 100;

/**
 * What this machine took on a backend, newest first: the last epoch of each run (the first would hold the warm-up), and short
 * measurements of planned ones. What a cluster's node or whoever wrote a bundle took tells nothing of this machine.
 */
function measurements(db: ReadDb, backend: 'native' | 'wasm'): Measurement[] {
  const rows = db
    .prepare(
      `SELECT * FROM (
         SELECT r.config, e.train_samples_per_second AS trainRate, e.eval_samples_per_second AS evalRate,
           (SELECT MAX(memory_bytes) FROM epochs m WHERE m.run_key = r.run_key AND m.epoch > r.epochs_elsewhere)
             AS memoryBytes,
           0 AS isProbe, COALESCE(r.ended_at, r.started_at) AS measuredAt
         FROM runs r
         JOIN epochs e ON e.run_key = r.run_key
           AND e.epoch = (SELECT MAX(epoch) FROM epochs l WHERE l.run_key = r.run_key)
           AND e.epoch > r.epochs_elsewhere
         WHERE json_extract(r.plan, '$.backend') = @backend
         ORDER BY measuredAt DESC LIMIT @considered)
       UNION ALL
       SELECT * FROM (
         SELECT config, train_samples_per_second, eval_samples_per_second, memory_bytes, 1, probed_at
         FROM probes WHERE backend = @backend
         ORDER BY probed_at DESC LIMIT @considered)
       ORDER BY measuredAt DESC`,
    )
    .all({ backend, considered }) as {
    config: string;
    trainRate: number;
    evalRate: number;
    memoryBytes: number;
    isProbe: number;
  }[];
  return rows
    .filter((row) => row.memoryBytes > 0 && row.trainRate > 0 && row.evalRate > 0)
    .map((row) => ({
      shape: readStoredConfig(row.config),
      trainSamplesPerSecond: row.trainRate,
      evalSamplesPerSecond: row.evalRate,
      memoryBytes: row.memoryBytes,
      isProbe: row.isProbe === 1,
    }));
}
