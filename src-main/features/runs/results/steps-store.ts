import { stepFigures, type StepFigure } from '#contract/metric.ts';
import type { StepsBatch } from '#contract/trainer.ts';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';

/** One metric of successive steps: arrays in parallel. */
export type StepSeries = Readonly<{
  steps: Int32Array;
  epochs: Int32Array;
  seconds: Float64Array;
  values: Float32Array;
}>;

/** float64 seconds, then a float32 for each metric. */
const bytesAStep = 24;
const stepsABlock = 512;

/** Adds steps behind those before them; what is stored from the first of them on goes: after a resume it is trained again. */
export function insertSteps(db: WriteDb, runKey: number, batch: StepsBatch): void {
  const first = batch.steps[0];
  if (first === undefined) return;
  dropStepsAfter(db, runKey, first - 1);
  const insert = db.prepare('INSERT INTO step_blocks VALUES (?, ?, ?, ?)');
  let from = extendLastBlock(db, runKey, batch);
  while (from < batch.steps.length) {
    const to = endOfRow(batch.steps, from, from + stepsABlock);
    insert.run(runKey, batch.steps[from], batch.epoch, recordsOf(batch, from, to));
    from = to;
  }
}

export function dropStepsAfter(db: WriteDb, runKey: number, step: number): void {
  db.prepare('DELETE FROM step_blocks WHERE run_key = ? AND first_step > ?').run(runKey, step);
  db.prepare(
    `UPDATE step_blocks SET figures = substr(figures, 1, (@step + 1 - first_step) * ${bytesAStep})
     WHERE run_key = @runKey AND first_step = (SELECT MAX(first_step) FROM step_blocks WHERE run_key = @runKey)
       AND length(figures) > (@step + 1 - first_step) * ${bytesAStep}`,
  ).run({ runKey, step });
}

/** One metric of the steps from `from` to `to`. */
export function readSteps(
  db: ReadDb,
  runKey: number,
  metric: StepFigure,
  from: number,
  to: number,
): StepSeries {
  const blocks = (
    db
      .prepare(
        `SELECT first_step AS firstStep, epoch, figures FROM step_blocks
         WHERE run_key = @runKey AND first_step > @from - ${stepsABlock} AND first_step <= @to ORDER BY first_step`,
      )
      .all({ runKey, from, to }) as Block[]
  ).map((block) => ({
    ...block,
    skip: Math.max(0, from - block.firstStep),
    end: Math.min(block.figures.length / bytesAStep, to - block.firstStep + 1),
  }));
  const count = blocks.reduce((sum, { skip, end }) => sum + Math.max(0, end - skip), 0);
  const steps = new Int32Array(count);
  const epochs = new Int32Array(count);
  const seconds = new Float64Array(count);
  const values = new Float32Array(count);
  const place = 8 + 4 * stepFigures.indexOf(metric);
  let at = 0;
  for (const { firstStep, epoch, figures, skip, end } of blocks) {
    const view = new DataView(figures.buffer, figures.byteOffset, figures.byteLength);
    for (let index = skip; index < end; index += 1, at += 1) {
      steps[at] = firstStep + index;
      epochs[at] = epoch;
      seconds[at] = view.getFloat64(index * bytesAStep, true);
      values[at] = view.getFloat32(index * bytesAStep + place, true);
    }
  }
  return { steps, epochs, seconds, values };
}

/** The last step of a run, and when it was done. */
export function lastStepOf(
  db: ReadDb,
  runKey: number,
): Readonly<{ step: number; seconds: number }> | null {
  const block = db
    .prepare(
      `SELECT first_step AS firstStep, epoch, figures FROM step_blocks WHERE run_key = ? ORDER BY first_step DESC LIMIT 1`,
    )
    .get(runKey) as Block | undefined;
  if (block === undefined) return null;
  const last = block.figures.length / bytesAStep - 1;
  return { step: block.firstStep + last, seconds: block.figures.readDoubleLE(last * bytesAStep) };
}

type Block = Readonly<{ firstStep: number; epoch: number; figures: Buffer }>;

/** Fills the run's last block where the batch goes on from it; the index of the first step that found no place. */
function extendLastBlock(db: WriteDb, runKey: number, batch: StepsBatch): number {
  const last = db
    .prepare(
      `SELECT first_step AS firstStep, epoch, figures FROM step_blocks WHERE run_key = ? ORDER BY first_step DESC LIMIT 1`,
    )
    .get(runKey) as Block | undefined;
  if (last?.epoch !== batch.epoch) return 0;
  const count = last.figures.length / bytesAStep;
  if (batch.steps[0] !== last.firstStep + count) return 0;
  const to = endOfRow(batch.steps, 0, stepsABlock - count);
  if (to === 0) return 0;
  db.prepare('UPDATE step_blocks SET figures = ? WHERE run_key = ? AND first_step = ?').run(
    Buffer.concat([last.figures, recordsOf(batch, 0, to)]),
    runKey,
    last.firstStep,
  );
  return to;
}

/** Behind the last of the steps from `from` on that follow one another, `limit` at most. */
function endOfRow(steps: Int32Array, from: number, limit: number): number {
  const most = Math.min(steps.length, limit);
  let to = Math.min(from + 1, most);
  while (to < most && steps[to] === (steps[to - 1] ?? 0) + 1) to += 1;
  return to;
}

function recordsOf(batch: StepsBatch, from: number, to: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer((to - from) * bytesAStep));
  for (let index = from; index < to; index += 1) {
    const start = (index - from) * bytesAStep;
    bytes.setFloat64(start, batch.seconds[index] ?? 0, true);
    for (const [place, metric] of stepFigures.entries()) {
      bytes.setFloat32(start + 8 + 4 * place, batch[metric][index] ?? Number.NaN, true);
    }
  }
  return new Uint8Array(bytes.buffer);
}
