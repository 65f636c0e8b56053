import { afterAll, beforeAll, expect, test } from 'vitest';

import { addStoredRun, addTable, judging } from '../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../testing/test-runs.ts';
import { createSystemService } from './service.ts';

let runs: TestRuns;
beforeAll(() => {
  runs = openTestRuns();
});
afterAll(() => runs.remove());

test('says what embedding snapshots take: float32, equal tables once', async () => {
  const { databases } = runs;
  const probe = () => Promise.reject(new Error('not here'));
  const of = { db: databases.main, home: '.', twofoldVersion: '0.0.0', probe };
  const { info } = createSystemService(of);
  expect((await info()).snapshotBytes).toBe(0);
  const config = { variant: 'B', seed: 1, numWords: 100, embeddingDim: 3 } as const;
  addStoredRun(databases, { runId: 'b', config, probabilities: [judging(4, () => true, 1)] });
  const values = Float32Array.from({ length: 30 }, (_, at) => at);
  addTable(databases, 'b', { branch: 'shared', epoch: 0, dims: 3, values });
  addTable(databases, 'b', { branch: 'shared', epoch: 1, dims: 3, values });
  expect((await info()).snapshotBytes).toBe(120);
  const changed = values.map((value) => value + 1);
  addTable(databases, 'b', { branch: 'shared', epoch: 2, dims: 3, values: changed });
  expect((await info()).snapshotBytes).toBe(240);
});
