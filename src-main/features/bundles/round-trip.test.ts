import { readFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';

import { tinyConfig } from '../../testing/test-runs.ts';
import { testApps, type TestApp } from '../../testing/test-app.ts';
import {
  epochColumnsSchema,
  logColumnsSchema,
  predictionColumnsSchema,
  runColumnsSchema,
  snapshotColumnsSchema,
  stepBlockColumnsSchema,
} from './record.ts';

const open = testApps();

const options = { signal: new AbortController().signal, onProgress: () => undefined };
const small = { ...tinyConfig, batchSize: 16, limit: 64, patience: 'none', epochs: 3 } as const;

let home: TestApp;
let datasetId = '';
let bundle = '';
let bundleWithData = '';
/** A finished pair, and one that was paused. */
let runIds: string[] = [];
let paused = '';
/** Of the same run, never paused. */
let unbroken: string | null = null;

async function finish(app: TestApp, configs: RunConfigInput[], name?: string): Promise<string[]> {
  const { runs } = app.services;
  const started = runs.start({ datasetId, configs, ...(name !== undefined && { name }) });
  for (const { runId } of started) await runs.follow(runId, () => undefined);
  return started.map(({ runId }) => runId);
}

beforeAll(async () => {
  home = open();
  const { datasets, runs, bundles } = home.services;
  ({ datasetId } = (await datasets.importSample(options)).dataset);
  const pair = await finish(
    home,
    [
      { ...small, variant: 'A' },
      { ...small, variant: 'B' },
    ],
    'pilot',
  );
  runs.tag({ runIds: pair.slice(0, 1), add: ['first', 'kept'] });
  runs.note({ runId: pair[1] ?? '', note: 'worth a look,\nlater' });
  runs.favourite({ runIds: pair.slice(0, 1), isFavourite: true });
  await runs.baselines({ runIds: pair.slice(0, 1), weights: 'best' });

  const long = { ...small, variant: 'A', seed: 7, epochs: 24 } as const;
  const [whole = ''] = await finish(home, [long]);
  unbroken = runs.get({ runId: whole }).weightsHash;
  const [run] = runs.start({ datasetId, configs: [long] });
  paused = run?.runId ?? '';
  await runs.follow(paused, (line) => {
    if (line.event === 'epoch' && line.epoch === 2) runs.pause({ runId: paused });
  });
  runIds = [...pair, paused];
  bundle = path.join(home.home, 'three.twofold');
  bundleWithData = path.join(home.home, 'three-with-data.twofold');
  const request = { runIds, isForced: false };
  await bundles.exportTo({ ...request, path: bundle, withData: false }, options);
  await bundles.exportTo({ ...request, path: bundleWithData, withData: true }, options);
}, 240_000);

/** Every row of the runs' tables, without what holds in one home only. */
function contentOf(app: TestApp): Record<string, unknown[]> {
  const db = new Database(path.join(app.home, 'twofold.sqlite'), { readonly: true });
  const blobs = new Database(path.join(app.home, 'blobs.sqlite'), { readonly: true });
  const of = (columns: string, rest: string) => db.prepare(`SELECT ${columns} FROM ${rest}`).all();
  const ours = `run_id IN (${runIds.map((runId) => `'${runId}'`).join()})`;
  const part = (schema: { shape: object }, table: string, order: string) =>
    of(
      `run_id, ${Object.keys(schema.shape).join()}`,
      `${table} JOIN runs USING (run_key) WHERE ${ours} ORDER BY run_id, ${order}`.replace(
        'JOIN runs',
        'JOIN (SELECT run_key, run_id FROM runs)',
      ),
    );
  const predictions = part(predictionColumnsSchema, 'predictions', 'epoch, split');
  const snapshots = part(snapshotColumnsSchema, 'snapshots', 'epoch, branch');
  const hashes = [...predictions, ...snapshots].map(
    (row) => (row as { blob_hash: string }).blob_hash,
  );
  const content = {
    runs: of(Object.keys(runColumnsSchema.shape).join(), `runs WHERE ${ours} ORDER BY run_key`),
    experiments: of('*', 'experiments'),
    datasets: of(
      `dataset_id, name, format, content_hash, splits, findings, pipeline, has_texts, has_words,
       vocabulary_size, created_at, deleted_at`,
      'datasets',
    ),
    epochs: part(epochColumnsSchema, 'epochs', 'epoch'),
    steps: part(stepBlockColumnsSchema, 'step_blocks', 'first_step'),
    predictions,
    snapshots,
    log: part(logColumnsSchema, 'log_lines', 'seq'),
    blobs: [...new Set(hashes)].map((hash) =>
      blobs.prepare('SELECT hash, bytes FROM blobs WHERE hash = ?').get(hash),
    ),
  };
  db.close();
  blobs.close();
  return content;
}

const fileOf = (app: TestApp, runId: string, name: string): Buffer =>
  readFileSync(path.join(app.home, 'runs', runId, name));

test('an empty home has the same content, table by table and file by file, and goes on as if nothing had been', async () => {
  const other = open();
  const { bundles, runs } = other.services;
  const imported = await bundles.importFrom(bundleWithData, options);
  expect(imported).toEqual({
    runs: runIds,
    updated: [],
    isSealed: true,
    datasets: [datasetId],
    lacking: [],
    skipped: [],
    missing: [],
  });

  const [expected, found] = [contentOf(home), contentOf(other)];
  for (const [table, rows] of Object.entries(expected)) {
    expect(rows.length, table).toBeGreaterThan(0);
    expect(found[table], table).toEqual(rows);
  }
  expect(runs.get({ runId: paused }).state).toBe('paused');
  for (const runId of runIds) {
    for (const name of ['last.ckpt', 'best.weights']) {
      expect(fileOf(other, runId, name).equals(fileOf(home, runId, name)), name).toBe(true);
    }
    expect(runs.get({ runId })).toEqual({
      ...home.services.runs.get({ runId }),
      diskBytes: expect.any(Number) as number,
    });
  }
  const text = 'A fine film.';
  expect(await runs.predictTexts(runIds[0] ?? '', [text], 'best')).toEqual(
    await home.services.runs.predictTexts(runIds[0] ?? '', [text], 'best'),
  );
  expect((await runs.verify(runIds[1] ?? '')).identical).toBe(true);
  const [judgement, own] = await Promise.all(
    [other, home].map((app) =>
      app.services.runs.compare({ runIds: runIds.slice(0, 2), weights: 'best' }),
    ),
  );
  expect(judgement).toEqual(own);

  // How fast another machine was tells nothing of this one; what this one goes on with does.
  const basis = () => runs.estimate({ datasetId, config: small }).basis;
  expect([home.services.runs.estimate({ datasetId, config: small }).basis, basis()]).toEqual([
    'measured',
    'assumed',
  ]);
  runs.resume({ runId: paused });
  const ended = await runs.follow(paused, () => undefined);
  expect([ended.state, ended.weightsHash]).toEqual(['finished', unbroken]);
  expect(unbroken).toMatch(/^[0-9a-f]{64}$/);
  expect(basis()).toBe('measured');

  // And back: what went on there is taken in here, what is here already is not.
  const back = path.join(other.home, 'back.twofold');
  await bundles.exportTo({ runIds, path: back, withData: false, isForced: false }, options);
  home.services.runs.note({ runId: paused, note: 'written here' });
  const again = await home.services.bundles.importFrom(back, options);
  expect(again).toMatchObject({ runs: [paused], updated: [paused], datasets: [], missing: [] });
  expect(again.skipped.map(({ runId }) => runId)).toEqual(runIds.slice(0, 2));
  const { weightsHash, note } = home.services.runs.get({ runId: paused });
  expect([weightsHash, note]).toEqual([unbroken, 'written here']);
  // The bundle of before is behind now.
  const stale = await home.services.bundles.importFrom(bundle, options);
  expect(stale.runs).toEqual([]);
  expect(stale.skipped.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/is here already\.$/),
    expect.stringMatching(/is here already\.$/),
    expect.stringMatching(/trained further/),
  ]);
}, 240_000);

