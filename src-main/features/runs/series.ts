import type { RunSeries } from '#core/reports/tensorboard/run-events.ts';

import type { ReadDb } from '../../db/handles.ts';
import { readSteps, type StepMetric } from './steps-store.ts';
import { findRow } from './store.ts';

/** Every step of a run, and when its epochs ended. */
export function readSeries(db: ReadDb, runId: string): RunSeries {
  const { run_key: runKey } = findRow(db, runId);
  const read = (metric: StepMetric) => readSteps(db, runKey, metric, 0, Number.MAX_SAFE_INTEGER);
  const { steps, seconds, values: loss } = read('loss');
  return {
    epochEnds: db
      .prepare('SELECT epoch, seconds FROM epochs WHERE run_key = ? ORDER BY epoch')
      .all(runKey) as { epoch: number; seconds: number }[],
    steps: {
      steps,
      seconds,
      loss,
      accuracy: read('accuracy').values,
      gradientNorm: read('gradientNorm').values,
      samplesPerSecond: read('samplesPerSecond').values,
    },
  };
}
