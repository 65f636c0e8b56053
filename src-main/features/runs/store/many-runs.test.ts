import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { calls } from '#contract/index.ts';
import { resolveConfig } from '#core/config/run-config.ts';

import { addStoredRun } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';
import { experimentNames, findExperiment } from '../../experiments/store.ts';
import { findFairRuns, knownRuns } from '../results/fair-runs.ts';
import { ownIdentity } from '../train/process-identity.ts';
import {
  nextWaiting,
  putFirst,
  queuedRows,
  runningRuns,
  waitingRuns,
} from '../start/queue-store.ts';
import { insertSteps } from '../results/steps-store.ts';
import {
  claimedRuns,
  deletedBefore,
  getRun,
  listRuns,
  namedRuns,
  requestsOf,
  requeue,
} from './store.ts';

let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns({});
});
afterEach(async () => {
  await runs.remove();
});

const add = (...runIds: string[]): void => {
  for (const runId of runIds)
    addStoredRun(runs.databases, { runId, config: {}, probabilities: [] });
};
const idsOf = (...selection: Parameters<TestRuns['service']['list']>): string[] =>
  runs.service.list(...selection).map(({ runId }) => runId);

describe('pages of runs', () => {
  beforeEach(() => {
    add('a', 'b', 'c', 'd', 'e');
  });

  test('begin with the newest and go on behind a run', () => {
    expect(idsOf({ limit: 2 })).toEqual(['e', 'd']);
    expect(idsOf({ limit: 2, before: 'd' })).toEqual(['c', 'b']);
    expect(idsOf({ limit: 2, before: 'b' })).toEqual(['a']);
    expect(idsOf({ before: 'd' })).toEqual(['c', 'b', 'a']);
    expect(idsOf({ before: 'c', runIds: ['d', 'c', 'b'] })).toEqual(['b']);
  });

  test('go on behind a run that went to the trash meanwhile', () => {
    runs.service.remove({ runIds: ['d', 'b'] });
    expect(idsOf({ limit: 2, before: 'd' })).toEqual(['c', 'a']);
    expect(idsOf({ isTrash: true, limit: 1 })).toEqual(['d']);
    expect(idsOf({ isTrash: true, limit: 1, before: 'd' })).toEqual(['b']);
  });

  test('have at least a run and at most a thousand', () => {
    const { input } = calls['runs.list'];
    for (const limit of [0, -1, 1.5, 1001, '10'])
      expect(input.safeParse({ limit }).success).toBe(false);
    expect(input.parse({ limit: 1000, before: 'a' })).toEqual({ limit: 1000, before: 'a' });
  });

  test('say it where the run behind which they go on is nowhere', () => {
    expect(() => idsOf({ before: 'gone' })).toThrow(/gone/);
  });
});

test('a run is found by its name, its id, or the beginning of its id, whichever place it is in', () => {
  add('abc1', 'abd2');
  runs.service.rename({ runId: 'abd2', name: 'abc1' });
  expect(runs.service.resolve('abc1')).toBe('abc1');
  expect(runs.service.resolve(' abd ')).toBe('abd2');
  expect(() => runs.service.resolve('ab')).toThrow(/abd2.*abc1/);
  expect(() => runs.service.resolve('b')).toThrow(/no run/);
  runs.service.remove({ runIds: ['abd2'] });
  expect(() => runs.service.resolve('abd2')).toThrow(/trash/);
  expect(runs.service.resolve('abd', { isTrash: true })).toBe('abd2');
});

/** How SQLite carries out all that `work` asks of the main database. */
function plansOf(work: (db: TestRuns['databases']['main']) => unknown): string[] {
  const db = runs.databases.main;
  const prepare = db.prepare.bind(db);
  const asked: string[] = [];
  db.prepare = (sql: string) => {
    asked.push(sql);
    return prepare(sql);
  };
  try {
    work(runs.databases.main);
  } finally {
    db.prepare = prepare;
  }
  expect(asked).not.toEqual([]);
  return asked.flatMap((sql) => {
    const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
    const unnamed = [...sql.matchAll(/\?/g)].map(() => null);
    const statement = prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const steps = (
      names.length > 0 ? statement.all(Object.fromEntries(names)) : statement.all(...unnamed)
    ) as { detail: string }[];
    return steps.map(({ detail }) => detail);
  });
}

