import { configFieldNames } from '#contract/config-fields.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { addStoredRun, judging } from '../testing/builders/stored-runs.ts';
import { testPython } from '../testing/python.ts';
import { openTestRuns, type TestRuns } from '../testing/test-runs.ts';
import { insertSteps } from './runs/results/steps-store.ts';

const python = testPython(['pandas']);
const document = readFileSync(path.join(import.meta.dirname, '../../docs/data-formats.md'), 'utf8');
const snippet = /```python\n([^]*?)```/.exec(document)?.[1] ?? '';

/** The last of the figures that a fake run has. */
const probabilities = [judging(4, (row) => row < 2), judging(4, (row) => row < 3, 2)];
let runs: TestRuns;
beforeAll(() => {
  runs = openTestRuns();
  const { databases } = runs;
  addStoredRun(databases, { runId: 'a1', config: { variant: 'A', seed: 3 }, probabilities });
  addStoredRun(databases, {
    runId: 'b1',
    config: { variant: 'B', patience: 'none', limit: 16 },
    probabilities,
    valLosses: [0.4, 0.6],
  });
  addStoredRun(databases, { runId: 'gone', config: {}, probabilities });
  for (const run of ['a1', 'b1', 'gone']) {
    const runKey = Number(
      databases.main.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck().get(run),
    );
    insertSteps(databases.main, runKey, {
      epoch: 1,
      steps: Int32Array.of(1, 2, 3),
      seconds: Float64Array.of(1, 2, 3),
      loss: Float32Array.of(0.75, 0.5, 0.25),
      accuracy: Float32Array.of(0.5, 0.5, 0.5),
      gradientNorm: Float32Array.of(1, 1, 1),
      samplesPerSecond: Float32Array.of(9, 9, 9),
    });
  }
  runs.service.remove({ runIds: ['gone'] });
});
afterAll(async () => {
  await runs.remove();
});

const all = (sql: string) => runs.databases.main.prepare(sql).all();

describe('the views', () => {
  test('tell of every run that is not in the trash, with its best epoch and its last', () => {
    expect(
      all(
        'SELECT run_id, variant, seed, patience, review_limit, best_epoch, last_epoch FROM v_runs',
      ),
    ).toEqual([
      {
        run_id: 'a1',
        variant: 'A',
        seed: 3,
        patience: 5,
        review_limit: null,
        best_epoch: 2,
        last_epoch: 2,
      },
      {
        run_id: 'b1',
        variant: 'B',
        seed: 1,
        patience: null,
        review_limit: 16,
        best_epoch: 1,
        last_epoch: 2,
      },
    ]);
    const [a1] = runs.service.list({ runIds: ['a1'] });
    expect(all(`SELECT best_test_accuracy, last_val_loss FROM v_runs WHERE run_id = 'a1'`)).toEqual(
      [{ best_test_accuracy: a1?.best?.testAccuracy, last_val_loss: a1?.last?.valLoss }],
    );
    for (const view of ['v_epochs', 'v_predictions', 'v_step_blocks'])
      expect(all(`SELECT DISTINCT run_id FROM ${view} ORDER BY run_id`)).toEqual([
        { run_id: 'a1' },
        { run_id: 'b1' },
      ]);
    expect(all('SELECT run_id, epoch FROM v_epochs WHERE is_best ORDER BY run_id')).toEqual([
      { run_id: 'a1', epoch: 2 },
      { run_id: 'b1', epoch: 1 },
    ]);
  });

  test('have a column for every setting that changes what a run learns', () => {
    const columns = z.array(z.object({ name: z.string() })).parse(all('PRAGMA table_info(v_runs)'));
    const names = new Set(columns.map(({ name }) => name));
    const renamed: Readonly<Record<string, string>> = {
      epochs: 'max_epochs',
      limit: 'review_limit',
    };
    const snake = (field: string) =>
      field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const fields = configFieldNames.filter((field) => !['threads', 'snapshots'].includes(field));
    expect(fields.filter((field) => !names.has(renamed[field] ?? snake(field)))).toEqual([]);
  });

  test('cannot be written', () => {
    expect(() => runs.databases.main.exec(`UPDATE v_runs SET name = 'x'`)).toThrow(/view/);
  });
});

test('the document names the views, and every one of their columns but the settings', () => {
  const views = z
    .array(z.object({ name: z.string() }))
    .parse(all(`SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name`));
  for (const { name } of views) expect(document).toContain(`\`${name}\``);
  for (const view of ['v_epochs', 'v_predictions', 'v_step_blocks'])
    for (const { name } of z
      .array(z.object({ name: z.string() }))
      .parse(all(`PRAGMA table_info(${view})`)))
      expect(document, view).toContain(`\`${name}\``);
});

test.skipIf(python.reason !== '')(`the snippet reads them${python.reason}`, async () => {
  const printed = await python.run(['-c', snippet], { TWOFOLD_HOME: runs.home });
  const lines = printed.trimEnd().split('\n');
  expect(printed).toMatch(/^A +1 /m);
  expect(printed).toMatch(/^2 +0\.5 +0\.6$/m);
  const means = probabilities.map(
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const tail = lines.slice(-2).map((line) => line.split(' '));
  expect(tail.map(([runId]) => runId)).toEqual(['a1', 'b1']);
  expect(Number(tail[0]?.[1])).toBeCloseTo(means[1] ?? 0, 6);
  expect(Number(tail[1]?.[1])).toBeCloseTo(means[0] ?? 0, 6);
  expect(tail.map((cells) => Number(cells[2]))).toEqual([0.25, 0.25]);
});
