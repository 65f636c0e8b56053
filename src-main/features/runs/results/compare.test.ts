import { afterEach, beforeEach, expect, test } from 'vitest';

import { comparisonSchema } from '#contract/comparison.ts';

import { addStoredRun, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';

const count = 100;
let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns({}, {}, { testCount: count });
  const right = judging(count, () => true);
  addStoredRun(runs.databases, { runId: 'a', config: {}, probabilities: [right] });
  addStoredRun(runs.databases, {
    runId: 'b',
    config: { variant: 'B' },
    probabilities: [judging(count, (row) => row > 9)],
  });
  addStoredRun(runs.databases, { runId: 'nan', config: {}, state: 'diverged' });
  addStoredRun(runs.databases, { runId: 'damaged', config: {}, probabilities: [right] });
  runs.databases.main
    .prepare(`UPDATE runs SET config = json_remove(config, '$.filters') WHERE run_id = 'damaged'`)
    .run();
});
afterEach(async () => {
  await runs.remove();
});

const compare = async (runIds: readonly string[], weights: 'best' | { epoch: number } = 'best') =>
  comparisonSchema.parse(await runs.service.compare({ runIds, weights }));

test('a run whose settings are damaged neither predicts, nor is it verified or started from', async () => {
  const damaged = /stored settings of "run damaged" are damaged. Restore a backup/;
  const { service } = runs;
  await expect(service.predictTexts('damaged', ['good'], 'best')).rejects.toThrow(damaged);
  await expect(service.verify('damaged')).rejects.toThrow(damaged);
  const configs = [{ variant: 'A' as const, startFrom: 'damaged@1' }];
  expect(() => service.start({ datasetId: 'd1', configs })).toThrow(damaged);
});

test('a run that cannot be compared is named with the reason, the others are', async () => {
  const { runIds, paired, pairs, concerns, configDiff } = await compare([
    'nan',
    'damaged',
    'a',
    'b',
  ]);
  expect(runIds).toEqual(['a', 'b', 'nan', 'damaged']);
  expect(paired).toMatchObject({ rows: count, onlyFirstRight: 10 });
  expect(pairs.map(({ reason }) => reason)).toEqual([
    null,
    '"run nan" ended (diverged) before an epoch was complete, so there are no predictions.',
    'The stored settings of "run damaged" are damaged. Restore a backup that was made before the damage.',
  ]);
  expect(configDiff['filters']).toEqual([2, 2, 2, null]);
  expect(concerns.find(({ runIds: [id] }) => id === 'nan')?.reasons[0]?.sentence).toMatch(
    /^It diverged/,
  );
});

test('an epoch that too few have is refused with the last there is', async () => {
  await expect(compare(['a', 'b'], { epoch: 99 })).rejects.toMatchObject({
    kind: 'notFound',
    message: '"run a" has no epoch 99: its last one is 1.',
  });
  expect((await compare(['a', 'b'], { epoch: 1 })).paired).not.toBeNull();
});

test('the figures of a run are those that a comparison has, and null where there are no predictions', async () => {
  const figures = await runs.service.figures({ runIds: ['a', 'nan', 'damaged'] });
  const { metrics } = await runs.service.measure(['a'], 'best');
  for (const [key, value] of Object.entries(figures['a'] ?? {}))
    if (key !== 'accuracy' && key !== 'loss')
      expect([key, metrics[0]?.[key]]).toEqual([key, value]);
  expect(figures['a']).toMatchObject({ accuracy: 1, rocArea: 1 });
  expect(figures['nan']).toMatchObject({ accuracy: null, rocArea: null });
  expect(figures['damaged']).toEqual(figures['nan']);
});
