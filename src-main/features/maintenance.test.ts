import { existsSync } from 'node:fs';

import { afterEach, expect, test } from 'vitest';

import type { ReportSpec } from '#contract/report.ts';

import { openTestRuns, tinyConfig, type TestRuns } from '../testing/test-runs.ts';
import { afterAll, purgeDatasets } from './datasets/store/purge.ts';
import { listDatasets, setDeleted } from './datasets/store/store.ts';
import { maintainDaily } from './maintenance.ts';
import { insertReport, listReports, setReportsDeleted } from './reports/store.ts';
import { runFolder } from './runs/store/places.ts';

let runs: TestRuns;
afterEach(async () => {
  await runs.remove();
});

const dayMs = 24 * 60 * 60 * 1000;
const maintain = (daysFromNow: number) => {
  maintainDaily(runs.databases, runs.home, new Date(Date.now() + daysFromNow * dayMs));
};

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
  runs.service.remove({ runIds: [gone] });
  const snapshots = count('snapshots');

  maintain(29);
  maintain(30);
  expect(existsSync(runFolder(runs.home, gone))).toBe(true);
  expect(count('snapshots')).toBe(snapshots);

  const before = blobCount();
  maintain(31);
  maintain(32);
  expect(existsSync(runFolder(runs.home, gone))).toBe(false);
  expect(runs.service.list({ isTrash: true })).toEqual([]);
  expect(count('snapshots')).toBe(4);
  expect(blobCount()).toBeLessThan(before);
  // What the other run refers to is whole.
  expect(await runs.service.predictions(stays)).toHaveLength(4);
});

test('what is restored while the trash is emptied stays, with its files', async () => {
  runs = openTestRuns();
  const started = runs.service.start({ datasetId: 'd1', configs: [tinyConfig, tinyConfig] });
  for (const { runId } of started) await runs.service.follow(runId, () => undefined);
  const [gone = '', restored = ''] = started.map(({ runId }) => runId);
  runs.service.remove({ runIds: [gone, restored] });
  runs.databases.main.exec(
    `CREATE TRIGGER meanwhile AFTER DELETE ON runs BEGIN UPDATE runs SET deleted_at = NULL; END`,
  );
  maintain(31);
  maintain(32);
  expect(runs.service.list({}).map(({ runId }) => runId)).toEqual([restored]);
  expect(existsSync(runFolder(runs.home, restored))).toBe(true);
  expect(existsSync(runFolder(runs.home, gone))).toBe(false);
});

test('a dataset goes with its files in one step: nobody imports it again in between', () => {
  runs = openTestRuns();
  const { databases, home } = runs;
  setDeleted(databases.main, 'd1', new Date(0));
  const steps: boolean[] = [];
  databases.main.function('step', () => void steps.push(databases.main.inTransaction));
  databases.main.exec('CREATE TEMP TRIGGER gone AFTER DELETE ON datasets BEGIN SELECT step(); END');
  expect(purgeDatasets(databases.main, home, afterAll)).toEqual(['d1']);
  expect(steps).toEqual([true]);
});

test('a time of the last maintenance that is no time counts for none', () => {
  runs = openTestRuns();
  maintain(1);
  const moment = () =>
    runs.databases.main
      .prepare(`SELECT value FROM settings WHERE key = 'maintainedAt'`)
      .pluck()
      .get();
  runs.databases.main.exec(`UPDATE settings SET value = '"hello"' WHERE key = 'maintainedAt'`);
  maintain(1);
  expect(moment()).toMatch(/^"\d{4}-/);
});

test('a day with a clock weeks ahead empties no trash', async () => {
  runs = openTestRuns();
  const { databases } = runs;
  const [run] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
  const runId = run?.runId ?? '';
  await runs.service.follow(runId, () => undefined);
  const at = new Date().toISOString();
  const spec: ReportSpec = {
    title: 'Mine',
    runIds: [runId],
    experimentId: null,
    weights: 'best',
    blocks: [{ kind: 'question' }],
  };
  insertReport(databases.main, 'p1', spec, at);
  const throwAway = () => {
    runs.service.remove({ runIds: [runId] });
    setReportsDeleted(databases.main, ['p1'], at);
    setDeleted(databases.main, 'd1', new Date());
  };
  const trash = () => [
    runs.service.list({ isTrash: true }).length,
    listReports(databases.main, true).length,
    listDatasets(databases.main, { isTrash: true }).length,
  ];

  // Thrown away before it.
  throwAway();
  maintain(0);
  maintain(60);
  expect(trash()).toEqual([1, 1, 1]);
  // Thrown away when the clock was right again.
  throwAway();
  maintain(0);
  maintain(60);
  expect(trash()).toEqual([1, 1, 1]);
  // Who comes back after two months finds it once more.
  maintain(62);
  expect(trash()).toEqual([0, 0, 0]);
});
