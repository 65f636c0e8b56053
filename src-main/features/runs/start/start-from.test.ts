import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { AppError } from '#contract/failure.ts';
import type { RunConfigInput } from '#contract/run-config.ts';

import type { FakeScript } from '../../../testing/processes/fake-trainer.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { checkpointFile, epochWeightsFile, runFolder } from '../store/places.ts';
import { findRow, purgeRun } from '../store/store.ts';

const trainerEntry = programFile('trainer');

let runs: TestRuns;
afterEach(async () => {
  await runs.remove();
});

const openFake = (script: Partial<FakeScript> = {}): TestRuns => (runs = openTestRuns(script));
/** Real training processes, on whichever backend this machine has. */
const openReal = (): TestRuns => (runs = openTestRuns({}, { trainerEntry }, { trainCount: 30 }));

function start(config: RunConfigInput = {}): string {
  const [run] = runs.service.start({ datasetId: 'd1', configs: [{ ...tinyConfig, ...config }] });
  return run?.runId ?? '';
}

async function trained(config: RunConfigInput = {}): Promise<string> {
  const runId = start(config);
  await runs.service.follow(runId, () => undefined);
  return runId;
}

const folders = (): string[] => readdirSync(path.join(runs.home, 'runs')).toSorted();

const tablesOf = (runId: string, epoch: number): unknown[] =>
  runs.databases.main
    .prepare(
      `SELECT s.branch, s.blob_hash FROM snapshots s JOIN runs USING (run_key)
       WHERE run_id = ? AND s.epoch = ? ORDER BY s.branch`,
    )
    .all(runId, epoch);

