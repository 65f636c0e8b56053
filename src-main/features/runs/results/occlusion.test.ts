import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { occlusionSchema } from '#contract/evaluation.ts';
import type { PredictJob } from '#contract/trainer.ts';

import { addStoredRun, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';
import { occludeSentence } from './occlusion.ts';
import { bestWeightsFile } from '../store/places.ts';
import { findRow } from '../store/store.ts';

let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns();
});
afterEach(() => runs.remove());

/** A model that adds up the ids of a sequence: a hundredth for each. */
function predict({ ids, count, config }: PredictJob): Promise<{ probabilities: Float32Array }> {
  const probabilities = Float32Array.from({ length: count }, (_, index) =>
    ids
      .subarray(index * config.maxLength, (index + 1) * config.maxLength)
      .reduce((sum, id) => sum + id / 100, 0),
  );
  return Promise.resolve({ probabilities });
}

test.each(['pre', 'post'] as const)(
  'each known word is left out once, pads at %s',
  async (padding) => {
    addStoredRun(runs.databases, {
      runId: 'a',
      config: { padding },
      probabilities: [judging(4, () => true)],
    });
    mkdirSync(path.join(runs.home, 'runs', 'a'), { recursive: true });
    writeFileSync(bestWeightsFile(runs.home, 'a'), '');
    const parts = { datasets: runs.datasets, predict, home: runs.home };
    const row = findRow(runs.databases.main, 'a');
    const review = { kind: 'review', split: 'test', row: 0 } as const;
    const occlusion = await occludeSentence(parts, row, review, 'best');
    expect(occlusionSchema.parse(occlusion)).toEqual(occlusion);
    // "A bad, dull film": start 1, out of vocabulary 2, bad 5, dull 9, film 6.
    expect(occlusion.probability).toBeCloseTo(0.23, 6);
    expect(occlusion.tokens.map(({ word }) => word)).toEqual(['a', 'bad', 'dull', 'film']);
    const changes = occlusion.tokens.map(({ change }) => change);
    expect(changes[0]).toBeNull();
    for (const [index, change] of [0.03, 0.07, 0.04].entries())
      expect(changes[index + 1]).toBeCloseTo(change, 6);
    const typed = { kind: 'text', text: 'A bad, dull film' } as const;
    expect(await occludeSentence(parts, row, typed, 'best')).toEqual(occlusion);
  },
);
