import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, expect, test } from 'vitest';

import { bandText, verdictLines } from '#core/experiment/verdict-items.ts';

import { openDatabases } from '../../db/open.ts';
import { entriesOf, tarOf } from '../../testing/archives.ts';
import { addExperiment, addStoredRun, judging } from '../../testing/builders/stored-runs.ts';
import { testApps, type TestApp } from '../../testing/test-app.ts';

/* A bundle carries the plan of an experiment: a part of it is not the whole where it is imported. */

const open = testApps();

const options = { signal: new AbortController().signal, onProgress: () => undefined };
const seeds = [1, 2, 3, 4, 5, 6];
const testCount = 200;
const picked = ['a2', 'b2', 'a4', 'b4', 'a6', 'b6'];
const rest = ['a1', 'b1', 'a3', 'b3', 'a5', 'b5'];
let home: TestApp;

beforeAll(async () => {
  home = open();
  const { dataset } = await home.services.datasets.importSample(options);
  const { datasetId } = dataset;
  const labels = (await home.services.datasets.labels(datasetId, 'test')).subarray(0, testCount);
  const databases = openDatabases(home.home);
  addExperiment(databases, 'e1', 'six pairs');
  for (const seed of seeds)
    for (const variant of ['A', 'B'] as const) {
      // B is better with every second seed alone.
      const wrong = variant === 'B' && seed % 2 === 0 ? 20 - seed : 40 + seed;
      const probabilities = judging(testCount, (row) => row >= wrong, seed).map((value, row) =>
        row % 2 === (labels[row] ?? 0) ? value : 1 - value,
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
});

async function bundleOf(app: TestApp, runIds: readonly string[]): Promise<string> {
  const file = path.join(app.home, `${runIds.join('')}.twofold`);
  const request = { runIds: [...runIds], path: file, withData: false, isForced: true };
  await app.services.bundles.exportTo(request, options);
  return file;
}

/** The same bundle as an older version wrote it. */
async function asOfVersion3(file: string): Promise<string> {
  const [head, ...others] = await entriesOf(file);
  const document = JSON.parse(String(head?.text)) as {
    experiments: { plan?: unknown }[];
    sha256?: string;
  };
  delete document.sha256;
  for (const experiment of document.experiments) delete experiment.plan;
  const old = { ...document, version: 3 };
  const sha256 = createHash('sha256').update(JSON.stringify(old)).digest('hex');
  const text = JSON.stringify({ ...old, sha256 });
  const target = `${file}.old`;
  writeFileSync(target, await tarOf([{ name: 'manifest.json', text }, ...others]));
  return target;
}

const judged = ({ services: { experiments } }: TestApp) =>
  experiments.judgeExperiment('e1', 'best');

test('a part of an experiment knows elsewhere what was planned, and gets no verdict of its own', async () => {
  const other = open();
  await other.services.bundles.importFrom(await bundleOf(home, picked), options);
  const { experiments, runs } = other.services;
  for (const judgement of [
    await judged(other),
    await experiments.judge({ runIds: picked, weights: 'best' }),
  ]) {
    expect(judgement.verdict).toMatchObject({
      state: 'pending',
      sentence:
        '3 of 6 planned pairs are finished and in this data folder. The verdict comes with all of them.',
      interval95: null,
      p: null,
    });
    expect(judgement).toMatchObject({
      plannedRuns: 12,
      isPlanKnown: true,
      pairs: { planned: 6, pending: 0, leftOut: 0, notHere: 3 },
      morePairs: null,
    });
    expect(judgement.missing.map(({ runId, isHere, state }) => [runId, isHere, state])).toEqual(
      rest.map((runId) => [runId, false, 'finished']),
    );
    const lines = verdictLines(judgement).join('\n');
    expect(lines).not.toContain('left out');
    expect(lines).toMatch(
      /^6 of 12 planned runs are not in this data folder: run a1 \(finished\)/m,
    );
    expect(lines).not.toContain('Analysis 1');
  }
  expect(experiments.get({ experimentId: 'e1' })).toMatchObject({
    kind: 'seeds',
    seeds: [2, 4, 6],
  });
  expect(runs.summary('a2').experimentAbsent).toBe(6);
});

test('one pair of it is still of several seeds', async () => {
  const other = open();
  await other.services.bundles.importFrom(await bundleOf(home, ['a2', 'b2']), options);
  expect(other.services.experiments.get({ experimentId: 'e1' }).kind).toBe('seeds');
  const judgement = await judged(other);
  expect([judgement.plannedRuns, judgement.missing.length]).toEqual([12, 10]);
  expect(judgement.verdict.state).toBe('pending');
});

test('the other runs complete it, also by way of a third home; a second import changes nothing', async () => {
  const [other, third] = [open(), open()];
  const part = await bundleOf(home, picked);
  await other.services.bundles.importFrom(part, options);
  const before = await judged(other);
  expect((await other.services.bundles.importFrom(part, options)).runs).toEqual([]);
  expect(await judged(other)).toEqual(before);

  await third.services.bundles.importFrom(await bundleOf(other, ['a2', 'b2']), options);
  expect((await judged(third)).missing).toHaveLength(10);
  await third.services.bundles.importFrom(part, options);
  await third.services.bundles.importFrom(await bundleOf(home, rest), options);
  const [whole, own] = [await judged(third), await judged(home)];
  expect(whole.verdict).toEqual(own.verdict);
  expect(whole).toMatchObject({ plannedRuns: 12, missing: [], pairs: own.pairs });
});

test('a bundle of an older version says that its plan is not known, until one with the plan comes', async () => {
  const other = open();
  const part = await bundleOf(home, picked);
  await other.services.bundles.importFrom(await asOfVersion3(part), options);
  const judgement = await judged(other);
  expect(judgement).toMatchObject({ isPlanKnown: false, plannedRuns: 6, missing: [] });
  expect(bandText(judgement.verdict)).toBe('±0.25 points, from a bundle without a plan');
  expect(verdictLines(judgement).join('\n')).toContain('The plan of this experiment is not known');

  // What does not know the plan does not make one up for others.
  const third = open();
  await third.services.bundles.importFrom(await bundleOf(other, picked), options);
  expect((await judged(third)).isPlanKnown).toBe(false);

  expect((await other.services.bundles.importFrom(part, options)).runs).toEqual([]);
  expect(await judged(other)).toMatchObject({ isPlanKnown: true, plannedRuns: 12 });
});

test('a report says it where it says what was planned', async () => {
  const other = open();
  await other.services.bundles.importFrom(await bundleOf(home, picked), options);
  const { reports } = other.services;
  const target = path.join(other.home, 'part.md');
  const spec = reports.draft({ runIds: picked });
  await reports.exportSpec({ spec, format: 'md', path: target, isForced: false });
  const text = readFileSync(target, 'utf8');
  expect(text).toMatch(/Planned runs.*12, of which 6 are not in this data folder/);
  expect(text).toContain('3 of 6 planned pairs are finished');
});
