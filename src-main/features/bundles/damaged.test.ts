import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { entriesOf } from '../../testing/archives.ts';
import { addRunWithWeights } from '../../testing/builders/run-with-weights.ts';
import { openTestApp, type TestApp } from '../../testing/test-app.ts';

/** What is damaged or missing where a bundle is written or read is named, with the run that lacks it. */

let from: TestApp;
let into: TestApp;
let bundle: string;
const options = { signal: new AbortController().signal, onProgress: () => undefined };

beforeEach(() => {
  from = openTestApp();
  into = openTestApp();
  bundle = path.join(from.home, 'runs.twofold');
  for (const runId of ['r1', 'r2']) addRunWithWeights(from, runId);
});
afterEach(async () => {
  await from.remove();
  await into.remove();
});

const write = () =>
  from.services.bundles.exportTo(
    { runIds: ['r1', 'r2'], path: bundle, withData: false, isForced: true },
    options,
  );
const fileOf = (app: TestApp, runId: string, name: string): string =>
  path.join(app.home, 'runs', runId, name);

/** One bit of the byte at `place`, a share of the file's length. */
function damage(file: string, place: number): void {
  const bytes = readFileSync(file);
  const at = Math.min(bytes.length - 1, Math.floor(bytes.length * place));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test.each([
  // The second half of a checkpoint are the optimizer's slots, which the run's weights hash does not cover.
  ['last.ckpt', 0.999],
  ['last.ckpt', 0.6],
  ['best.weights', 0.9],
  ['last.ckpt', 0],
])(
  'a damaged %s (at %d of its length) is left out, and the run that lacks it is named',
  async (name, place) => {
    damage(fileOf(from, 'r2', name), place);
    const written = await write();
    expect(written.lacking).toEqual([
      { runId: 'r2', name: 'run r2', part: name, state: 'damaged', count: 1 },
    ]);
    const names = (await entriesOf(bundle)).map((entry) => entry.name);
    expect(names).not.toContain(`runs/r2/${name}`);
    expect(names).toContain(`runs/r1/${name}`);

    const imported = await into.services.bundles.importFrom(bundle, options);
    expect(imported.runs).toEqual(['r1', 'r2']);
    expect(imported.lacking).toEqual([
      { runId: 'r2', name: 'run r2', part: name, state: 'missing', count: 1 },
    ]);
  },
);

test('weights that are sound but of another run are left out', async () => {
  addRunWithWeights(from, 'r3', 2, 7);
  cpSync(fileOf(from, 'r3', 'best.weights'), fileOf(from, 'r1', 'best.weights'));
  expect((await write()).lacking).toEqual([
    { runId: 'r1', name: 'run r1', part: 'best.weights', state: 'damaged', count: 1 },
  ]);
});

test('a checkpoint that is not there is named', async () => {
  rmSync(fileOf(from, 'r1', 'last.ckpt'));
  expect((await write()).lacking).toEqual([
    { runId: 'r1', name: 'run r1', part: 'last.ckpt', state: 'missing', count: 1 },
  ]);
});

test('a damaged embedding table or prediction is left out, and its runs are named', async () => {
  const blobs = new Database(path.join(from.home, 'blobs.sqlite'));
  // Both runs judged the same reviews alike: their predictions are the same two blobs.
  const altered = blobs
    .prepare('UPDATE blobs SET bytes = zeroblob(LENGTH(bytes)) WHERE rowid = 1')
    .run().changes;
  blobs.close();
  expect(altered).toBe(1);
  const written = await write();
  expect(written.lacking).toEqual(
    ['r1', 'r2'].map((runId) => ({
      runId,
      name: `run ${runId}`,
      part: 'blobs',
      state: 'damaged',
      count: 1,
    })),
  );
  expect(await into.services.bundles.importFrom(bundle, options)).toMatchObject({
    runs: ['r1', 'r2'],
    lacking: [],
  });
});

test('nothing is lacking where all is sound', async () => {
  expect((await write()).lacking).toEqual([]);
  expect((await into.services.bundles.importFrom(bundle, options)).lacking).toEqual([]);
});
