import type Database from 'better-sqlite3';

import type { ReadDb } from '../../db/handles.ts';
import { stepFigures, type StepFigure } from '#contract/metric.ts';
import { readSteps } from '../../features/runs/results/steps-store.ts';

/** Changes one stored figure of a run, in place. */
export function changeStep(
  db: Database.Database,
  runKey: number,
  step: number,
  metric: StepFigure,
  to: (value: number) => number,
): void {
  const block = db
    .prepare(
      `SELECT first_step AS firstStep, figures FROM step_blocks WHERE run_key = ? AND first_step <= ?
       ORDER BY first_step DESC LIMIT 1`,
    )
    .get(runKey, step) as { firstStep: number; figures: Buffer };
  const [before = Number.NaN] = readSteps(db as ReadDb, runKey, metric, step, step).values;
  const place = (step - block.firstStep) * 24 + 8 + 4 * stepFigures.indexOf(metric);
  block.figures.writeFloatLE(to(before), place);
  db.prepare('UPDATE step_blocks SET figures = ? WHERE run_key = ? AND first_step = ?').run(
    block.figures,
    runKey,
    block.firstStep,
  );
}
