import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { RunConfig } from '#contract/run-config.ts';

import {
  estimateDiskBytes,
  estimateEpochSeconds,
  estimateMemoryBytes,
  flopsPerReview,
  nearestMeasured,
  type Measured,
} from './estimate.ts';
import { resolveConfig } from '../config/run-config.ts';

function shapeOf(input: Record<string, unknown>): RunConfig {
  const resolved = resolveConfig({ variant: 'A', ...input });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.errors));
  return resolved.config;
}
const full = shapeOf({});
const small = shapeOf({
  maxLength: 100,
  hiddenUnits: 32,
  embeddingDim: 32,
  filters: 100,
  batchSize: 32,
});

describe('estimate', () => {
  test('a training step of the defaults is about 195 GFLOP', () => {
    expect(Math.round((flopsPerReview(full).train * 300) / 1e9)).toBe(194);
  });

  test('scaling from a run of the same shape gives that run back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 5000 }),
        fc.integer({ min: 10, max: 20_000 }),
        (train, evaluate) => {
          const measured = {
            shape: small,
            trainSamplesPerSecond: train,
            evalSamplesPerSecond: evaluate,
            memoryBytes: 5e8,
          };
          const seconds = estimateEpochSeconds(
            small,
            { train: 20_000, evaluated: 30_000 },
            { cores: 2, backend: 'native', measured },
          );
          expect(seconds).toBeCloseTo(20_000 / train + 30_000 / evaluate, 6);
          expect(estimateMemoryBytes(small, 6e6, measured)).toBeCloseTo(5e8, 0);
        },
      ),
    );
  });

  test('only a run of comparable steps teaches about another, the nearest of them', () => {
    const measured = (change: Partial<RunConfig>): Measured => ({
      shape: shapeOf(change),
      trainSamplesPerSecond: 1,
      evalSamplesPerSecond: 1,
      memoryBytes: 1,
    });
    const tiny = measured({
      maxLength: 24,
      hiddenUnits: 8,
      embeddingDim: 8,
      filters: 12,
      batchSize: 64,
    });
    const shorter = measured({ maxLength: 250 });
    const near = measured({ maxLength: 450 });
    expect(nearestMeasured(full, [tiny])).toBeNull();
    expect(nearestMeasured(full, [])).toBeNull();
    expect(nearestMeasured(full, [tiny, shorter, near])).toBe(near);
    expect(nearestMeasured(tiny.shape, [near, tiny])).toBe(tiny);
    // As much arithmetic, but another path through the graph: the same step goes first.
    const relu = measured({ lstmActivation: 'relu' });
    expect(nearestMeasured(full, [relu, measured({})])?.shape.lstmActivation).toBe('tanh');
  });

  test('memory is near what was measured', () => {
    const gigabytes = (input: Record<string, unknown>) =>
      estimateMemoryBytes(shapeOf(input), 12e6, null) / 1e9;
    expect(gigabytes({})).toBeGreaterThan(2);
    expect(gigabytes({})).toBeLessThan(3.2);
    expect(gigabytes({ batchSize: 32 })).toBeGreaterThan(0.6);
    expect(gigabytes({ batchSize: 32 })).toBeLessThan(1.2);
  });

  test('more work never takes less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 1900 }),
        fc.integer({ min: 2, max: 1000 }),
        (maxLength, hiddenUnits) => {
          const time = (extra: number) =>
            estimateEpochSeconds(
              shapeOf({
                maxLength: maxLength + extra,
                hiddenUnits: hiddenUnits + extra,
                kernelSize: 3,
              }),
              { train: 1000, evaluated: 1000 },
              { cores: 4, backend: 'wasm', measured: null },
            );
          expect(time(10)).toBeGreaterThan(time(0));
        },
      ),
    );
  });

  test('disk counts every table until the limit', () => {
    const run = {
      epochs: 10,
      stepsPerEpoch: 84,
      evaluated: 25_000,
      snapshotLimitBytes: 2e9,
      snapshots: 'every' as const,
    };
    const bytes = estimateDiskBytes(full, run);
    expect(bytes).toBeGreaterThan(11 * 2 * 6000 * 64 * 4);
    const tables = 2 * 6000 * 64 * 4;
    const fewer = (snapshots: number | 'ends', epochs = 10) =>
      (estimateDiskBytes(full, { ...run, epochs, snapshots: 'every' }) -
        estimateDiskBytes(full, { ...run, epochs, snapshots })) /
      tables;
    // Eleven epochs: of every third 0, 3, 6 and 9, and the best and the last beside them.
    expect(fewer(3)).toBe(11 - 6);
    expect(fewer('ends')).toBe(11 - 3);
    expect(fewer(1)).toBe(0);
    // There are never more than there are epochs.
    expect(fewer(2, 3)).toBe(0);
  });
});
