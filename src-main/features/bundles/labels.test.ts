import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';

import { openDatabases } from '../../db/open.ts';
import { entriesOf, tarOf } from '../../testing/archives.ts';
import { addExperiment, addStoredRun, judging } from '../../testing/builders/stored-runs.ts';
import { testApps, type TestApp } from '../../testing/test-app.ts';
import { readLabels } from '../datasets/import/labels.ts';

/* A bundle without its reviews keeps their labels: whatever needs no text is the same where it is imported. */

const open = testApps();

const options = { signal: new AbortController().signal, onProgress: () => undefined };
const seeds = [1, 2, 3, 4];
const runIds = seeds.flatMap((seed) => [`a${seed}`, `b${seed}`]);
const testCount = 200;
let home: TestApp;
let datasetId = '';
let bundle = '';
let bundleWithData = '';

beforeAll(async () => {
  home = open();
  const { dataset } = await home.services.datasets.importSample(options);
  ({ datasetId } = dataset);
  const labels = (await home.services.datasets.labels(datasetId, 'test')).subarray(0, testCount);
  const databases = openDatabases(home.home);
  addExperiment(databases, 'e1', 'pilot');
  for (const seed of seeds)
    for (const [variant, share] of [
      ['A', 0.75],
      ['B', 0.85],
    ] as const) {
      const probabilities = judging(testCount, (row) => row % 20 < share * 20, seed).map(
        (value, row) => (row % 2 === (labels[row] ?? 0) ? value : 1 - value),
      );
      addStoredRun(databases, {
        runId: `${variant.toLowerCase()}${seed}`,
        config: { variant, seed },
        probabilities: [probabilities],
        experimentId: 'e1',
        datasetId,
        labels,
      });
    }
  databases.close();
  bundle = path.join(home.home, 'labels.twofold');
  bundleWithData = path.join(home.home, 'data.twofold');
  const request = { runIds, isForced: false };
  const { bundles } = home.services;
  await bundles.exportTo({ ...request, path: bundle, withData: false }, options);
  await bundles.exportTo({ ...request, path: bundleWithData, withData: true }, options);
});

/** Everything that labels and predictions tell. */
async function figuresOf({ services: { runs, experiments } }: TestApp): Promise<unknown> {
  const known = runs.list({ runIds }).map(({ runId }) => runId);
  const withoutFacts = async (runId: string): Promise<object> => {
    const {
      lengths: _,
      cutShares: __,
      oovShares: ___,
      ratings: ____,
      ...reviews
    } = await runs.reviews({ runId, weights: 'best' });
    return reviews;
  };
  return {
    predictions: await Promise.all(known.map((runId) => runs.predictions(runId))),
    reviews: await Promise.all(known.map(withoutFacts)),
    compared: await runs.compare({ runIds: known, weights: 'best' }),
    measured: await runs.measure(known, 'best'),
    rankings: await runs.rankings({ runIds: known, weights: 'best' }),
    judgement: await experiments.judgeExperiment('e1', 'best'),
    judged: await experiments.judge({ runIds: known, weights: 'last' }),
  };
}

test('figures, comparisons and the verdict are those of its origin to the last digit', async () => {
  const other = open();
  const { bundles, datasets, runs } = other.services;
  const { missing } = await bundles.importFrom(bundle, options);
  expect(missing).toMatchObject([{ datasetId, hasLabels: true }]);
  expect(datasets.get({ datasetId }).isHere).toBe(false);
  expect(await figuresOf(other)).toEqual(await figuresOf(home));
  const predictions = await runs.predictions('a1');
  expect(predictions.some(({ label }) => label === null)).toBe(false);
  // What only the texts tell is said to be missing.
  expect(await runs.reviews({ runId: 'a1', weights: 'best' })).toMatchObject({
    lengths: null,
    cutShares: null,
    oovShares: null,
    ratings: null,
  });
  await expect(datasets.review(datasetId, 'test', 0)).rejects.toThrow(/not in this home/);

  // The labels go on with the runs, to a third home.
  const third = open();
  const file = path.join(other.home, 'again.twofold');
  const request = { runIds, path: file, withData: false, isForced: false };
  await bundles.exportTo(request, options);
  await third.services.bundles.importFrom(file, options);
  expect(await figuresOf(third)).toEqual(await figuresOf(home));
});

test('a report has its figures and lists disagreements by number', async () => {
  const other = open();
  const { bundles, runs } = other.services;
  await bundles.importFrom(bundle, options);
  const compared = await runs.compare({ runIds: ['a1', 'b1'], weights: 'best' });
  expect(compared.flips.length).toBeGreaterThan(0);
  const { reports } = other.services;
  const target = path.join(other.home, 'away.md');
  const spec = reports.draft({ runIds: ['a1', 'b1'] });
  await reports.exportSpec({ spec, format: 'md', path: target, isForced: false });
  const text = readFileSync(target, 'utf8');
  expect(text).toMatch(/The text of this review is not in this data folder\./);
  expect(text).toMatch(/The figures come from the labels that a bundle kept\./);
});

const stored = (app: TestApp): unknown[] => {
  const db = new Database(path.join(app.home, 'twofold.sqlite'), { readonly: true });
  const rows = db.prepare('SELECT dataset_id, split FROM dataset_labels').raw().all();
  db.close();
  return rows;
};

