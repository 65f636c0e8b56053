import { rmSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { besideBaselineSchema } from '#contract/baseline.ts';
import type { Emit } from '#contract/index.ts';

import { addStoredRun, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { forkHost } from '../../../processes/host.ts';
import { trainBaselinesAhead } from './baselines-ahead.ts';
import { isBlobReferred, referredBlobs } from './results-store.ts';
import { findRow } from '../store/store.ts';

const testCount = 60;
let runs: TestRuns;
let spawned = 0;
beforeEach(() => {
  spawned = 0;
  runs = openTestRuns(
    {},
    {
      trainerEntry: programFile('trainer'),
      host: {
        spawn(options) {
          spawned += 1;
          return forkHost.spawn(options);
        },
      },
    },
    { trainCount: 80, testCount },
  );
});
afterEach(() => runs.remove());

/** Wrong on the first two of the test reviews. */
const probabilities = judging(testCount, (row) => row > 1);
const add = (runId: string, config: object = {}) => {
  addStoredRun(runs.databases, { runId, config, probabilities: [probabilities] });
};

const known = (runId: string) => runs.service.baselinesOf([runId], { isTrained: false });

describe('a baseline', () => {
  test('is trained once for all runs that read the same words of the same reviews', async () => {
    add('a');
    add('b', { variant: 'B', seed: 7, padding: 'post' });
    add('c', { numWords: 200 });
    add('d', { limit: 20 });
    const ask = () => runs.service.baselines({ runIds: ['a', 'b', 'c', 'd'], weights: 'best' });
    const [first] = await Promise.all([ask(), ask()]);
    // Of what the runs read: a and b, c, d. Of whole reviews: a to c, d.
    expect(spawned).toBe(5);
    for (const item of first) expect(besideBaselineSchema.parse(item)).toEqual(item);
    const keys = first.map(({ baseline }) => baseline?.key);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
    const wholeKeys = first.map(({ whole }) => whole?.baseline.key);
    expect(wholeKeys[2]).toBe(wholeKeys[0]);
    expect(new Set([...keys, ...wholeKeys]).size).toBe(5);
    expect(await ask()).toEqual(first);
    expect(spawned).toBe(5);
  });

  test('knows what the words tell, and stands beside a run review by review', async () => {
    add('a');
    // Every review holds "good" or "bad" by its label, and most of them other words at random.
    const [beside] = await runs.service.baselines({ runIds: ['a'], weights: 'best' });
    expect(beside?.baseline).toMatchObject({ accuracy: 52 / 60, valAccuracy: 0.875, words: 6 });
    expect(beside?.baseline?.confusion?.reduce((sum, n) => sum + n)).toBe(60);
    // Wilson's of 52 in 60.
    const [low = 0, high = 0] = beside?.baseline?.accuracyInterval ?? [];
    expect([low, high].map((share) => share.toFixed(4))).toEqual(['0.7583', '0.9309']);
    expect(beside?.paired?.rows).toBe(60);
    expect(beside?.paired?.difference).toBeCloseTo(58 / 60 - 52 / 60, 12);
  });

  test('is known afterwards without training, and its predictions stay', async () => {
    add('a');
    expect(await known('a')).toEqual([]);
    const [beside] = await runs.service.baselines({ runIds: ['a'], weights: 'best' });
    expect(await known('a')).toMatchObject([
      { runIds: ['a'], baseline: beside?.baseline },
      { runIds: ['a'], baseline: beside?.whole?.baseline },
    ]);
    expect(spawned).toBe(2);
    const hash = String(
      runs.databases.main.prepare('SELECT blob_hash FROM baselines').pluck().get(),
    );
    expect(isBlobReferred(runs.databases.main, hash)).toBe(true);
    expect(referredBlobs(runs.databases.main)).toContain(hash);
  });
});

describe('what cannot be had is told', () => {
  test('for a run without an epoch', async () => {
    addStoredRun(runs.databases, { runId: 'new', config: {}, state: 'queued' });
    const [beside] = await runs.service.baselines({ runIds: ['new'], weights: 'best' });
    expect(beside?.baseline?.accuracy).toBe(52 / 60);
    expect(beside).toMatchObject({
      paired: null,
      reason: expect.stringContaining('no complete epoch'),
    });
  });

  test('where the reviews are gone', async () => {
    add('a');
    rmSync(path.join(runs.home, 'd1.bin'));
    const [beside] = await runs.service.baselines({ runIds: ['a'], weights: 'best' });
    expect(beside).toMatchObject({ baseline: null, paired: null });
    expect(beside?.reason).toMatch(/\w/);
  });

  test('but what was trained stays known where the reviews went since, for their labels are', async () => {
    add('a');
    await runs.service.baselines({ runIds: ['a'], weights: 'best' });
    rmSync(path.join(runs.home, 'd1.bin'));
    expect(await known('a')).toHaveLength(2);
    const [beside] = await runs.service.baselines({ runIds: ['a'], weights: 'best' });
    expect(beside).toMatchObject({ baseline: { reading: 'run' }, reason: null });
  });
});

describe('ahead of time', () => {
  const lacks = async (runId: string) => (await known(runId)).length === 0;
  const ahead = () => {
    const listeners = new Set<Emit>();
    const service = trainBaselinesAhead({
      db: runs.databases.main,
      onEvent(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      prepare: runs.prepareBaselines,
      now: () => new Date(),
    });
    const changed = (runId: string) => {
      for (const listener of listeners) listener('runs.changed', { runId });
    };
    return { ...service, changed, listeners };
  };
  const set = (runId: string, columns: string, ...values: unknown[]) => {
    runs.databases.main
      .prepare(`UPDATE runs SET ${columns} WHERE run_id = ?`)
      .run(...values, runId);
  };
  const justNow = () => new Date().toISOString();

  test('those of a run that has just ended are trained, once', async () => {
    add('a');
    set('a', 'ended_at = ?', justNow());
    const { changed, done, close } = ahead();
    changed('a');
    changed('a');
    await done();
    expect(spawned).toBe(2);
    expect(await known('a')).toHaveLength(2);
    await close();
  });

  test('not those of a run that ended long ago, trains, or is gone', async () => {
    for (const runId of ['old', 'trains', 'gone']) add(runId);
    set('old', 'ended_at = ?', '2020-01-01T00:00:00.000Z');
    set('trains', `ended_at = NULL, state = 'running'`);
    set('gone', 'ended_at = ?, deleted_at = ?', justNow(), justNow());
    const { changed, done, close } = ahead();
    for (const runId of ['old', 'trains', 'gone', 'unknown']) changed(runId);
    await done();
    expect(spawned).toBe(0);
    await close();
  });

  test('nothing is trained beside a run, and nothing is left where it is cancelled', async () => {
    add('a');
    add('other');
    set('a', 'ended_at = ?', justNow());
    const { changed, done, close, listeners } = ahead();
    changed('a');
    const first = done();
    set('other', `state = 'running', supervisor_pid = 1`);
    await vi.waitFor(() => expect(spawned).toBe(1));
    changed('other');
    await first;
    expect(await lacks('a')).toBe(true);
    await done();
    expect(spawned).toBe(1);
    set('other', `state = 'finished', supervisor_pid = NULL`);
    await done();
    expect(await known('a')).toHaveLength(2);
    await close();
    expect(listeners.size).toBe(0);
  });

  test('closing ends one that is under way, and stores nothing', async () => {
    add('a');
    set('a', 'ended_at = ?', justNow());
    const { changed, done, close } = ahead();
    changed('a');
    const all = done();
    await close();
    await all;
    expect(runs.databases.main.prepare('SELECT COUNT(*) FROM baselines').pluck().get()).toBe(0);
    await runs.close('stop');
  });

  test('who comes to wait for one keeps it from being cancelled', async () => {
    add('a');
    const controller = new AbortController();
    const row = findRow(runs.databases.main, 'a');
    const prepared = runs.prepareBaselines(row, controller.signal);
    const asked = runs.service.baselines({ runIds: ['a'], weights: 'best' });
    await Promise.resolve();
    controller.abort();
    expect((await asked)[0]?.baseline?.accuracy).toBe(52 / 60);
    await prepared;
    expect(spawned).toBe(2);
  });
});