test('a second time changes nothing', async () => {
  const other = open();
  const { bundles, runs } = other.services;
  await bundles.importFrom(bundleWithData, options);
  runs.rename({ runId: runIds[0] ?? '', name: 'my own name' });
  const before = contentOf(other);
  const again = await bundles.importFrom(bundleWithData, options);
  expect([again.runs, again.datasets]).toEqual([[], []]);
  expect(again.skipped.map(({ runId }) => runId)).toEqual(runIds);
  expect(contentOf(other)).toEqual(before);
});

test('without its reviews a run is shown, says what is missing, and goes on once they are there', async () => {
  const other = open();
  const { bundles, datasets, runs, experiments } = other.services;
  const imported = await bundles.importFrom(bundle, options);
  const { contentHash, name } = home.services.datasets.get({ datasetId });
  expect(imported).toMatchObject({ runs: runIds, datasets: [datasetId] });
  expect(imported.missing).toEqual([{ datasetId, name, contentHash, hasLabels: true }]);
  expect(datasets.get({ datasetId })).toMatchObject({ isHere: false, runCount: 3 });
  expect(runs.get({ runId: runIds[0] ?? '' }).epochs).toHaveLength(3);
  expect(experiments.list()).toHaveLength(1);

  const missing = new RegExp(`The reviews of "${name}" are not in this home.*${contentHash}`);
  expect(() => runs.resume({ runId: paused })).toThrow(missing);
  expect(() => runs.start({ datasetId, configs: [{ variant: 'A' }] })).toThrow(missing);
  await expect(runs.predictTexts(runIds[0] ?? '', ['fine'], 'best')).rejects.toThrow(missing);
  await expect(datasets.lengths({ datasetId, binWidth: 10, bins: 5 })).rejects.toThrow(missing);
  await expect(
    bundles.exportTo(
      { runIds, path: path.join(other.home, 'x.twofold'), withData: true, isForced: false },
      options,
    ),
  ).rejects.toThrow(missing);

  // A bundle with the reviews brings them although its runs are here.
  const filled = await bundles.importFrom(bundleWithData, options);
  expect(filled).toMatchObject({ runs: [], datasets: [datasetId], missing: [] });
  expect(datasets.get({ datasetId })).toMatchObject({ isHere: true, runCount: 3 });
  runs.resume({ runId: paused });
  expect((await runs.follow(paused, () => undefined)).weightsHash).toBe(unbroken);
}, 240_000);

