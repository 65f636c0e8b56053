import { afterEach, beforeEach, expect, test } from 'vitest';

import { judgedReviewsSchema } from '#contract/evaluation.ts';

import { addStoredRun, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';

let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns({}, {}, { testCount: 12 });
});
afterEach(() => runs.remove());

test('the test reviews of a run come with what is known of each', async () => {
  const probabilities = [judging(12, () => true), judging(12, (row) => row > 2)];
  addStoredRun(runs.databases, { runId: 'a', config: {}, probabilities });
  const last = await runs.service.reviews({ runId: 'a', weights: 'last' });
  expect(judgedReviewsSchema.parse(last)).toEqual(last);
  expect(last).toMatchObject({
    runId: 'a',
    epoch: 2,
    rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  });
  expect(last.probabilities).toEqual([...probabilities[1]!]);
  expect(last.labels.slice(0, 4)).toEqual([0, 1, 0, 1]);
  // Start, a word out of vocabulary, two words, and from row 8 on a word or two more.
  expect(last.lengths?.slice(0, 9)).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 6]);
  expect(last.oovShares?.[0]).toBeCloseTo(1 / 3, 12);
  expect(last.cutShares?.every((share) => share === 0)).toBe(true);
  expect(last.ratings?.slice(0, 2)).toEqual([2, 9]);
  const first = await runs.service.reviews({ runId: 'a', weights: { epoch: 1 } });
  expect(first.probabilities).toEqual([...probabilities[0]!]);
});

test('an epoch that was never there is refused', async () => {
  addStoredRun(runs.databases, {
    runId: 'a',
    config: {},
    probabilities: [judging(12, () => true)],
  });
  await expect(runs.service.reviews({ runId: 'a', weights: { epoch: 5 } })).rejects.toMatchObject({
    kind: 'notFound',
  });
});
