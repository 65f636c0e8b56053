import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';

import type { WriteDb } from '../../../db/handles.ts';
import { migrate } from '../../../db/migrate.ts';
import { mainMigrations } from '../../../db/open.ts';
import { dropStepsAfter, insertSteps, lastStepOf, readSteps } from './steps-store.ts';

let db: WriteDb;
beforeEach(() => {
  db = new Database(':memory:') as WriteDb;
  migrate(db, mainMigrations, 'test');
  db.pragma('foreign_keys = OFF');
});

function add(epoch: number, from: number, to: number, factor = 1): void {
  const steps = Int32Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const figures = Float32Array.from(steps, (step) => factor * step);
  insertSteps(db, 1, {
    epoch,
    steps,
    seconds: Float64Array.from(steps, (step) => step / 10),
    loss: figures,
    accuracy: figures.map((value) => value + 0.25),
    gradientNorm: figures.map((value) => -value),
    samplesPerSecond: figures,
  });
}

const losses = (from = 0, to = 1e9) => [...readSteps(db, 1, 'loss', from, to).values];
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('a few steps at a time fill blocks; no block holds two epochs', () => {
  for (let step = 1; step <= 1200; step += 3) add(step <= 900 ? 1 : 2, step, step + 2);
  expect(losses()).toEqual(upTo(1200));
  expect([...readSteps(db, 1, 'accuracy', 7, 8).values]).toEqual([7.25, 8.25]);
  expect(lastStepOf(db, 1)).toEqual({ step: 1200, seconds: 120 });
  const blocks = db
    .prepare('SELECT first_step, epoch, length(figures) / 24 FROM step_blocks')
    .raw()
    .all();
  expect(blocks).toEqual([
    [1, 1, 512],
    [513, 1, 388],
    [901, 2, 300],
  ]);
});

test('a window is exact over the edges of blocks', () => {
  add(1, 1, 2000);
  expect(losses(500, 530)).toEqual(upTo(530, 500));
  expect(losses(1025, 1025)).toEqual([1025]);
  expect(losses(2001, 3000)).toEqual([]);
});

test('what is trained again replaces what was there', () => {
  add(1, 1, 700);
  add(1, 651, 660, 2);
  expect(losses()).toEqual([...upTo(650), ...upTo(660, 651).map((step) => 2 * step)]);
  dropStepsAfter(db, 1, 512);
  expect(losses()).toEqual(upTo(512));
  dropStepsAfter(db, 1, 0);
  expect(lastStepOf(db, 1)).toBeNull();
});

test('steps that were left out stay left out', () => {
  insertSteps(db, 1, {
    epoch: 1,
    steps: Int32Array.of(1, 2, 5, 6),
    seconds: new Float64Array(4),
    loss: Float32Array.of(1, 2, 5, 6),
    accuracy: new Float32Array(4),
    gradientNorm: new Float32Array(4),
    samplesPerSecond: new Float32Array(4),
  });
  expect([...readSteps(db, 1, 'loss', 0, 9).steps]).toEqual([1, 2, 5, 6]);
  expect(losses(3, 5)).toEqual([5]);
});