test('an import of the same reviews brings them too', async () => {
  const other = open();
  const { bundles, datasets, runs } = other.services;
  await bundles.importFrom(bundle, options);
  await datasets.importSample(options);
  expect(datasets.get({ datasetId }).isHere).toBe(true);
  expect((await runs.judged(runIds[0] ?? '', 'best')).rows.length).toBeGreaterThan(0);
});

test('what a home has lost is left out and counted, all else travels', async () => {
  const [poorer, third] = [open(), open()];
  await poorer.services.bundles.importFrom(bundleWithData, options);
  const blobs = new Database(path.join(poorer.home, 'blobs.sqlite'));
  const lost = blobs.prepare('DELETE FROM blobs WHERE rowid % 2 = 0').run().changes;
  const left = blobs.prepare('SELECT COUNT(*) FROM blobs').pluck().get();
  blobs.close();
  expect(lost).toBeGreaterThan(2);

  const file = path.join(poorer.home, 'rest.twofold');
  const request = { runIds, path: file, withData: true, isForced: false };
  expect(await poorer.services.bundles.exportTo(request, options)).toMatchObject({ lost });
  expect(await third.services.bundles.importFrom(file, options)).toMatchObject({ skipped: [] });
  const travelled = new Database(path.join(third.home, 'blobs.sqlite'), { readonly: true });
  expect(travelled.prepare('SELECT COUNT(*) FROM blobs').pluck().get()).toBe(left);
  travelled.close();
  for (const runId of runIds) {
    const here = third.services.runs.get({ runId });
    expect(here.epochs).toEqual(poorer.services.runs.get({ runId }).epochs);
    expect(here.bestWeightsHash).toBe(poorer.services.runs.get({ runId }).bestWeightsHash);
  }
  third.services.runs.resume({ runId: paused });
  await third.services.runs.follow(paused, () => undefined);
  expect(third.services.runs.get({ runId: paused }).weightsHash).toBe(unbroken);
});

test('every column of the tables travels, or holds in one home only', () => {
  const db = new Database(path.join(home.home, 'twofold.sqlite'), { readonly: true });
  const columnsOf = (table: string) =>
    db.prepare('SELECT name FROM pragma_table_info(?) ORDER BY name').pluck().all(table);
  const travelling = (schema: { shape: object }, ...local: string[]) =>
    [...Object.keys(schema.shape), ...local].sort();
  const run = travelling(
    runColumnsSchema,
    ...['run_key', 'dataset_id', 'progress', 'request', 'supervisor_pid', 'supervisor_started_at'],
    ...['queue_position', 'disk_bytes', 'deleted_at', 'epochs_elsewhere', 'ended_as'],
  );
  expect(columnsOf('runs')).toEqual(run);
  expect(columnsOf('epochs')).toEqual(travelling(epochColumnsSchema, 'run_key'));
  expect(columnsOf('step_blocks')).toEqual(travelling(stepBlockColumnsSchema, 'run_key'));
  expect(columnsOf('predictions')).toEqual(travelling(predictionColumnsSchema, 'run_key'));
  expect(columnsOf('snapshots')).toEqual(
    travelling(snapshotColumnsSchema, 'run_key', 'snapshot_id'),
  );
  expect(columnsOf('log_lines')).toEqual(travelling(logColumnsSchema, 'run_key'));
  db.close();
});
