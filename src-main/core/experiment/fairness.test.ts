import { describe, expect, test } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';

import { resolveConfig } from '../config/run-config.ts';
import { luckOfTheBest } from '../statistics/luck.ts';
import { isRival, type FairRun, type KnownRuns } from './fair-run.ts';
import * as fairness from './fairness.ts';

let made = 0;
function run(input: RunConfigInput, more: Partial<FairRun> = {}): FairRun {
  const resolved = resolveConfig({ variant: 'A', ...input });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.errors));
  made += 1;
  return {
    runId: `run${made}`,
    config: resolved.config,
    state: 'finished',
    dataset: 'data1',
    datasetHash: 'hash1',
    accuracy: 0.87,
    epochCount: 7,
    ...more,
  };
}
/** Newest first, as a home gives them. */
const knownOf = (known: readonly FairRun[]): KnownRuns => ({
  all: (datasetHash) => known.filter((of) => of.datasetHash === datasetHash),
  like: () => known,
  hasBetter: (than, accuracy) =>
    known.some((of) => isRival(of, than) && (of.accuracy ?? 0) > accuracy),
});
const concernsOf = (runs: readonly FairRun[], known: readonly FairRun[]) =>
  fairness.concernsOf(runs, knownOf(known));
const kinds = (runs: readonly FairRun[], known: readonly FairRun[] = runs) =>
  concernsOf(runs, known).flatMap(({ reasons }) => reasons.map(({ kind }) => kind));

describe('a fair comparison', () => {
  test('is A against B, a single setting, or seeds of both', () => {
    expect(concernsOf([run({}), run({ variant: 'B' })], [])).toEqual([]);
    expect(concernsOf([run({}), run({ maxLength: 400 })], [])).toEqual([]);
    expect(concernsOf([run({}), run({ seed: 2 })], [])).toEqual([]);
    const seeds = [1, 2].flatMap((seed) => [run({ seed }), run({ variant: 'B', seed })]);
    expect(concernsOf(seeds, seeds)).toEqual([]);
  });

  test('does not mind how fast a run was or what is kept of it', () => {
    expect(concernsOf([run({}), run({ variant: 'B', threads: 1, snapshots: 'ends' })], [])).toEqual(
      [],
    );
  });
});

