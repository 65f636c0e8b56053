import { existsSync } from 'node:fs';

import { afterEach, expect, test } from 'vitest';

import { openTestRuns, tinyConfig, type TestRuns } from '../../testing/test-runs.ts';
import { maintainDaily } from './maintenance.ts';
import { runFolder } from './places.ts';

let runs: TestRuns;
afterEach(async () => {
  await runs.remove();
});

const dayMs = 24 * 60 * 60 * 1000;
const later = (days: number) => new Date(Date.now() + days * dayMs);

test('after 30 days in the trash a run is gone with its files, rows and blobs; others stay', async () => {
  runs = openTestRuns();
  const started = runs.service.start({
    datasetId: 'd1',
    configs: [tinyConfig, { ...tinyConfig, variant: 'B' }],
  });
  for (const { runId } of started) await runs.service.follow(runId, () => undefined);
  const [gone = '', stays = ''] = started.map(({ runId }) => runId);
  const count = (table: string) =>
    Number(runs.databases.main.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get());
  const blobCount = () =>
    Number(runs.databases.blobs.prepare('SELECT COUNT(*) FROM blobs').pluck().get());
  runs.service.remove([gone]);
  const snapshots = count('snapshots');

  maintainDaily(runs.databases, runs.home, later(29));
  expect(existsSync(runFolder(runs.home, gone))).toBe(true);
  expect(count('snapshots')).toBe(snapshots);

  const before = blobCount();
  maintainDaily(runs.databases, runs.home, later(31));
  expect(existsSync(runFolder(runs.home, gone))).toBe(false);
  expect(runs.service.list({ isTrash: true })).toEqual([]);
  expect(count('snapshots')).toBe(4);
  expect(blobCount()).toBeLessThan(before);
  // What the other run refers to is whole.
  expect(await runs.service.predictions(stays)).toHaveLength(4);
});

test('tables are thinned on request: epoch 0, best and last stay, and a trial drops nothing', async () => {
  runs = openTestRuns({ epochs: 6, valLosses: [0.5, 0.4, 0.3, 0.4, 0.5, 0.6] });
  const [run] = runs.service.start({ datasetId: 'd1', configs: [{ ...tinyConfig, epochs: 6 }] });
  const runId = run?.runId ?? '';
  await runs.service.follow(runId, () => undefined);
  const before = runs.service.summary(runId).diskBytes;
  const bytes = 2 * 100 * 2 * 4;
  const trial = runs.service.thinSnapshots({ runId, isTrial: true });
  expect(trial).toEqual({ epochs: [1, 2, 4, 5], bytes: 4 * bytes });
  // So does what a limit for all would drop.
  expect(runs.service.snapshotsBeyond(0)).toEqual({ epochs: 4, bytes: 4 * bytes });
  expect(runs.service.snapshotsBeyond(6 * bytes)).toEqual({ epochs: 1, bytes });
  expect(runs.service.snapshotsBeyond(7 * bytes)).toEqual({ epochs: 0, bytes: 0 });
  expect(runs.service.thinSnapshots({ runId, every: 2 })).toEqual({
    epochs: [1, 5],
    bytes: 2 * bytes,
  });
  expect(runs.service.summary(runId).diskBytes).toBe(before - 2 * bytes);
  expect(runs.service.thinSnapshots({ runId })).toEqual({ epochs: [2, 4], bytes: 2 * bytes });
  expect(runs.service.thinSnapshots({ runId })).toEqual({ epochs: [], bytes: 0 });
});
