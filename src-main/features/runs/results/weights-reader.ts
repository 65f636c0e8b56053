import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { branchNames, type Branch } from '#contract/snapshot.ts';
import { embeddingName } from '#core/model/weight-layout.ts';
import {
  decodeWeightsHeader,
  PREFIX_BYTES,
  weightsBodyAt,
  type WeightsHeader,
} from '#core/model/weights-file.ts';
import * as m from '#messages';

import { sha256 } from '../../files/sha256.ts';
import type { EmbeddingTable } from '../train/recorder.ts';

export type Position = Readonly<{ epoch: number; step: number }>;

/** The embedding tables of a weights file, read by their place in it: the rest may be large. */
export function readEmbeddingTables(weightsPath: string): EmbeddingTable[] {
  return withFile(weightsPath, (fd, { tensors }, bodyAt) =>
    branchNames.flatMap((branch: Branch) => {
      const entry = tensors.find(({ name }) => name === embeddingName(branch));
      if (entry === undefined) return [];
      const [rows = 0, dims = 0] = entry.shape;
      const bytes = readBytes(fd, bodyAt + entry.at, rows * dims * 4);
      return [{ branch, rows, dims, values: new Float32Array(bytes.buffer, 0, rows * dims) }];
    }),
  );
}

/**
 * Where training goes on in a run's folder: within an epoch if such a checkpoint is newer. Null where there is none, and where none
 * is sound but no epoch is complete: then nothing is lost by beginning again. Throws `storage` where complete epochs cannot go on.
 */
export function readPosition(folder: string): Position | null {
  const names = ['last.ckpt', 'within-epoch.ckpt'].filter((name) =>
    existsSync(path.join(folder, name)),
  );
  const positions = names.flatMap((name) => {
    try {
      return [withFile(path.join(folder, name), (_, { facts }) => facts as Position)];
    } catch {
      return [];
    }
  });
  const newest = positions.toSorted((a, b) => b.step - a.step)[0];
  if (newest !== undefined) return { epoch: newest.epoch, step: newest.step };
  const [file] = names;
  if (file === undefined || !existsSync(path.join(folder, 'best.weights'))) return null;
  throw new AppError('storage', m.storage_checkpoint_damaged({ file }));
}

function withFile<T>(
  file: string,
  read: (fd: number, header: WeightsHeader, bodyAt: number) => T,
): T {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    throw new AppError('notFound', m.storage_weights_unreadable({ file: path.basename(file) }), {
      cause: error,
    });
  }
  try {
    const bodyAt = weightsBodyAt(readBytes(fd, 0, PREFIX_BYTES));
    return read(fd, decodeWeightsHeader(readBytes(fd, 0, bodyAt), sha256), bodyAt);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('storage', m.storage_weights_damaged({ file: path.basename(file) }), {
      cause: error,
    });
  } finally {
    closeSync(fd);
  }
}

/** In a buffer of its own, so that any typed array may view it. */
function readBytes(fd: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, bytes, done, length - done, position + done);
    if (got === 0) throw new Error('cut off');
    done += got;
  }
  return bytes;
}
