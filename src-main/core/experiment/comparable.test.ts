import { describe, expect, test } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';

import { resolveConfig } from '../config/run-config.ts';
import { comparableOf } from './comparable.ts';

const run = (runId: string, input: RunConfigInput, hash: string | null = runId) => {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.errors));
  return { runId, config: resolved.config, datasetHash: 'd', hash };
};
type Made = ReturnType<typeof run>;
const ids = (runs: readonly Made[]) => runs.map(({ runId }) => runId);
const found = (runs: readonly Made[]) => {
  const { compared, grid, leftOut, identical } = comparableOf(runs, ({ hash }) => hash);
  return {
    compared: ids(compared),
    grid: ids(grid),
    leftOut: ids(leftOut),
    identical: identical.map((of) => [of.run.runId, of.kept.runId]),
  };
};

const pairs = [1, 2, 3, 4].flatMap((seed) =>
  (['A', 'B'] as const).map((variant) => run(`${variant}${seed}`, { variant, seed, epochs: 5 })),
);
/** `hashes` of its A and B: as those of the pairs, or their own. */
const gridOf = (epochs: number, isSame: boolean) =>
  [1, 2].flatMap((seed) =>
    (['separate', 'shared'] as const).flatMap((embedding) =>
      (['same', 'valid'] as const).flatMap((convPadding) =>
        (['none', 'dense'] as const).map((cnnHead) => {
          const name = `${embedding} ${convPadding} ${cnnHead} ${seed}`;
          const made = run(name, { embedding, convPadding, cnnHead, seed, epochs });
          const { variant } = made.config;
          return isSame && variant !== null ? { ...made, hash: `${variant}${seed}` } : made;
        }),
      ),
    ),
  );

describe('what of any runs can be judged', () => {
  test('all of them, where they are of one comparison', () => {
    expect(found(pairs)).toMatchObject({
      compared: ids(pairs),
      grid: [],
      leftOut: [],
      identical: [],
    });
    const grid = gridOf(4, false);
    expect(found(grid)).toMatchObject({ compared: ids(grid), grid: [], leftOut: [] });
  });

  test('pairs beside a grid of the same models: each model once, and the grid keeps its cells', () => {
    const grid = gridOf(4, true);
    const { compared, grid: whole, leftOut, identical } = found([...grid, ...pairs]);
    expect(compared).toEqual(ids(pairs));
    expect(whole).toEqual(ids(grid));
    expect(leftOut).toEqual([]);
    expect(identical).toEqual([
      ['separate same none 1', 'A1'],
      ['shared valid dense 1', 'B1'],
      ['separate same none 2', 'A2'],
      ['shared valid dense 2', 'B2'],
    ]);
  });

  test('pairs beside a grid of other models: both settings are judged', () => {
    const grid = gridOf(4, false);
    const { compared, grid: whole } = found([...pairs, ...grid]);
    expect(compared).toEqual(ids([...pairs, ...grid]));
    expect(whole).toEqual([]);
  });

  test('pairs beside single runs of other settings: the pairs, and the others are named', () => {
    const others = [
      run('stopped', { variant: 'A', seed: 1, epochs: 9, maxLength: 100 }),
      run('cell', {
        embedding: 'shared',
        convPadding: 'same',
        cnnHead: 'none',
        seed: 1,
        epochs: 4,
      }),
    ];
    expect(found([...others, ...pairs])).toEqual({
      compared: ids(pairs),
      grid: [],
      leftOut: ['stopped', 'cell'],
      identical: [],
    });
  });

  test('weights that are not known, or of other data or layers, are nobody else’s', () => {
    const one = run('one', { variant: 'A', epochs: 5 }, 'h');
    expect(found([one, { ...one, runId: 'two' }]).identical).toEqual([['two', 'one']]);
    for (const other of [
      { ...one, hash: null },
      { ...one, datasetHash: 'e' },
      run('', { variant: 'A', epochs: 5, maxLength: 100 }, 'h'),
    ])
      expect(found([one, { ...other, runId: 'two' }]).identical).toEqual([]);
  });
});
