import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { decodeWeightsFile } from '#core/model/weights-file.ts';

import { sha256 } from '../../files/sha256.ts';
import { syncFolder } from '../start/start-weights.ts';

/**
 * What a training process that ended between an epoch's news and its checkpoint left behind: of the last epoch that is stored, it
 * takes its place, as that process would have done; of any other it goes, since the epoch will be trained again. Only for a run
 * that nobody trains.
 */
export function settleCheckpoint(folder: string, storedEpoch: number): void {
  const best = path.join(folder, 'best.weights');
  const last = path.join(folder, 'last.ckpt');
  const next = (file: string): string => `${file}.next`;
  if (isSoundOf(storedEpoch, next(last))) {
    // Written before its checkpoint, so they are of one epoch; renamed before it, so that they are there with it.
    if (existsSync(next(best))) renameSync(next(best), best);
    renameSync(next(last), last);
    syncFolder(folder);
    return;
  }
  for (const file of [next(last), next(best)]) rmSync(file, { force: true });
}

/** Where the end of a run is told whatever becomes of its files; starting it again settles them, or says why not. */
export function settleQuietly(folder: string, storedEpoch: number): void {
  try {
    settleCheckpoint(folder, storedEpoch);
  } catch {
    // A disk that may only be read, for one.
  }
}

function isSoundOf(epoch: number, file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    return (
      (decodeWeightsFile(readFileSync(file), sha256).facts as { epoch: unknown }).epoch === epoch
    );
  } catch {
    return false;
  }
}
