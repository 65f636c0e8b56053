import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import type { Epoch } from '#contract/run.ts';
import { AppError } from '#contract/failure.ts';
import { decodeWeightsFile, encodeWeightsFile, weightsHash } from '#core/model/weights-file.ts';
import * as m from '#messages';

import type { Engine, TensorData } from './engine/engine.ts';

/** Where a run stands. With the weights and the optimiser it is all that a resumed run needs to end as an unbroken one. */
export type TrainState = Readonly<{
  /** Complete epochs. */
  epoch: number;
  /** Steps over the whole run. */
  step: number;
  /** Steps of the epoch under way, and its sums over the rows seen. */
  stepInEpoch: number;
  lossSum: number;
  correctSum: number;
  trainSeconds: number;
  /** Seconds since the run's start, over all resumes, waiting excluded. */
  elapsedSeconds: number;
  best: Epoch | null;
  last: Epoch | null;
  /** Early stopping: the value to beat by minDelta, and the epochs that did not. */
  valLossToBeat: number | null;
  epochsWaited: number;
}>;

export const startState: TrainState = {
  epoch: 0,
  step: 0,
  stepInEpoch: 0,
  lossSum: 0,
  correctSum: 0,
  trainSeconds: 0,
  elapsedSeconds: 0,
  best: null,
  last: null,
  valLossToBeat: null,
  epochsWaited: 0,
};

/** Files of a run's folder. */
export const files = {
  /** Weights, optimiser and state after the last complete epoch. */
  last: 'last.ckpt',
  /** The same within an epoch, for a pause or a long epoch; gone once the epoch is complete. */
  within: 'within-epoch.ckpt',
  best: 'best.weights',
  /** Those of an epoch that may not be stored yet; `promoteNext`, or whoever comes after a crash, settles them. */
  nextLast: 'last.ckpt.next',
  nextBest: 'best.weights.next',
  epoch: (epoch: number) => `epoch-${epoch}.weights`,
} as const;

/** Complete or not at all: temporary name, fsync, rename, fsync of the folder. */
export function saveWeights(
  filePath: string,
  tensors: readonly TensorData[],
  facts: unknown,
): void {
  writeWeights(filePath, tensors, facts);
  syncFolder(path.dirname(filePath));
}

/** The same, but for the fsync of the folder: where `saveWeights` follows there before anything relies on it. */
export function writeWeights(
  filePath: string,
  tensors: readonly TensorData[],
  facts: unknown,
): void {
  const bytes = encodeWeightsFile({ facts, tensors }, sha256);
  const temporary = `${filePath}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, filePath);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function saveCheckpoint(filePath: string, engine: Engine, state: TrainState): void {
  saveWeights(filePath, [...engine.readWeights(), ...engine.readOptimizer()], state);
}

/** The epoch is stored: its checkpoint takes its place, behind the best weights where it is the best. */
export function promoteNext(folder: string, isBest: boolean): void {
  if (isBest) renameSync(path.join(folder, files.nextBest), path.join(folder, files.best));
  renameSync(path.join(folder, files.nextLast), path.join(folder, files.last));
  syncFolder(folder);
}

export function loadWeights(filePath: string): readonly TensorData[] {
  return readTensors(filePath).tensors;
}

/** Of a file written with `{ epoch }` as its facts; throws where it is damaged or of another epoch. */
export function loadWeightsOf(epoch: number, filePath: string): readonly TensorData[] {
  const { facts, tensors } = readTensors(filePath);
  if ((facts as { epoch: number }).epoch === epoch) return tensors;
  throw new Error(`${path.basename(filePath)} is not of epoch ${epoch}`);
}

export function loadCheckpoint(filePath: string): Readonly<{
  weights: readonly TensorData[];
  optimizer: readonly TensorData[];
  state: TrainState;
}> {
  const { facts, tensors } = readTensors(filePath);
  const isSlot = ({ name }: TensorData): boolean => name.endsWith('/m') || name.endsWith('/v');
  return {
    weights: tensors.filter((tensor) => !isSlot(tensor)),
    optimizer: tensors.filter(isSlot),
    state: facts as TrainState,
  };
}

/**
 * The checkpoint to go on from: the one within an epoch where it is newer than that of the last complete epoch. A damaged one is
 * passed over where the other is sound. Null where there is none, and where none is sound but no epoch is complete: then nothing is
 * lost by beginning again. Throws `storage` where complete epochs cannot go on.
 */
export function newestCheckpoint(folder: string): ReturnType<typeof loadCheckpoint> | null {
  const paths = [files.last, files.within]
    .map((name) => path.join(folder, name))
    .filter((file) => existsSync(file));
  const sound = paths.flatMap((file) => {
    try {
      return [loadCheckpoint(file)];
    } catch {
      return [];
    }
  });
  const [first] = paths;
  const hasEpoch = existsSync(path.join(folder, files.best));
  if (sound.length === 0 && first !== undefined && hasEpoch) {
    throw new AppError('storage', m.storage_checkpoint_damaged({ file: path.basename(first) }));
  }
  return sound.toSorted((a, b) => b.state.step - a.state.step)[0] ?? null;
}

export const hashOf = (weights: readonly TensorData[]): string => weightsHash(weights, sha256);

function readTensors(filePath: string): ReturnType<typeof decodeWeightsFile> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(filePath);
  } catch (error) {
    throw new AppError(
      'notFound',
      m.storage_weights_unreadable({ file: path.basename(filePath) }),
      {
        cause: error,
      },
    );
  }
  try {
    return decodeWeightsFile(bytes, sha256);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'storage',
      m.storage_weights_reason({ file: path.basename(filePath), reason }),
      { cause: error },
    );
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function syncFolder(folder: string): void {
  // Windows cannot open folders; its renames are durable without it.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
