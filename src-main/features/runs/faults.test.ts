import { readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

import { afterEach, expect, test } from 'vitest';

import type { FakeScript } from '../../testing/processes/fake-trainer.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../../testing/test-runs.ts';
import { saveWeights } from '../../trainer/checkpoint.ts';
import type { RunsOptions } from './service.ts';
import { dropStepsAfter } from './results/steps-store.ts';

let runs: TestRuns;
const open = (script: Partial<FakeScript> = {}, options: Partial<RunsOptions> = {}): TestRuns =>
  (runs = openTestRuns(script, options));
afterEach(async () => {
  await runs.remove();
});

function start(): string {
  const [started] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
  return started?.runId ?? '';
}
const isWhole = () => {
  expect(runs.databases.main.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(runs.databases.blobs.pragma('integrity_check', { simple: true })).toBe('ok');
};

/** What the only run's tables and predictions take. */
function blobBytes() {
  return runs.databases.main
    .prepare(
      `SELECT (SELECT SUM(rows * dims * 4) FROM snapshots) AS snapshots, (SELECT SUM(count * 8) FROM predictions) AS predictions`,
    )
    .get() as { snapshots: number; predictions: number };
}

test('kill -9 of the child: interrupted with the reason, earlier epochs there, resume ends it', async () => {
  open({ killAtStep: 10 });
  const runId = start();
  const ended = await runs.service.follow(runId, () => undefined);
  expect(ended.state).toBe('interrupted');
  expect(ended.reason).toMatch(/killed \(SIGKILL\).*memory.* Resume from epoch 2\./);
  expect(runs.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  isWhole();
  // The app goes on.
  const again = runs.reopen({});
  again.service.resume({ runId });
  expect((await again.service.follow(runId, () => undefined)).state).toBe('finished');
  const [curve] = again.service.curves({
    runIds: [runId],
    resolution: 'step',
    metric: 'loss',
    maxPoints: 100,
  });
  expect(curve?.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('killed when an epoch was told, before its checkpoint took its place: it stays, and the run goes on after it', async () => {
  open({ killWhenTold: 2 });
  const runId = start();
  const told: number[] = [];
  const ended = await runs.service.follow(runId, (line) => {
    if (line.event === 'epoch') told.push(line.epoch);
  });
  expect(ended).toMatchObject({
    state: 'interrupted',
    reason: expect.stringMatching(/Resume from epoch 2\.$/),
  });
  expect(told).toEqual([1, 2]);
  const folder = path.join(runs.home, 'runs', runId);
  const names = readdirSync(folder);
  expect(names.filter((name) => name.endsWith('.next'))).toEqual([]);
  const bytes = names.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
  const { snapshots, predictions } = blobBytes();
  expect(runs.service.get({ runId }).diskBytes).toBe(bytes + snapshots + predictions);
  // Killed once more before it has trained anything.
  const again = runs.reopen({ killAtStep: 9 });
  again.service.resume({ runId });
  await again.service.follow(runId, () => undefined);
  expect(again.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  const last = runs.reopen({});
  last.service.resume({ runId });
  expect((await last.service.follow(runId, () => undefined)).state).toBe('finished');
  expect(last.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(last.service.log({ runId }).map(({ text }) => text)).not.toContainEqual(
    expect.stringMatching(/trained again/),
  );
});

test('a checkpoint that is damaged behind a told epoch: the epoch is trained again, which is said', async () => {
  open({ killAfterEpoch: 2 });
  const runId = start();
  await runs.service.follow(runId, () => undefined);
  const folder = path.join(runs.home, 'runs', runId);
  // As an older version left it, killed between the rows and the checkpoint.
  saveWeights(path.join(folder, 'last.ckpt'), [], { epoch: 1, step: 4 });
  const again = runs.reopen({});
  again.service.resume({ runId });
  expect((await again.service.follow(runId, () => undefined)).state).toBe('finished');
  expect(again.service.log({ runId }).map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/after epoch 2 is damaged or missing: .* epoch 1 is trained again/),
  );
  expect(again.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
});

test('figures that are gone, though the checkpoint is behind them, are told where the run goes on', async () => {
  open({ killAfterEpoch: 2 });
  const runId = start();
  await runs.service.follow(runId, () => undefined);
  // As a restored backup has it, made after epoch 1.
  runs.databases.main.exec('DELETE FROM epochs WHERE epoch = 2');
  dropStepsAfter(runs.databases.main, 1, 4);
  const again = runs.reopen({});
  again.service.resume({ runId });
  expect((await again.service.follow(runId, () => undefined)).state).toBe('finished');
  expect(again.service.log({ runId }).map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Figures of steps 5 to 8 are missing/),
  );
  expect(again.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 3]);
});

test('killed before an epoch was complete: resume starts over', async () => {
  open({ killAtStep: 2 });
  const ended = await runs.service.follow(start(), () => undefined);
  expect(ended.reason).toMatch(/No epoch was complete/);
});

test('an exit with a code: failed, with what it said last', async () => {
  open({ exitAtStep: 3, prints: 'TypeError: x is not a function\n' });
  const ended = await runs.service.follow(start(), () => undefined);
  expect(ended.state).toBe('failed');
  expect(ended.reason).toMatch(/ended with code 3: TypeError: x is not a function/);
});

test('a child that cannot even start: failed', async () => {
  open({}, { trainerEntry: '/nowhere/entry.ts' });
  const ended = await runs.service.follow(start(), () => undefined);
  expect(ended).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/Cannot find module/),
  });
});

test('a silent child is reported, and a stop ends it', async () => {
  open(
    { hangAtStep: 6 },
    { timing: { silentAfterMs: 300, firstSilentAfterMs: 5000, checkEveryMs: 50 } },
  );
  const runId = start();
  const end = runs.service.follow(runId, () => undefined);
  await expect
    .poll(() => runs.service.get({ runId }).progress?.silentSince, { timeout: 10_000 })
    .toBeDefined();
  expect(runs.service.log({ runId }).some(({ text }) => text.includes('not responded'))).toBe(true);
  runs.service.stop({ runId });
  expect(await end).toMatchObject({
    state: 'stopped',
    reason: expect.stringMatching(/Resume from epoch 1/),
  });
  isWhole();
});

test('a full database fails the run with one sentence and leaves the rest as it was', async () => {
  open({ epochs: 400, stepMs: 1 });
  const runId = start();
  const end = runs.service.follow(runId, (line) => {
    if (line.event !== 'epoch' || line.epoch !== 2) return;
    const pages = runs.databases.blobs.pragma('page_count', { simple: true });
    runs.databases.blobs.pragma(`max_page_count = ${Number(pages)}`);
  });
  const ended = await end;
  expect(ended.state).toBe('failed');
  expect(ended.reason).toMatch(/disk is full/);
  expect(ended.last?.epoch).toBeGreaterThanOrEqual(2);
  expect(runs.service.get({ runId })).toMatchObject({ state: 'failed', reason: ended.reason });
  isWhole();
  runs.databases.blobs.pragma('max_page_count = 1000000');
  const again = runs.reopen({ epochs: 3 });
  again.service.resume({ runId });
  expect((await again.service.follow(runId, () => undefined)).state).toBe('finished');
});

test('a full main database: what is there can be read, a start says what is wrong', async () => {
  open();
  const runId = start();
  await runs.service.follow(runId, () => undefined);
  const pages = Number(runs.databases.main.pragma('page_count', { simple: true }));
  runs.databases.main.pragma(`max_page_count = ${pages}`);
  const startMany = () => {
    for (let index = 0; index < 500; index += 1) start();
  };
  expect(startMany).toThrow(/full/);
  const again = runs.reopen();
  expect(again.service.get({ runId }).epochs).toHaveLength(3);
  runs.databases.main.pragma('max_page_count = 1000000');
  isWhole();
  for (const waiting of runs.service.active()) runs.service.stop({ runId: waiting });
});

test('a run whose supervisor is gone becomes interrupted at the next look, its checkpoint that of its last epoch', async () => {
  open();
  const runId = start();
  await runs.service.follow(runId, () => undefined);
  const folder = path.join(runs.home, 'runs', runId);
  renameSync(path.join(folder, 'last.ckpt'), path.join(folder, 'last.ckpt.next'));
  // As a killed process leaves it: its pid may be used again by a process of another start time.
  runs.databases.main
    .prepare(
      `UPDATE runs SET state = 'running', supervisor_pid = ?, supervisor_started_at = 'long ago'`,
    )
    .run(process.pid);
  const again = runs.reopen();
  expect(again.service.get({ runId })).toMatchObject({
    state: 'interrupted',
    reason: expect.stringMatching(/gone.*Resume from epoch 3/),
  });
  expect(readdirSync(folder)).toContain('last.ckpt');
});