describe('what speaks against a comparison', () => {
  test('a training sample that is drawn for each seed on one side alone', () => {
    const [a, b] = [run({ subset: 'seed' }), run({ variant: 'B', subset: 'seed' })];
    expect(concernsOf([a, b], [a, b])).toEqual([]);
    const fixed = run({ variant: 'B' });
    const [concern] = concernsOf([a, fixed], [a, fixed]);
    expect(concern).toMatchObject({
      isBarrier: true,
      reasons: [{ kind: 'reviews', fields: ['subset'] }],
    });
    expect(concern?.remedy).toMatchObject({
      kind: 'start',
      runs: [{ config: { subset: 'seed' } }],
    });
  });

  test('another cut and vocabulary beside the model: the run that is missing has the first one’s', () => {
    const a = run({});
    const b = run({ variant: 'B', maxLength: 400, numWords: 8000 });
    const [concern, ...others] = concernsOf([a, b], [a, b]);
    expect(others).toEqual([]);
    expect(concern).toMatchObject({
      runIds: [a.runId, b.runId],
      isBarrier: false,
      reasons: [{ kind: 'confounded', fields: ['numWords', 'maxLength'] }],
      remedy: {
        kind: 'start',
        runs: [
          { datasetId: 'data1', runId: null, config: { ...b.config, ...a.config, ...modelOf(b) } },
        ],
      },
    });
  });

  test('a run that would be fair and is there already is named instead of started again', () => {
    const [a, b, fair] = [run({}), run({ variant: 'B', maxLength: 400 }), run({ variant: 'B' })];
    expect(concernsOf([a, b], [a, b, fair])[0]?.remedy).toMatchObject({
      kind: 'start',
      runs: [{ runId: fair.runId }],
    });
  });

  test('other data, reviews or validation are barriers', () => {
    const a = run({});
    const others: [FairRun, string][] = [
      [run({ variant: 'B' }, { datasetHash: 'hash2', dataset: 'data2' }), 'data'],
      [run({ variant: 'B', limit: 1000 }), 'reviews'],
      [run({ variant: 'B', validation: 0.1 }), 'validation'],
    ];
    for (const [other, kind] of others) {
      const [concern] = concernsOf([a, other], []);
      expect(concern).toMatchObject({ isBarrier: true, reasons: [{ kind }] });
      // The missing run is B on the first one's data and split.
      expect(concern?.remedy).toMatchObject({
        kind: 'start',
        runs: [{ datasetId: 'data1', config: { variant: 'B', limit: 'none', validation: 0.2 } }],
      });
    }
  });

  test('early stopping against a full run', () => {
    const pair = [run({}), run({ variant: 'B', patience: 'none', epochs: 3 })];
    expect(kinds(pair)).toEqual(['stopping']);
    // Alone it may be the question.
    expect(kinds([run({}), run({ patience: 9 })])).toEqual([]);
  });

  test('another seed of the other model is not its pair', () => {
    const [concern] = concernsOf([run({}), run({ variant: 'B', seed: 5 })], []);
    expect(concern?.reasons).toMatchObject([{ kind: 'confounded', fields: ['seed'] }]);
    expect(concern?.remedy).toMatchObject({ runs: [{ config: { variant: 'B', seed: 1 } }] });
  });

  test('two settings without a difference of the model: only the reader knows which is meant', () => {
    const [concern] = concernsOf([run({}), run({ maxLength: 400, hiddenUnits: 64 })], []);
    expect(concern).toMatchObject({ reasons: [{ kind: 'confounded' }], remedy: null });
  });

  test('a run that was left can be resumed, one that diverged cannot', () => {
    const of = (state: FairRun['state']) =>
      concernsOf([run({}), run({ variant: 'B' }, { state, epochCount: 3 })], [])[0];
    expect(of('stopped')).toMatchObject({
      reasons: [{ kind: 'unfinished', sentence: expect.stringMatching(/after epoch 3/) }],
      remedy: { kind: 'resume' },
    });
    expect(of('running')?.remedy).toBeNull();
    expect(of('diverged')?.remedy).toBeNull();
  });

  test('the test set chose the epoch: both again with a hold-out', () => {
    const pair = [run({ validation: 'test' }), run({ variant: 'B', validation: 'test' })];
    const [concern, ...others] = concernsOf(pair, pair);
    expect(others).toEqual([]);
    expect(concern).toMatchObject({
      reasons: [{ kind: 'testChosen' }],
      remedy: {
        runs: [
          { config: { variant: 'A', validation: 0.2 } },
          { config: { variant: 'B', validation: 0.2 } },
        ],
      },
    });
  });

  test('those that are not the best are told so without a look at all the others', () => {
    const pair = [run({}, { accuracy: 0.8 }), run({ variant: 'B' }, { accuracy: 0.85 })];
    const asked: number[] = [];
    const known: KnownRuns = {
      ...knownOf(pair),
      all: () => {
        throw new Error('All were asked for.');
      },
      hasBetter: (_, accuracy) => {
        asked.push(accuracy);
        return true;
      },
    };
    expect(fairness.concernsOf(pair, known)).toEqual([]);
    expect(asked).toEqual([0.85]);
  });

  test('the best of many configurations, with one seed, is trained again on fresh ones', () => {
    const grid = [100, 150, 200, 250, 300].map((maxLength, index) =>
      run({ maxLength }, { accuracy: 0.8 + index / 100 }),
    );
    const best = grid.at(-1) as FairRun;
    const pair = [grid[0] as FairRun, best];
    const [concern] = concernsOf(pair, grid);
    expect(concern).toMatchObject({ runIds: [best.runId], reasons: [{ kind: 'bestOfMany' }] });
    expect(concern?.reasons[0]?.sentence).toMatch(/best of 5 configurations.* 1\.2 standard/);
    expect(concern?.remedy).toMatchObject({
      runs: [2, 3, 4].map((seed) => ({ config: { maxLength: 300, seed } })),
    });
    // With a second seed it has been.
    expect(kinds(pair, [...grid, run({ maxLength: 300, seed: 2 })])).toEqual([]);
    expect(kinds(pair, grid.slice(1))).toEqual([]);
  });
});

test('the luck of the best is the expected largest of so many normal values', () => {
  // Harter 1961, Expected values of normal order statistics, table 1.
  for (const [count, expected] of [
    [2, 0.5642],
    [10, 1.5388],
    [50, 2.2491],
  ] as const) {
    expect(Math.abs(luckOfTheBest(count) - expected)).toBeLessThan(0.03);
  }
});

const modelOf = ({ config }: FairRun) => {
  const { variant, embedding, convPadding, cnnHead } = config;
  return { variant, embedding, convPadding, cnnHead };
};
