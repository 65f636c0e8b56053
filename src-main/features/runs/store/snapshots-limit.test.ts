import { afterEach, expect, test } from 'vitest';

import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';

let runs: TestRuns;
afterEach(async () => {
  await runs.remove();
});

test('tables are thinned on request: epoch 0, best and last stay, and a trial drops nothing', async () => {
  runs = openTestRuns({ epochs: 6, valLosses: [0.5, 0.4, 0.3, 0.4, 0.5, 0.6] });
  const [run] = runs.service.start({ datasetId: 'd1', configs: [{ ...tinyConfig, epochs: 6 }] });
  const runId = run?.runId ?? '';
  await runs.service.follow(runId, () => undefined);
  const before = runs.service.summary(runId).diskBytes;
  const bytes = 2 * 100 * 2 * 4;
  const trial = runs.service.thinSnapshots({ runId, isTrial: true });
  expect(trial).toEqual({ epochs: [1, 2, 4, 5], bytes: 4 * bytes });
  // So does what a limit for all would drop.
  expect(runs.service.snapshotsBeyond({ limitBytes: 0 })).toEqual({ epochs: 4, bytes: 4 * bytes });
  expect(runs.service.snapshotsBeyond({ limitBytes: 6 * bytes })).toEqual({ epochs: 1, bytes });
  expect(runs.service.snapshotsBeyond({ limitBytes: 7 * bytes })).toEqual({ epochs: 0, bytes: 0 });
  expect(runs.service.thinSnapshots({ runId, every: 2 })).toEqual({
    epochs: [1, 5],
    bytes: 2 * bytes,
  });
  expect(runs.service.summary(runId).diskBytes).toBe(before - 2 * bytes);
  expect(runs.service.thinSnapshots({ runId })).toEqual({ epochs: [2, 4], bytes: 2 * bytes });
  expect(runs.service.thinSnapshots({ runId })).toEqual({ epochs: [], bytes: 0 });
});
