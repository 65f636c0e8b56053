import { baselineFitSchema, type BaselineReading } from '#contract/baseline.ts';

import { putBlob } from '../../../db/blobs.ts';
import { findBaseline, insertBaseline, type StoredBaseline } from './baseline-store.ts';
import type { PredictionSource } from './predictions.ts';
import { predictionBytes } from '../train/recorder.ts';
import { toRun, type RunRow } from '../store/rows.ts';
import type { Trainer } from '../train/trainer.ts';

export type Wanted = Readonly<{ row: RunRow; reading: BaselineReading; key: string }>;

/** Trains bags of words, each once, in a process of its own. One that is cancelled leaves nothing. */
export type BaselineTraining = Readonly<{
  /** From the database, or trained now. */
  ensure: (wanted: Wanted) => Promise<StoredBaseline>;
  /** The same ahead of time. `signal` cancels it, unless somebody has come to wait for it. Never rejects. */
  prepare: (wanted: Wanted, signal: AbortSignal) => Promise<void>;
  /** Cancels what is under way. */
  close: () => Promise<void>;
}>;

type Job = {
  readonly result: Promise<StoredBaseline>;
  readonly controller: AbortController;
  isAwaited: boolean;
};

export function createBaselineTraining({
  databases,
  datasets,
  trainer,
  now,
}: PredictionSource &
  Readonly<{ trainer: Pick<Trainer, 'ask'>; now: () => Date }>): BaselineTraining {
  /** By key: who asks meanwhile waits for the same. */
  const underWay = new Map<string, Job>();

  async function train(
    { row, reading, key }: Wanted,
    signal: AbortSignal,
  ): Promise<StoredBaseline> {
    const { config, datasetHash } = toRun(row, []);
    const dataPath = await datasets.encodedPath(row.dataset_id);
    const answer = await trainer.ask(
      { kind: 'baseline', runId: row.run_id, config, reading, dataPath, datasetHash },
      'baseline',
      { signal },
    );
    signal.throwIfAborted();
    const { test, seconds } = answer;
    const stored = {
      ...baselineFitSchema.parse(answer),
      seconds,
      count: test.rows.length,
      blobHash: putBlob(databases.blobs, predictionBytes(test), now()),
    };
    insertBaseline(databases.main, key, row.dataset_id, stored);
    return stored;
  }

  function begin(wanted: Wanted): Job {
    const controller = new AbortController();
    const result = train(wanted, controller.signal).finally(() => {
      if (underWay.get(wanted.key) === job) underWay.delete(wanted.key);
    });
    const job: Job = { result, controller, isAwaited: false };
    underWay.set(wanted.key, job);
    return job;
  }

  return {
    async ensure(wanted) {
      const known = findBaseline(databases.main, wanted.key);
      if (known !== null) return known;
      const job = underWay.get(wanted.key) ?? begin(wanted);
      job.isAwaited = true;
      return job.result;
    },
    async prepare(wanted, signal) {
      if (signal.aborted || findBaseline(databases.main, wanted.key) !== null) return;
      const job = underWay.get(wanted.key) ?? begin(wanted);
      const cancel = (): void => {
        if (job.isAwaited) return;
        // Who asks from now on begins anew.
        underWay.delete(wanted.key);
        job.controller.abort();
      };
      signal.addEventListener('abort', cancel, { once: true });
      await Promise.allSettled([job.result]);
      signal.removeEventListener('abort', cancel);
    },
    async close() {
      const jobs = [...underWay.values()];
      for (const { controller } of jobs) controller.abort();
      await Promise.allSettled(jobs.map(({ result }) => result));
    },
  };
}
