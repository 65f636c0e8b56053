import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  files,
  loadCheckpoint,
  loadWeights,
  loadWeightsOf,
  newestCheckpoint,
  promoteNext,
  saveWeights,
  startState,
} from './checkpoint.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-checkpoint-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const tensor = (name: string, value: number) => ({
  name,
  shape: [2],
  values: Float32Array.of(value, -value),
});
const all = [tensor('w', 1), tensor('w/m', 2), tensor('w/v', 3)];
const fileOf = (name: string) => path.join(folder, name);
const save = (name: string, step: number) => {
  saveWeights(fileOf(name), all, { ...startState, step });
};

describe('checkpoints', () => {
  it('come back with weights, optimiser and state apart, and leave no temporary file', () => {
    save(files.last, 7);
    expect(loadCheckpoint(fileOf(files.last))).toEqual({
      weights: [all[0]],
      optimizer: [all[1], all[2]],
      state: { ...startState, step: 7 },
    });
    expect(readdirSync(folder)).toEqual([files.last]);
  });

  it('go on from the newest that is whole', () => {
    expect(newestCheckpoint(folder)).toBeNull();
    save(files.last, 7);
    save(files.within, 9);
    expect(newestCheckpoint(folder)?.state.step).toBe(9);
    save(files.last, 12);
    expect(newestCheckpoint(folder)?.state.step).toBe(12);
    save(files.within, 15);
    truncateSync(fileOf(files.within), 60);
    expect(newestCheckpoint(folder)?.state.step).toBe(12);
  });

  it('of an epoch that is not stored yet are not gone on from, until they take their place', () => {
    save(files.last, 7);
    save(files.within, 9);
    save(files.nextLast, 12);
    expect(newestCheckpoint(folder)?.state.step).toBe(9);
    promoteNext(folder, false);
    expect(newestCheckpoint(folder)?.state.step).toBe(12);
    expect(readdirSync(folder)).toEqual([files.last, files.within]);
    saveWeights(fileOf(files.best), all, { epoch: 1 });
    saveWeights(fileOf(files.nextBest), all, { epoch: 3 });
    save(files.nextLast, 15);
    promoteNext(folder, true);
    expect(loadWeightsOf(3, fileOf(files.best))).toEqual(all);
    expect(() => loadWeightsOf(1, fileOf(files.best))).toThrow('not of epoch 1');
    expect(readdirSync(folder)).toEqual([files.best, files.last, files.within]);
  });

  it('say which file cannot be read', () => {
    expect(() => loadWeights(fileOf('epoch-3.weights'))).toThrow('epoch-3.weights cannot be read');
    save(files.best, 1);
    truncateSync(fileOf(files.best), 60);
    expect(() => loadWeights(fileOf(files.best))).toThrow(/best\.weights: .*(cut off|damaged)/);
  });

  it('leave the file that is there untouched where the new one cannot be written', () => {
    save(files.best, 1);
    expect(() => {
      saveWeights(path.join(folder, 'missing', files.best), all, null);
    }).toThrow();
    expect(loadWeights(fileOf(files.best))).toEqual(all);
  });
});
