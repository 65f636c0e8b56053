import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, expect, it } from 'vitest';

import { entries } from '../../testing/programs.ts';
import { openTestApp, testApps, type TestApp } from '../../testing/test-app.ts';
import { openApp } from '../app.ts';

/** The example as it comes with this checkout. */
const openEmpty = testApps();
const file = path.join(import.meta.dirname, '../../../resources/example.twofold');
const experimentNames = ({ services }: TestApp): string[] =>
  services.experiments.list().map(({ name }) => name);
const all = ({ services }: TestApp) => ({
  runs: services.runs.list({}),
  datasets: services.datasets.list({}),
  experiments: services.experiments.list(),
  reports: services.reports.list({}),
});
const nothing = { runs: [], datasets: [], experiments: [], reports: [] };

it('has at most 6 MB', () => {
  expect(statSync(file).size).toBeLessThanOrEqual(6_000_000);
});

it('brings six pairs, the grid and a sweep, with all that a screen shows of them; again changes nothing', async () => {
  const app = openEmpty();
  const { example, experiments, runs, reports, embeddings } = app.services;
  expect(await example.state()).toEqual({ isHere: false });
  const opened = await example.open();
  expect(await example.state()).toEqual({ isHere: true });

  expect(experimentNames(app)).toEqual([
    'Example: embedding',
    'Example: factors',
    'Example: length',
  ]);
  expect(experiments.list().map(({ kind }) => kind)).toEqual(['seeds', 'grid', 'mixed']);
  const judgement = await experiments.judgeExperiment(opened.experimentId, 'best');
  expect(judgement.seeds.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5, 6]);
  expect([judgement.missing, judgement.isPlanKnown]).toEqual([[], true]);
  expect(
    judgement.seeds
      .map(({ runIds }) => runIds)
      .flat()
      .sort(),
  ).toEqual(opened.runIds.toSorted());
  for (const run of runs.list({})) {
    expect([run.tags, run.state]).toEqual([['Example'], 'finished']);
    const epochs = new Set(embeddings.list({ runId: run.runId }).map(({ epoch }) => epoch));
    expect([...epochs].slice(0, 2), run.name).toEqual([0, run.best?.epoch]);
  }
  expect(reports.get(opened).spec.runIds).toEqual(opened.runIds);

  const before = all(app);
  expect(await example.open()).toEqual(opened);
  expect(all(app)).toEqual(before);
});

it('is asked for twice at once, and comes once', async () => {
  const app = openEmpty();
  const [first, second] = await Promise.all([
    app.services.example.open(),
    app.services.example.open(),
  ]);
  expect(second).toEqual(first);
  expect(app.services.reports.list({})).toHaveLength(1);
});

it('goes as a whole, and comes back as it was', async () => {
  const app = openEmpty();
  const { example } = app.services;
  await example.open();
  const before = all(app);
  expect((await example.remove()).runIds).toHaveLength(before.runs.length);
  expect(all(app)).toEqual(nothing);
  expect(await example.remove()).toEqual({ runIds: [] });
  await example.open();
  expect(all(app)).toEqual(before);
});

it('completes what somebody took away, and leaves what is not of it', async () => {
  const app = openEmpty();
  const { example, runs, reports, datasets } = app.services;
  const opened = await example.open();
  const [first = '', ...others] = opened.runIds;
  const [dataset = ''] = datasets.list({}).map(({ datasetId }) => datasetId);
  runs.remove({ runIds: [first] });
  await example.open();
  expect(runs.list({ runIds: [first] })).toHaveLength(1);

  const [own = ''] = runs
    .enqueue({ datasetId: dataset, configs: [{ variant: 'A', epochs: 1 }] })
    .map(({ runId }) => runId);
  const report = reports.save({ spec: reports.draft({ runIds: [...others, own] }) });
  await example.remove();
  expect(runs.list({}).map(({ runId }) => runId)).toEqual([own]);
  expect(datasets.list({}).map(({ datasetId }) => datasetId)).toEqual([dataset]);
  expect(reports.list({}).map(({ reportId }) => reportId)).toEqual([report.reportId]);
});

it('says in one sentence that its file is missing, or damaged', async () => {
  const resources = path.join(openTestApp().home, 'resources');
  mkdirSync(resources);
  const { home, remove } = openTestApp();
  afterAll(remove);
  await using closing = {
    app: openApp({ ...entries, home, resources, queue: 'process' }),
    async [Symbol.asyncDispose]() {
      await this.app.close();
    },
  };
  const { example, runs } = closing.app.services;
  const why = 'The example of this installation is missing or damaged. Install Twofold again.';
  await expect(example.open()).rejects.toThrow(why);
  expect(await example.state()).toEqual({ isHere: false });

  const copy = path.join(resources, 'example.twofold');
  const bytes = readFileSync(file);
  for (const damaged of [
    bytes.subarray(0, 1000),
    bytes.subarray(0, bytes.length / 2),
    Buffer.alloc(0),
  ]) {
    writeFileSync(copy, damaged);
    await expect(example.open()).rejects.toThrow(why);
    expect(runs.list({})).toEqual([]);
  }
  const plain = gunzipSync(bytes);
  plain[plain.length / 2] = (plain[plain.length / 2] ?? 0) ^ 1;
  writeFileSync(copy, plain);
  await expect(example.open()).rejects.toThrow(why);
  cpSync(file, copy);
  await example.open();
  expect(existsSync(path.join(home, 'runs'))).toBe(true);
  rmSync(resources, { recursive: true });
});
