import { stepFigures, type StepFigure } from '#contract/metric.ts';
import type { RunSeries } from '#core/reports/tensorboard/run-events.ts';

import type { ReadDb } from '../../../db/handles.ts';
import { readSteps } from './steps-store.ts';
import { findRow } from '../store/store.ts';

/** Every step of a run, and when its epochs ended. */
export function readSeries(db: ReadDb, runId: string): RunSeries {
  const { run_key: runKey } = findRow(db, runId);
  const read = (figure: StepFigure) => readSteps(db, runKey, figure, 0, Number.MAX_SAFE_INTEGER);
  const { steps, seconds } = read('loss');
  const values = stepFigures.map((figure) => [figure, read(figure).values] as const);
  return {
    epochEnds: db
      .prepare('SELECT epoch, seconds FROM epochs WHERE run_key = ? ORDER BY epoch')
      .all(runKey) as { epoch: number; seconds: number }[],
    steps: {
      steps,
      seconds,
      ...(Object.fromEntries(values) as Record<StepFigure, Float32Array>),
    },
  };
}
