import { readFileSync, writeFileSync } from 'node:fs';

import { afterEach, expect, test } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';

import { changeStep } from '../../../testing/builders/change-step.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { checkpointFile } from '../store/places.ts';
import type { StepFigure } from '#contract/metric.ts';

const trainerEntry = programFile('trainer');

let runs: TestRuns;
afterEach(async () => {
  await runs.remove();
});

/** A real training process, on whichever backend this machine has. */
async function trained(config: RunConfigInput = {}, trainCount = 30): Promise<string> {
  runs = openTestRuns({}, { trainerEntry }, { trainCount });
  const [run] = runs.service.start({
    datasetId: 'd1',
    configs: [{ ...tinyConfig, numWords: 100, ...config }],
  });
  const runId = run?.runId ?? '';
  expect((await runs.service.follow(runId, () => undefined)).state).toBe('finished');
  return runId;
}

const change = (step: number, metric: StepFigure, to: (value: number) => number): void => {
  changeStep(runs.databases.main, 1, step, metric, to);
};

test('a run that is as it was: identical, over the end of an epoch; one changed bit is found', async () => {
  // 24 rows are left to train on: 12 steps an epoch.
  const runId = await trained({ variant: 'A' });
  expect(await runs.service.verify(runId)).toMatchObject({
    steps: 20,
    identical: true,
    reason: null,
  });

  change(17, 'loss', (loss) => {
    const bits = new Int32Array(Float32Array.of(loss).buffer);
    bits[0] = (bits[0] ?? 0) ^ 1;
    return new Float32Array(bits.buffer)[0] ?? 0;
  });
  expect(await runs.service.verify(runId)).toMatchObject({
    steps: 20,
    identical: false,
    reason: expect.stringMatching(
      /^The loss of step 17 differs: stored 0\.\d+, repeated 0\.\d+\.$/,
    ),
  });
  change(3, 'gradientNorm', () => Number.NaN);
  expect((await runs.service.verify(runId)).reason).toMatch(/^The gradient norm of step 3 differs/);
  runs.databases.main.prepare('DELETE FROM step_blocks WHERE first_step = 1').run();
  expect((await runs.service.verify(runId)).reason).toMatch(/^Step 1 is missing/);
});

test('a run of a few steps: its weights are compared too', async () => {
  const runId = await trained({ variant: 'B', epochs: 2, batchSize: 6 });
  expect(await runs.service.verify(runId)).toMatchObject({
    steps: 8,
    identical: true,
    reason: null,
  });

  const file = checkpointFile(runs.home, runId);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect((await runs.service.verify(runId)).reason).toMatch(/cannot be compared: .*damaged/);
  runs.databases.main.prepare('UPDATE runs SET weights_hash = ?').run('0'.repeat(64));
  expect((await runs.service.verify(runId)).reason).toMatch(/another hash than the stored one/);
});

test('a changed configuration or a run without steps', async () => {
  const runId = await trained({ variant: 'B', epochs: 1 });
  const changeConfig = (key: string, value: number) =>
    runs.databases.main
      .prepare(`UPDATE runs SET config = json_set(config, '$.${key}', ?)`)
      .run(value);
  changeConfig('seed', 2);
  expect(await runs.service.verify(runId)).toMatchObject({ identical: false });
  changeConfig('seed', 1);
  expect(await runs.service.verify(runId)).toMatchObject({ identical: true });
  runs.databases.main.prepare('DELETE FROM step_blocks').run();
  await expect(runs.service.verify(runId)).rejects.toThrow(/no steps yet/);
});