describe('of thousands of runs not all are read', () => {
  const config = (() => {
    const resolved = resolveConfig({});
    if (!resolved.ok) throw new Error('The defaults are sound.');
    return resolved.config;
  })();
  const me = ownIdentity();
  const figures = Float32Array.of(1, 1);
  const steps = {
    epoch: 1,
    steps: Int32Array.of(1, 2),
    seconds: Float64Array.of(1, 2),
    ...{ loss: figures, accuracy: figures, gradientNorm: figures, samplesPerSecond: figures },
  };

  test.each<[string, (db: TestRuns['databases']['main']) => unknown]>([
    ['the newest page', (db) => listRuns(db, { limit: 200 })],
    ['a later page', (db) => listRuns(db, { limit: 200, before: 'known' })],
    ['runs that changed', (db) => listRuns(db, { runIds: ['known'] })],
    ['a run', (db) => getRun(db, 'known')],
    ['runs by a name', (db) => namedRuns(db, 'known', false)],
    ['runs that are compared', (db) => findFairRuns(db, ['known'])],
    ['a run like another', (db) => knownRuns(db).like('hash', config)],
    ['an experiment', (db) => findExperiment(db, 'e1')],
    ['the names of experiments', (db) => experimentNames(db)],
    ['the next to train', (db) => nextWaiting(db)],
    ['the queue', (db) => [queuedRows(db), runningRuns(db), waitingRuns(db)]],
    ['a place at the end of the queue', (db) => requeue(db, 'known', null)],
    [
      'a place at its beginning',
      (db) => {
        putFirst(db, 'known');
      },
    ],
    ['what others train', (db) => [claimedRuns(db), requestsOf(db, me)]],
    [
      'new steps',
      (db) => {
        insertSteps(db, 1, steps);
      },
    ],
    ['an old trash', (db) => deletedBefore(db, '2026')],
    ['an estimate', () => runs.service.estimate({ datasetId: 'd1', config: {} })],
  ])('%s', (_, work) => {
    add('known');
    expect(
      plansOf(work).filter((step) => /^SCAN (runs|r|epochs|step_blocks)\b/.test(step)),
    ).toEqual([]);
  });

  test('a page is not sorted', () => {
    add('known');
    const plan = plansOf((db) => listRuns(db, { limit: 200, before: 'known' }));
    expect(plan).toContain('SEARCH r USING INTEGER PRIMARY KEY (rowid<?)');
    expect(plan.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
  });

  test('a run like another is found by its settings', () => {
    add('known');
    expect(plansOf((db) => knownRuns(db).like('hash', config)).join('\n')).toMatch(
      /SEARCH r USING INDEX runs_by_settings \(dataset_id=\? AND (<expr>=\?( AND )?){5}\)/,
    );
  });
});

test('a run with the same settings is found, and whether another is better, as a look at all would', () => {
  const kept = [
    { runId: 'a', config: { seed: 1 } },
    { runId: 'b', config: { seed: 1, maxLength: 40 } },
    { runId: 'c', config: { seed: 2 } },
    { runId: 'd', config: { seed: 1, numWords: 500 } },
  ];
  for (const one of kept)
    addStoredRun(runs.databases, {
      ...one,
      probabilities: [Float32Array.from({ length: 4 }, (_, row) => (row % 2 === 0 ? 0.2 : 0.8))],
    });
  const { main: db } = runs.databases;
  const known = knownRuns(db);
  const [a] = findFairRuns(db, ['a']);
  if (a === undefined) throw new Error('It was stored.');
  expect(known.like(a.datasetHash, a.config).map(({ runId }) => runId)).toEqual(['d', 'a']);
  expect(known.all(a.datasetHash).map(({ runId }) => runId)).toEqual(['d', 'c', 'b', 'a']);
  expect(known.like('other', a.config)).toEqual([]);
  runs.service.remove({ runIds: ['d'] });
  expect(known.like(a.datasetHash, a.config).map(({ runId }) => runId)).toEqual(['a']);

  const setAccuracy = db.prepare(
    `UPDATE epochs SET test_accuracy = ? WHERE run_key = (SELECT run_key FROM runs WHERE run_id = ?)`,
  );
  setAccuracy.run(0.5, 'a');
  setAccuracy.run(0.75, 'c');
  setAccuracy.run(0.5, 'b');
  expect(known.hasBetter(a, 0.5)).toBe(true);
  expect(known.hasBetter(a, 0.75)).toBe(false);
  expect(known.hasBetter({ ...a, config: { ...a.config, validation: 'test' } }, 0.1)).toBe(false);
  expect(known.hasBetter({ ...a, config: { ...a.config, limit: 10 } }, 0.1)).toBe(false);
});