describe('a start is refused, and leaves nothing behind,', () => {
  function expectRefused(config: RunConfigInput, sentence: string | RegExp): void {
    const before = [runs.service.list({}).length, folders()];
    let error: unknown;
    try {
      start(config);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(AppError);
    const { kind, field, message } = error as AppError;
    expect([kind, field]).toEqual(['invalid', 'startFrom']);
    if (typeof sentence === 'string') expect(message).toBe(sentence);
    else expect(message).toMatch(sentence);
    expect([runs.service.list({}).length, folders()]).toEqual(before);
  }

  test('from a run that is not there, or in the trash', async () => {
    openFake();
    const source = await trained();
    expectRefused({ startFrom: 'nobody@3' }, 'There is no run "nobody" to start from.');
    expectRefused({ startFrom: source }, /RUNID@EPOCH/);
    runs.service.remove({ runIds: [source] });
    expectRefused(
      { startFrom: `${source}@3` },
      '"A words 100 len 8 dim 2 units 2 filters 2 batch 2 epochs 3 seed 1" is in the trash. Restore it first, or start from new weights.',
    );
  });

  test('without a complete epoch', async () => {
    openFake({ killAtStep: 2 });
    const source = await trained();
    expectRefused({ startFrom: `${source}@0` }, /" has no complete epoch to start from\.$/);
  });

  test('from another epoch than it keeps, or from damaged weights', async () => {
    openFake();
    const source = await trained();
    rmSync(epochWeightsFile(runs.home, source, 1));
    expectRefused(
      { startFrom: `${source}@1` },
      /" does not keep its weights after epoch 1 any more\. Name its last complete epoch\.$/,
    );
    // The fake keeps the embedding tables only.
    expectRefused({ startFrom: `${source}@3` }, /" keeps are not those of its model\.$/);
    const bytes = readFileSync(checkpointFile(runs.home, source));
    writeFileSync(checkpointFile(runs.home, source), bytes.subarray(0, -1));
    expectRefused({ startFrom: `${source}@3` }, /" cannot be read: they are damaged\.$/);
  });

  test('where the model or the data is another', async () => {
    openFake();
    const source = await trained();
    for (const other of [{ hiddenUnits: 4 }, { variant: 'B' }, { numWords: 101 }] as const) {
      expectRefused(
        { ...other, startFrom: `${source}@3` },
        /" do not fit: its model has other layers, or layers of another size\.$/,
      );
    }
    runs.databases.main.prepare(`UPDATE datasets SET content_hash = 'another'`).run();
    expectRefused(
      { startFrom: `${source}@3` },
      /" was trained on another dataset, "Dataset d1": its weights say nothing about the words of "Dataset d1"\.$/,
    );
  });

  test('for one of a pair, whose other could', async () => {
    openReal();
    const source = await trained({ epochs: 1 });
    const before = folders();
    const configs = (['A', 'B'] as const).map((variant) => ({
      ...tinyConfig,
      variant,
      startFrom: `${source}@1`,
    }));
    expect(() => runs.service.start({ datasetId: 'd1', configs })).toThrow(/do not fit/);
    expect(runs.service.list({})).toHaveLength(1);
    expect(folders()).toEqual(before);
  });

  test('where its row cannot be stored', async () => {
    openReal();
    const source = await trained({ epochs: 1 });
    const pages = Number(runs.databases.main.pragma('page_count', { simple: true }));
    runs.databases.main.pragma(`max_page_count = ${pages}`);
    const startMany = () => {
      for (let index = 0; index < 500; index += 1) start({ startFrom: `${source}@1` });
    };
    expect(startMany).toThrow(/full/);
    runs.databases.main.pragma('max_page_count = 1000000');
    const listed = runs.service.list({}).map(({ runId }) => runId);
    expect(folders()).toEqual(listed.toSorted());
    for (const waiting of runs.service.active()) runs.service.stop({ runId: waiting });
  });
});

test.each(['A', 'B'] as const)(
  'a run starts from the last weights of another, with its own order and optimiser, and is verified (%s)',
  async (variant) => {
    openReal();
    const source = await trained({ variant, epochs: 2 });
    const startFrom = `${source}@2`;
    const changed = { variant, seed: 2, epochs: 2, learningRate: 0.0005, startFrom };
    const runId = await trained(changed);
    expect(runs.service.get({ runId })).toMatchObject({ state: 'finished', config: { startFrom } });
    const tables = tablesOf(source, 2);
    expect(tables).toHaveLength(variant === 'A' ? 2 : 1);
    expect(tablesOf(runId, 0)).toEqual(tables);
    expect(runs.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(await runs.service.verify(runId)).toMatchObject({
      steps: 20,
      identical: true,
      reason: null,
    });

    const drawn = await trained({ ...changed, startFrom: 'none' });
    expect(tablesOf(drawn, 0)).not.toEqual(tables);
    const { configDiff } = await runs.service.compare({ runIds: [drawn, runId], weights: 'best' });
    expect(configDiff).toEqual({ startFrom: ['none', startFrom] });
  },
);

test('several seeds start from the same weights; a running source may have gone on by an epoch', async () => {
  openReal();
  const source = await trained({ epochs: 3 });
  const started = runs.service.start({
    datasetId: 'd1',
    configs: [2, 3].map((seed) => ({ ...tinyConfig, epochs: 1, seed, startFrom: `${source}@2` })),
  });
  for (const { runId } of started) {
    await runs.service.follow(runId, () => undefined);
    expect(tablesOf(runId, 0)).toEqual(tablesOf(source, 2));
  }
});

test('the other run may be deleted for good before this one has begun', async () => {
  openReal();
  const source = await trained({ epochs: 2 });
  const tables = tablesOf(source, 2);
  // Behind another run in the queue, so that it is stopped before its first step.
  const before = start({ epochs: 1 });
  const runId = start({ startFrom: `${source}@2`, epochs: 2 });
  expect((await runs.service.stopAndWait({ runId })).state).toBe('stopped');
  await runs.service.follow(before, () => undefined);
  runs.service.remove({ runIds: [source] });
  rmSync(runFolder(runs.home, source), { recursive: true });
  purgeRun(runs.databases.main, findRow(runs.databases.main, source).run_key, '9999');
  // Of a first try that was killed.
  mkdirSync(runFolder(runs.home, runId), { recursive: true });
  writeFileSync(epochWeightsFile(runs.home, runId, 0), 'half');

  runs.service.resume({ runId });
  expect((await runs.service.follow(runId, () => undefined)).state).toBe('finished');
  expect(tablesOf(runId, 0)).toEqual(tables);
  expect(await runs.service.verify(runId)).toMatchObject({ identical: true });
});

test('a run of before this could be says that it drew its weights', async () => {
  openFake();
  const runId = await trained();
  runs.databases.main.prepare(`UPDATE runs SET config = json_remove(config, '$.startFrom')`).run();
  expect(runs.service.get({ runId }).config.startFrom).toBe('none');
  expect(runs.service.list({})[0]?.config.startFrom).toBe('none');
});