test('labels that were damaged since are refused, until the bundle or the data is imported again', async () => {
  const other = open();
  const { bundles, datasets } = other.services;
  await bundles.importFrom(bundle, options);
  const before = await figuresOf(other);
  const damage = (mask: number) => {
    const db = new Database(path.join(other.home, 'twofold.sqlite'));
    const bits = db.prepare('SELECT bits FROM dataset_labels').pluck().get() as Buffer;
    bits[0] = (bits[0] ?? 0) ^ mask;
    db.prepare('UPDATE dataset_labels SET bits = ?').run(bits);
    db.close();
  };
  const refused = /were altered: .*Import the original data again/;
  damage(1);
  await expect(datasets.labels(datasetId, 'test')).rejects.toThrow(refused);
  const { metrics, reason } = await other.services.runs.compare({
    runIds: ['a1', 'b1'],
    weights: 'best',
  });
  expect(metrics[0]).toMatchObject({ brier: null, reason: expect.stringMatching(refused) });
  expect(reason).toMatch(refused);
  await bundles.importFrom(bundle, options);
  expect(await figuresOf(other)).toEqual(before);
  damage(0b100);
  await datasets.importSample(options);
  expect(await figuresOf(other)).toEqual(before);
});

test('reviews that come later take the place of the labels, and agree with them', async () => {
  const other = open();
  const { bundles, datasets } = other.services;
  await bundles.importFrom(bundle, options);
  expect(stored(other)).toEqual([[datasetId, 'test']]);
  const before = await figuresOf(other);
  await datasets.importSample(options);
  expect(stored(other)).toEqual([]);
  expect(datasets.get({ datasetId }).isHere).toBe(true);
  expect(await figuresOf(other)).toEqual(before);
  // And where the reviews are here, a bundle's labels are not stored.
  await bundles.importFrom(bundle, options);
  expect(stored(other)).toEqual([]);
});

test('a bundle with its reviews has no labels besides', async () => {
  const names = (await entriesOf(bundleWithData)).map(({ name }) => name);
  expect(names.some((name) => name.endsWith('.labels'))).toBe(false);
  const other = open();
  await other.services.bundles.importFrom(bundleWithData, options);
  expect(stored(other)).toEqual([]);
});

type Listed = Readonly<{ name: string; bytes: number; sha256: string }>;
type Manifest = { version: number; sha256?: string; entries: Listed[] };

const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** The bundle with other labels (null: without), all hashes made to fit. */
async function withLabels(
  app: TestApp,
  change: (bits: Buffer) => Buffer | null,
  { version = 3, isListed = true } = {},
): Promise<string> {
  const [head, ...entries] = await entriesOf(bundle);
  const changed = entries.flatMap(({ name, text }) => {
    const bits = name.endsWith('.labels') ? change(Buffer.from(text)) : text;
    return bits === null ? [] : [{ name, text: bits }];
  });
  const { sha256: _, ...manifest } = JSON.parse(String(head?.text)) as Manifest;
  manifest.version = version;
  if (isListed)
    manifest.entries = changed.map(({ name, text }) => ({
      name,
      bytes: text.length,
      sha256: sha256(text),
    }));
  const sealed = { ...manifest, sha256: sha256(JSON.stringify(manifest)) };
  const file = path.join(app.home, 'changed.twofold');
  writeFileSync(
    file,
    await tarOf([{ name: 'manifest.json', text: JSON.stringify(sealed) }, ...changed]),
  );
  return file;
}

test('labels that were tampered with are refused', async () => {
  const other = open();
  const { bundles } = other.services;
  const flipping = (mask: number) => (bits: Buffer) =>
    Buffer.from(bits.map((byte, at) => (at === 0 ? byte ^ mask : byte)));
  const refused = /test\.labels in it is damaged or was altered/;
  for (const file of [
    await withLabels(other, flipping(1), { isListed: false }),
    // With hashes that fit: one positive more or less, a byte more or less.
    await withLabels(other, flipping(1)),
    await withLabels(other, (bits) => Buffer.concat([bits, Buffer.of(0)])),
    await withLabels(other, (bits) => bits.subarray(1)),
  ])
    await expect(bundles.importFrom(file, options)).rejects.toThrow(refused);
  expect(other.services.runs.list({})).toEqual([]);

  // As many positive ones (the first two labels are 0 and 1), but not those that are known here.
  await bundles.importFrom(bundle, options);
  const swapped = await withLabels(other, flipping(0b11));
  await expect(bundles.importFrom(swapped, options)).rejects.toThrow(refused);
});

test('a bundle of an older format brings runs without labels; a newer one brings the labels to them', async () => {
  const other = open();
  const { bundles, runs } = other.services;
  const old = await withLabels(other, () => null, { version: 2 });
  const { missing } = await bundles.importFrom(old, options);
  expect(missing).toMatchObject([{ hasLabels: false }]);
  const predictions = await runs.predictions('a1');
  expect(predictions.every(({ label }) => label === null)).toBe(true);
  await expect(runs.judged('a1', 'best')).rejects.toThrow(/not in this home/);
  const { runs: added, missing: then } = await bundles.importFrom(bundle, options);
  expect([added, then]).toMatchObject([[], [{ hasLabels: true }]]);
  expect(await figuresOf(other)).toEqual(await figuresOf(home));
});

test('reviews that cannot be read are left behind without their labels', async () => {
  const poorer = open();
  await poorer.services.bundles.importFrom(bundleWithData, options);
  const { contentHash } = poorer.services.datasets.get({ datasetId });
  const folder = path.join(poorer.home, 'datasets', contentHash);
  expect(readLabels(path.join(folder, 'ids.bin'), 'test').length).toBeGreaterThan(testCount);
  for (const name of ['ids.bin', 'documents.sqlite']) writeFileSync(path.join(folder, name), 'x');
  const file = path.join(poorer.home, 'poor.twofold');
  const request = { runIds, path: file, withData: false, isForced: false };
  await poorer.services.bundles.exportTo(request, options);
  const names = (await entriesOf(file)).map(({ name }) => name);
  expect(names.some((name) => name.endsWith('.labels'))).toBe(false);
});
