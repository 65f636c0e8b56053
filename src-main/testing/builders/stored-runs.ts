import type { RunState } from '#contract/run.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import type { Branch } from '#contract/snapshot.ts';
import { figuresOf } from '#core/comparison/figures.ts';
import { randomStream } from '#core/util/random.ts';

import { putBlob } from '../../db/blobs.ts';
import type { Databases } from '../../db/open.ts';
import { snapshotId } from '../../features/runs/start/ids.ts';
import { ownIdentity } from '../../features/runs/train/process-identity.ts';
import { predictionBytes } from '../../features/runs/train/recorder.ts';
import { insertEpoch } from '../../features/runs/results/results-store.ts';
import { configOf } from '../../features/runs/start/start.ts';
import { endRun, insertExperiment, insertRun } from '../../features/runs/store/store.ts';
import { tinyConfig } from '../test-runs.ts';

const now = '2026-01-01T00:00:00.000Z';

export type StoredRun = Readonly<{
  runId: string;
  config: RunConfigInput;
  /** By epoch from 1: P(positive) of the test rows 0, 1, 2 ...; none for a run that has not begun. */
  probabilities?: readonly Float32Array[];
  /** Lower is better; by epoch, falling where it is not said. */
  valLosses?: readonly number[];
  state?: RunState;
  experimentId?: string | null;
  experimentRound?: number;
  datasetId?: string;
  /** Of the test rows; 0 1 0 1 ... (test-dataset.ts) where nothing else is said. */
  labels?: ArrayLike<number>;
}>;

export const addExperiment = (
  databases: Databases,
  experimentId: string,
  name: string,
  looks = 1,
  marginPoints = 0.25,
): void => {
  const plan = { looks, marginPoints };
  insertExperiment(databases.main, { experimentId, name, isNamed: true, ...plan }, now);
};

/** A run with its figures and test predictions, as training leaves them. */
export function addStoredRun(databases: Databases, run: StoredRun): void {
  const { runId, probabilities = [], state = 'finished', datasetId = 'd1' } = run;
  const db = databases.main;
  const owner = ownIdentity();
  const config = configOf({ ...tinyConfig, ...run.config });
  insertRun(
    db,
    {
      runId,
      name: `run ${runId}`,
      datasetId,
      experimentId: run.experimentId ?? null,
      experimentRound: run.experimentRound ?? 0,
      config,
      expected: null,
      parameters: 100,
      colourSlot: 1,
    },
    owner,
    now,
  );
  const runKey = Number(db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck().get(runId));
  probabilities.forEach((values, index) => {
    const rows = Int32Array.from(values, (_, row) => row);
    const { accuracy, loss } = figuresOf(run.labels ?? rows.map((row) => row % 2), values);
    const epoch = index + 1;
    insertEpoch(db, runKey, {
      epoch,
      figures: {
        epoch,
        loss,
        accuracy,
        valLoss: run.valLosses?.[index] ?? 1 / epoch,
        valAccuracy: accuracy,
        testLoss: loss,
        testAccuracy: accuracy,
        trainSeconds: 1,
        evalSeconds: 1,
        trainSamplesPerSecond: 1,
        evalSamplesPerSecond: 1,
      },
      lastStep: epoch,
      seconds: epoch,
      memoryBytes: 1,
      tensorCount: null,
      predictions: [
        {
          split: 'test',
          count: rows.length,
          blobHash: putBlob(
            databases.blobs,
            predictionBytes({ rows, probabilities: values }),
            new Date(now),
          ),
        },
      ],
      tables: [],
      diskBytes: 1,
    });
  });
  if (state !== 'queued' && state !== 'running')
    endRun(db, runId, owner, { state, reason: null }, now);
}

/** An embedding table as an epoch leaves it. */
export function addTable(
  databases: Databases,
  runId: string,
  table: Readonly<{ branch: Branch; epoch: number; dims: number; values: Float32Array }>,
): string {
  const { branch, epoch, dims, values } = table;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const id = snapshotId(runId, epoch, branch);
  databases.main
    .prepare(
      `INSERT INTO snapshots (snapshot_id, run_key, branch, epoch, rows, dims, blob_hash)
       SELECT ?, run_key, ?, ?, ?, ?, ? FROM runs WHERE run_id = ?`,
    )
    .run(
      id,
      branch,
      epoch,
      values.length / dims,
      dims,
      putBlob(databases.blobs, bytes, new Date(now)),
      runId,
    );
  return id;
}

/** P(positive) of a model that is right where it is said, more or less surely by `seed`. */
export function judging(count: number, isRight: (row: number) => boolean, seed = 1): Float32Array {
  const { uniform } = randomStream(seed, 'judging');
  return Float32Array.from({ length: count }, (_, row) => {
    const distance = 0.05 + uniform() * 0.4;
    return (row % 2 === 1) === isRight(row) ? 0.5 + distance : 0.5 - distance;
  });
}
