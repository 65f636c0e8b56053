import { afterEach, beforeEach, expect, test } from 'vitest';

import { addStoredRun, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';

let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns({}, {}, { testCount: 12 });
});
afterEach(() => runs.remove());

test('curves over all thresholds of each run, from nothing called positive to everything', async () => {
  const right = judging(12, () => true);
  addStoredRun(runs.databases, { runId: 'right', config: {}, probabilities: [right] });
  addStoredRun(runs.databases, {
    runId: 'wrong',
    config: {},
    probabilities: [judging(12, () => false)],
  });
  const [best, worst] = await runs.service.rankings({
    runIds: ['right', 'wrong'],
    weights: 'best',
  });
  expect(best).toMatchObject({
    runId: 'right',
    rocArea: 1,
    averagePrecision: 1,
    positiveShare: 0.5,
  });
  expect(worst).toMatchObject({ runId: 'wrong', rocArea: 0 });
  for (const { x, y } of [best!.roc, worst!.roc]) {
    expect([x[0], y[0], x.at(-1), y.at(-1)]).toEqual([0, 0, 1, 1]);
    expect(x.length).toBe(y.length);
  }
  expect(best?.precisionRecall.y[0]).toBe(1);
});

test('a run that has judged nothing is left out', async () => {
  addStoredRun(runs.databases, {
    runId: 'a',
    config: {},
    probabilities: [judging(12, () => true)],
  });
  addStoredRun(runs.databases, { runId: 'none', config: { seed: 2 }, probabilities: [] });
  const found = await runs.service.rankings({ runIds: ['none', 'a'], weights: 'best' });
  expect(found.map(({ runId }) => runId)).toEqual(['a']);
});
