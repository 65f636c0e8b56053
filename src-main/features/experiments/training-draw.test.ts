import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { configurationKey } from '#core/experiment/grouping.ts';
import { verdictLines } from '#core/experiment/verdict-items.ts';

import { addStoredRun, judging } from '../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../testing/test-runs.ts';
import { createExperimentsService } from './service.ts';

const count = 1000;
let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns({}, {}, { testCount: count });
});
afterEach(() => runs.remove());

const judge = (runIds: readonly string[]) =>
  createExperimentsService({
    db: runs.databases.main,
    runs: runs.service,
    marginPoints: () => 0.25,
  }).judge({ runIds, weights: 'best' });

/** Three seeds of A and B; returns their ids. */
function addPairs(config: object): string[] {
  return [1, 2, 3].flatMap((seed) =>
    (['A', 'B'] as const).map((variant) => {
      const runId = `${variant.toLowerCase()}${seed}`;
      const wrong = (variant === 'A' ? 150 : 120) + seed;
      addStoredRun(runs.databases, {
        runId,
        config: { variant, seed, ...config },
        probabilities: [judging(count, (row) => row >= wrong)],
      });
      return runId;
    }),
  );
}

describe('a verdict says whether it is conditional on one draw of the training sample', () => {
  test.each([
    ['fixed', { limit: 100 }, 'conditional on one draw of the training sample'],
    ['fixed', { validation: 0.3 }, 'conditional on one draw of the training sample'],
    ['seed', { subset: 'seed' }, 'Each seed drew its own training sample'],
    ['none', { validation: 'test', subset: 'seed' }, null],
  ])('%s', async (trainingDraw, config, words) => {
    const judgement = await judge(addPairs(config));
    expect(judgement.trainingDraw).toBe(trainingDraw);
    const said = verdictLines(judgement).join('\n');
    if (words === null) expect(said).not.toMatch(/training sample/);
    else expect(said).toContain(words);
  });
});

describe('runs that an earlier version stored, without the field', () => {
  test('are of one draw, and the same configuration as runs of today', async () => {
    const runIds = addPairs({ limit: 100 });
    const keys = runIds.map((runId) => configurationKey(runs.service.get({ runId }).config));
    const db = runs.databases.main;
    db.prepare(`UPDATE runs SET config = json_remove(config, '$.subset')`).run();
    const stored = db.prepare(`SELECT json_type(config, '$.subset') FROM runs`).pluck();
    expect(stored.all()).toEqual(runIds.map(() => null));
    for (const [index, runId] of runIds.entries()) {
      const { config } = runs.service.get({ runId });
      expect(config.subset).toBe('fixed');
      expect(configurationKey(config)).toBe(keys[index]);
    }
    expect(runs.service.list({})).toHaveLength(runIds.length);
    const judgement = await judge(runIds);
    expect(judgement).toMatchObject({ trainingDraw: 'fixed', verdict: { seeds: 3 } });
    const { configDiff, concerns } = await runs.service.compare({
      runIds: ['a1', 'b1'],
      weights: 'best',
    });
    expect(Object.keys(configDiff)).not.toContain('subset');
    expect(concerns).toEqual([]);
  });

  test('are paired with runs of today', async () => {
    const runIds = addPairs({ limit: 100 });
    runs.databases.main
      .prepare(`UPDATE runs SET config = json_remove(config, '$.subset') WHERE variant = 'A'`)
      .run();
    expect((await judge(runIds)).verdict.seeds).toBe(3);
  });
});
