import { rmSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';

import { calls, type CallInput, type CallOutput } from '#contract/index.ts';
import { runConfigSchema } from '#contract/run-config.ts';

import { openApp, type App } from '../features/app.ts';
import { keptVersions, unpackKeptHome } from '../testing/homes/kept-homes.ts';
import { instructions } from '../testing/processor.ts';
import { entries } from '../testing/programs.ts';
import { hasNativeBinding } from '../trainer/engine/native/binding.ts';
import { mainMigrations } from './open.ts';

/** They never were the newest on main: what landed with them was. */
const landedWithOthers = [10, 20, 30, 80, 270];
/** From this one on, dropout of the native engine draws 16 bits a unit; no version of the engine was stored yet. */
const firstOfTheseMasks = 50;

let root: string | undefined;
let app: App;
afterEach(async () => {
  if (root === undefined) return;
  await app.close({ active: 'stop' });
  rmSync(root, { recursive: true, force: true });
});

type Asked = keyof App['handlers'];

/** What the window is told, in the shape that it relies on. */
async function ask<N extends Asked>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const { input: asked, output } = calls[name];
  const answer = app.handlers[name] as (input: unknown) => unknown;
  return output.parse(await answer(asked.parse(input))) as CallOutput<N>;
}

async function idsByName(isTrash = false): Promise<Record<string, string>> {
  const runs = await ask('runs.list', { isTrash });
  return Object.fromEntries(runs.map(({ name, runId }) => [name, runId]));
}

test('a home is kept of every version but the newest', () => {
  const needed = mainMigrations.map(({ version }) => version).slice(0, -1);
  const missing = needed.filter(
    (version) => !landedWithOthers.includes(version) && !keptVersions.includes(version),
  );
  expect(missing, 'fixtures/old-homes/README.md says how a home is kept').toEqual([]);
});

test.each(keptVersions)('what the program of version %i has left works', async (version) => {
  const { home, made } = await unpackKeptHome(version);
  const folder = (root = path.dirname(home));
  app = openApp({
    home,
    ...entries,
    queue: 'process',
  });
  const since = (first: number): number => (version >= first ? 1 : 0);
  const { runs, reports } = app.services;
  expect([app.problems(), app.notices]).toEqual([[], []]);
  expect(await ask('settings.get', {})).toMatchObject({ theme: 'dark' });

  // Runs, with what is stored of them.
  const states = (await ask('runs.list', {})).map(({ name, state }) => `${name}: ${state}`);
  const pilots = ['A seed 1', 'B seed 1', 'A seed 2', 'B seed 2'];
  expect(states.toReversed()).toEqual([
    ...pilots.map((name) => `Pilot ${name}: finished`),
    'Alone: finished',
    'Stopped: stopped',
    'Killed: interrupted',
    ...(since(120) ? ['Waiting: queued'] : []),
  ]);
  const discarded = await idsByName(true);
  expect(Object.keys(discarded)).toEqual(['Discarded']);
  await ask('runs.restore', { runIds: Object.values(discarded) });
  const { Alone = '', Stopped = '', Killed = '', Waiting, ...rest } = await idsByName();
  const finished = [Alone, ...Object.values(rest)];
  expect(finished).toHaveLength(6);
  for (const runId of [...finished, Stopped, Killed]) {
    const { config, epochs } = await ask('runs.get', { runId });
    expect(runConfigSchema.safeParse(config).error).toBeUndefined();
    expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, index) => index + 1));
    expect(await ask('runs.log', { runId })).not.toEqual([]);
    for (const { snapshotId, rows, dims } of await ask('embeddings.list', { runId })) {
      const file = path.join(folder, `${snapshotId}.npy`);
      const { bytes } = await app.services.embeddings.exportTo(snapshotId, file);
      expect(bytes).toBe(128 + rows * dims * 4);
    }
    const { rows } = await ask('runs.reviews', { runId, weights: 'last' });
    expect(rows).toHaveLength(20);
  }
  if (since(90)) {
    const { note, tags, isFavourite } = await ask('runs.get', { runId: Alone });
    expect([note, tags, isFavourite]).toEqual([
      'Trained to see whether the\nold program still runs.',
      ['small', 'old'],
      true,
    ]);
  }

  // The data, with what was found in it.
  const [dataset] = await ask('datasets.list', {});
  const { datasetId = '', findings = [] } = dataset ?? {};
  expect(findings.map(({ text }) => text).join(' ')).toMatch(
    /1 of the 40 train reviews ha(s|ve) no words.* exact copies of training reviews/,
  );
  for (const { kind, split = null } of findings)
    await ask('datasets.findingRows', { datasetId, kind, split, offset: 0, count: 10 });
  expect(await ask('datasets.origin', { datasetId })).toBeDefined();

  // The experiment: its pairs can be compared, and there is a verdict.
  const [experiment] = await ask('experiments.list', {});
  const members = experiment?.runs.map(({ runId }) => runId) ?? [];
  expect(experiment).toMatchObject({ name: 'Pilot', kind: 'seeds', seeds: [1, 2] });
  const comparison = await ask('runs.compare', { runIds: members });
  expect(comparison.concerns).toEqual([]);
  expect(comparison.pairs.map(({ reason }) => reason)).toEqual([null, null, null]);
  const { verdict } = await ask('experiments.judge', { runIds: members });
  expect(verdict).toMatchObject({
    state: 'open',
    seeds: 2,
    interval95: [expect.any(Number), expect.any(Number)],
  });

  // Comparisons of tables, what came from outside, reports.
  const diffs = await ask('diffs.list', {});
  expect(diffs).toHaveLength(since(150));
  for (const { diffId } of diffs) {
    expect((await ask('diffs.get', { diffId })).words).toBeGreaterThan(20);
    expect((await ask('diffs.words', { diffId })).total).toBeGreaterThan(20);
    expect(await ask('transplants.list', { diffId })).toHaveLength(since(170));
  }
  expect(await ask('outsideTables.list', {})).toHaveLength(since(150));
  expect(await ask('outsideCurves.list', {})).toHaveLength(since(200));
  const kept = await ask('reports.list', {});
  expect(kept).toHaveLength(since(210));
  for (const { spec } of [...kept, { spec: reports.draft({ runIds: members }) }])
    expect(await reports.page(spec)).toContain('Pilot');

  // The same bits: WebAssembly gives them everywhere, TensorFlow on processors of one kind. The oldest and the newest home show both.
  const turn = keptVersions.indexOf(version);
  const isEnd = turn === 0 || turn === keptVersions.length - 1;
  if (isEnd || turn % 2 === 1) {
    expect(await runs.verify(Alone)).toMatchObject({ identical: true, reason: null });
    expect(await resumed(Killed)).toBe(made.resumed.Killed);
  }
  if (hasNativeBinding() && (isEnd || turn % 2 === 0)) {
    const weights = await resumed(Stopped);
    if (version < firstOfTheseMasks)
      expect((await runs.verify(members[0] ?? '')).reason).toMatch(
        /loss of step 1 differs.*not known which engine/,
      );
    else if (made.processor === instructions()) expect(weights).toBe(made.resumed.Stopped);
  }

  await app.close();
  for (const name of ['twofold.sqlite', 'blobs.sqlite']) {
    const db = new Database(path.join(home, name));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  }
});

/** The weights with which a run ends that goes on. */
async function resumed(runId: string): Promise<string | null> {
  await ask('runs.resume', { runId });
  await app.services.runs.follow(runId, () => undefined);
  const { state, weightsHash } = await ask('runs.get', { runId });
  expect(state).toBe('finished');
  return weightsHash;
}
