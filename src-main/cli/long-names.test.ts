import { statSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { toFailure } from '#contract/failure.ts';

import { openDatabases } from '../db/open.ts';
import { addTestDataset } from '../testing/test-dataset.ts';
import { addExperiment, addStoredRun, judging } from '../testing/builders/stored-runs.ts';
import { openTestCli } from '../testing/test-cli.ts';

const cli = openTestCli();
/** 300 bytes in 100 letters: file systems count bytes, and take 255. */
const long = '가'.repeat(100);

beforeAll(() => {
  const databases = openDatabases(cli.home);
  addTestDataset(databases.main, cli.home);
  addExperiment(databases, 'pilot', 'pilot');
  addStoredRun(databases, {
    runId: 'r1',
    config: { variant: 'A', seed: 1 },
    probabilities: [judging(4, () => true, 0)],
    experimentId: 'pilot',
  });
  databases.close();
});
afterAll(cli.remove);

test.each([
  ['data', 'import', `${long}.csv`],
  ['bundle', 'import', `${long}.twofold`],
  ['runs', 'import-curves', `${long}.csv`],
  ['embeddings', 'import', `${long}.npy`],
  ['bundle', 'export', 'r1', '--out', `${long}.twofold`],
  ['export', 'report', 'r1', '--format', 'tensorboard', '--out', long],
])('%s %s says that a name is too long in one sentence', async (...args) => {
  const { code, stdout, stderr } = await cli.twofold(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^No file can have that name: it is too long[^\n]*\n$/);
});

test('a name with a NUL is refused in the same words', () => {
  let failure;
  try {
    statSync('a\0b');
  } catch (error) {
    failure = toFailure(error);
  }
  expect(failure).toMatchObject({
    kind: 'storage',
    message: expect.stringMatching(/^No file can have that name/) as string,
  });
});
