import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import { importedBundleSchema } from '#contract/bundle.ts';
import { exportedFileSchema } from '#contract/dataset.ts';

import { openDatabases } from '../db/open.ts';
import { addExperiment, addStoredRun, judging } from '../testing/builders/stored-runs.ts';
import { openTestCli, type TestCli } from '../testing/test-cli.ts';
import { addTestDataset } from '../testing/test-dataset.ts';

const from = openTestCli();
const into = openTestCli();
const count = 12;
afterAll(() => {
  from.remove();
  into.remove();
});

beforeAll(() => {
  const databases = openDatabases(from.home);
  addTestDataset(databases.main, from.home);
  addExperiment(databases, 'pilot', 'pilot');
  for (let index = 1; index <= count; index += 1) {
    addStoredRun(databases, {
      runId: `r${index}`,
      config: { variant: index % 2 === 0 ? 'A' : 'B', seed: index },
      probabilities: [judging(4, () => true, index)],
      experimentId: 'pilot',
    });
  }
  databases.close();
});

const all = Array.from({ length: count }, (_, index) => `r${index + 1}`);
const bundle = path.join(from.folder, 'pilot.twofold');
const runIds = async (cli: TestCli) =>
  (await cli.json(z.array(z.looseObject({ runId: z.string() })), 'runs', 'list')).map(
    ({ runId }) => runId,
  );

it('writes runs to a file, relative to where the user stands', async () => {
  const written = await from.json(
    exportedFileSchema,
    'bundle',
    'export',
    ...all,
    '--out',
    'pilot.twofold',
  );
  expect(written).toEqual({ path: bundle, bytes: readFileSync(bundle).length });
});

it('leaves a file that is there, and says what is wrong with what it is asked', async () => {
  const before = readFileSync(bundle);
  const cases: [string[], number, RegExp][] = [
    [['export', 'r1', '--out', 'pilot.twofold'], 1, /is there already.*--force/],
    [['export', 'r1'], 2, /needs --out F/],
    [['export', 'nobody', '--out', 'x.twofold'], 2, /nobody/],
    [['import', 'none.twofold'], 2, /none\.twofold does not exist/],
  ];
  for (const [args, code, sentence] of cases) {
    const outcome = await from.twofold('bundle', ...args);
    expect([outcome.code, outcome.stdout, outcome.stderr]).toEqual([
      code,
      '',
      expect.stringMatching(sentence),
    ]);
  }
  expect(readFileSync(bundle).equals(before)).toBe(true);
  expect(readdirSync(from.folder).sort()).toEqual(['home', 'pilot.twofold']);
});

it('two processes that import the same at once leave every run there once', async () => {
  const importing = () => into.json(importedBundleSchema, 'bundle', 'import', bundle);
  const both = await Promise.all([importing(), importing()]);
  expect(both.flatMap(({ runs }) => runs).toSorted()).toEqual(all.toSorted());
  for (const { runs, skipped } of both) {
    expect([...runs, ...skipped.map(({ runId }) => runId)].toSorted()).toEqual(all.toSorted());
  }
  expect(await runIds(into)).toEqual(all.toReversed());
  expect(readdirSync(path.join(into.home, 'datasets'))).toEqual([]);
});

it('says for people what came, what stayed and what is missing', async () => {
  const { code, stdout } = await into.twofold('bundle', 'import', bundle);
  expect(code).toBe(0);
  expect(stdout).toContain('Left as it is: "run r1" is here already.');
  expect(stdout).toMatch(/The reviews of "Dataset d1" are not in this home.*content hash d10+/);
  const damaged = path.join(into.folder, 'damaged.twofold');
  writeFileSync(damaged, readFileSync(bundle).subarray(0, 20_000));
  const refused = await into.twofold('bundle', 'import', damaged);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/^damaged\.twofold is cut off: its end is missing/),
  ]);
});

it('what a bundle brought without its reviews is listed and shown with what is there', async () => {
  const experiments = await into.json(
    z.array(z.looseObject({ verdict: z.looseObject({ sentence: z.string() }) })),
    'experiments',
    'list',
  );
  expect(experiments.map(({ verdict }) => verdict.sentence)).toEqual([
    expect.stringMatching(/^Not comparable: the reviews of "Dataset d1" are not in this/i),
  ]);
  const predictions = await into.json(
    z.array(z.strictObject({ row: z.int(), label: z.null(), probability: z.number() })),
    'runs',
    'predictions',
    'r1',
  );
  expect(predictions.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
  expect(predictions.map(({ probability }) => probability)).toEqual([
    ...Float32Array.from(judging(4, () => true, 1)),
  ]);
  for (const args of [
    ['runs', 'predictions', 'r1'],
    ['experiments', 'show', 'pilot'],
    ['compare', 'r1', 'r2'],
  ]) {
    const { code, stdout, stderr } = await into.twofold(...args);
    expect([args, code]).toEqual([args, 0]);
    expect(stdout + stderr).toMatch(/the reviews of "Dataset d1" are not in this/i);
  }
  expect((await into.twofold('data', 'list')).stdout).toMatch(/reviews\n.*Dataset d1.*not here\n/);
  expect((await from.twofold('data', 'list')).stdout).not.toMatch(/reviews/);
});
