import { describe, expect, it } from 'vitest';

import { resolveConfig, variantOf } from '#core/config/run-config.ts';

import {
  bases,
  changedFields,
  drawableConfig,
  plannedRuns,
  presetOf,
  runCount,
  splitSizes,
  textsOf,
} from './plan.ts';

const presetA = presetOf(bases.defaults, 'A');

describe('the runs a form stands for', () => {
  it('makes a pair interleaved by seed, A first', () => {
    const runs = plannedRuns({ ...presetA, seed: '7' }, 'pair', 2);
    const resolved = runs.map((run) => resolveConfig(run));
    expect(
      resolved.map((run) => (run.ok ? [run.config.variant, run.config.seed] : run.errors)),
    ).toEqual([
      ['A', 7],
      ['B', 7],
      ['A', 8],
      ['B', 8],
    ]);
  });

  it('makes a grid of eight different models that holds A and B once', () => {
    const runs = plannedRuns(presetA, 'grid', 1);
    const keys = runs.map(
      (run) => `${String(run.embedding)} ${String(run.convPadding)} ${String(run.cnnHead)}`,
    );
    expect(new Set(keys).size).toBe(8);
    expect(
      runs
        .map((run) => variantOf(run))
        .filter((variant) => variant !== null)
        .sort(),
    ).toEqual(['A', 'B']);
    expect(runCount('grid', 3)).toBe(24);
  });

  it('changes the embedding alone, with the padding and head of the form on both sides', () => {
    const texts = {
      ...presetA,
      convPadding: 'valid',
      cnnHead: 'dense',
      embeddingDim: '65',
    } as const;
    const sides = (plan: 'embedding' | 'capacity') =>
      plannedRuns(texts, plan, 1).map((run) => [
        run.embedding,
        run.convPadding,
        run.cnnHead,
        run.embeddingDim,
      ]);
    expect(sides('embedding')).toEqual([
      ['separate', 'valid', 'dense', 65],
      ['shared', 'valid', 'dense', 65],
    ]);
    expect(sides('capacity')).toEqual([
      ['separate', 'valid', 'dense', 32],
      ['shared', 'valid', 'dense', 65],
    ]);
  });

  it('leaves factors alone for a single run', () => {
    const run = plannedRuns({ ...presetA, convPadding: 'valid' }, 'A', 1)[0];
    expect(run).toMatchObject({ embedding: 'separate', convPadding: 'valid', cnnHead: 'none' });
  });
});

describe('changes', () => {
  it('compares values, not the way they are written', () => {
    expect(
      changedFields({ ...presetA, numWords: '6,000', learningRate: '1e-3' }, presetA, 'A'),
    ).toEqual([]);
    expect(
      changedFields({ ...presetA, lstmActivation: 'relu', batchSize: '' }, presetA, 'A'),
    ).toEqual(['lstmActivation', 'batchSize']);
  });

  it('does not count what the pair decides', () => {
    expect(
      changedFields({ ...presetA, embedding: 'shared', branches: 'cnn' }, presetA, 'pair'),
    ).toEqual([]);
  });

  it('knows the original experiment validates on test', () => {
    const original = presetOf(bases.original, 'A');
    expect(changedFields(textsOf(bases.original), original, 'A')).toEqual([]);
    expect(changedFields(presetA, original, 'A')).toEqual(['validation']);
  });
});

describe('what can be drawn', () => {
  it('takes the preset where a field is wrong', () => {
    const config = drawableConfig(
      { ...presetA, maxLength: '50000', filters: 'many', kernelSize: '5' },
      presetA,
    );
    expect([config.maxLength, config.filters, config.kernelSize]).toEqual([500, 300, 5]);
  });

  it('keeps words where a field takes them', () => {
    expect(drawableConfig({ ...presetA, patience: 'none', limit: '3' }, presetA)).toMatchObject({
      patience: 'none',
      limit: 'none',
    });
  });
});

it('cuts the hold-out from the limited training split', () => {
  expect(splitSizes({ limit: 'none', validation: 0.2 }, 25_000)).toEqual({
    train: 20_000,
    heldOut: 5_000,
  });
  expect(splitSizes({ limit: 1000, validation: 'test' }, 25_000)).toEqual({
    train: 1000,
    heldOut: 0,
  });
  expect(splitSizes({ limit: 90_000, validation: 0.5 }, 25_000)).toEqual({
    train: 12_500,
    heldOut: 12_500,
  });
});
