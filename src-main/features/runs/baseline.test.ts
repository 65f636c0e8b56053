import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { besideBaselineSchema } from '#contract/baseline.ts';

import { addStoredRun, judging } from '../../testing/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../testing/test-runs.ts';
import { forkHost } from '../../trainer/host.ts';
import { isBlobReferred, referredBlobs } from './results-store.ts';

const testCount = 60;
let runs: TestRuns;
let spawned = 0;
beforeEach(() => {
  spawned = 0;
  runs = openTestRuns(
    {},
    {
      trainerEntry: fileURLToPath(new URL('../../trainer/child/entry.ts', import.meta.url)),
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

describe('a baseline', () => {
  test('is trained once for all runs that read the same words of the same reviews', async () => {
    add('a');
    add('b', { variant: 'B', seed: 7, padding: 'post' });
    add('c', { numWords: 200 });
    add('d', { limit: 20 });
    const ask = () => runs.service.baselines(['a', 'b', 'c', 'd'], 'best');
    const [first] = await Promise.all([ask(), ask()]);
    expect(spawned).toBe(3);
    for (const item of first) expect(besideBaselineSchema.parse(item)).toEqual(item);
    const keys = first.map(({ baseline }) => baseline?.key);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
    expect(await ask()).toEqual(first);
    expect(spawned).toBe(3);
  });

  test('knows what the words tell, and stands beside a run review by review', async () => {
    add('a');
    // Every review holds "good" or "bad" by its label, and most of them other words at random.
    const [beside] = await runs.service.baselines(['a'], 'best');
    expect(beside?.baseline).toMatchObject({ accuracy: 0.85, valAccuracy: 0.8125, words: 6 });
    expect(beside?.baseline?.confusion?.reduce((sum, n) => sum + n)).toBe(60);
    expect(beside?.paired?.rows).toBe(60);
    expect(beside?.paired?.difference).toBeCloseTo(58 / 60 - 0.85, 12);
  });

  test('is known afterwards without training, and its predictions stay', async () => {
    add('a');
    expect(await runs.service.knownBaseline('a')).toBeNull();
    const [beside] = await runs.service.baselines(['a'], 'best');
    expect(await runs.service.knownBaseline('a')).toEqual(beside?.baseline);
    expect(spawned).toBe(1);
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
    const [beside] = await runs.service.baselines(['new'], 'best');
    expect(beside?.baseline?.accuracy).toBe(0.85);
    expect(beside).toMatchObject({
      paired: null,
      reason: expect.stringContaining('no complete epoch'),
    });
  });

  test('where the reviews are gone', async () => {
    add('a');
    rmSync(path.join(runs.home, 'd1.bin'));
    const [beside] = await runs.service.baselines(['a'], 'best');
    expect(beside).toMatchObject({ baseline: null, paired: null });
    expect(beside?.reason).toMatch(/\w/);
  });

  test('where they went after it was trained', async () => {
    add('a');
    await runs.service.baselines(['a'], 'best');
    rmSync(path.join(runs.home, 'd1.bin'));
    expect(await runs.service.knownBaseline('a')).toBeNull();
    const [beside] = await runs.service.baselines(['a'], 'best');
    expect(beside).toMatchObject({ baseline: null, reason: expect.stringContaining('d1.bin') });
  });
});
