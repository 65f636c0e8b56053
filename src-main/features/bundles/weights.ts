import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

import { readStoredConfig, type RunConfig } from '#contract/run-config.ts';
import { sizeOf, weightLayout } from '#core/model/weight-layout.ts';
import { decodeWeightsHeader, PREFIX_BYTES, weightsBodyAt } from '#core/model/weights-file.ts';

import { sha256 } from '../files/sha256.ts';
import type { RunFile } from './manifest.ts';
import type { RunRecord } from './record.ts';

/**
 * The `weightsHash` of a weights file or checkpoint, read piece by piece; null where it is none, it is damaged anywhere (its own hash
 * covers the optimizer's slots too, which the `weightsHash` does not), or its tensors are not those of the configuration. Throws where
 * the disk cannot read it.
 */
export async function weightsHashOfFile(file: string, config: RunConfig): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const bodyAt = weightsBodyAt(await readAt(handle, 0, Math.min(size, PREFIX_BYTES)));
    if (bodyAt > size) return null;
    const { tensors, bodyHash } = decodeWeightsHeader(await readAt(handle, 0, bodyAt), sha256);
    if ((await hashOf(handle, bodyAt, size)) !== bodyHash) return null;
    const hash = createHash('sha256');
    for (const { name, shape } of weightLayout(config)) {
      const tensor = tensors.find((candidate) => candidate.name === name);
      if (tensor === undefined || tensor.shape.join() !== shape.join()) return null;
      const from = bodyAt + tensor.at;
      const to = from + sizeOf(shape) * 4;
      if (!Number.isSafeInteger(from) || from < bodyAt || to > size) return null;
      await addTo(hash, handle, from, to);
    }
    return hash.digest('hex');
  } catch (error) {
    // What is no file of weights says so with an Error of its own; the disk's errors have a code.
    if (error instanceof Error && 'code' in error) throw error;
    return null;
  } finally {
    await handle.close();
  }
}

/** What a run claims the weights of one of its files to be; null where it claims nothing. */
export const claimedHash = (
  run: Pick<RunRecord['run'], 'weights_hash' | 'best_weights_hash'>,
  file: RunFile,
): string | null =>
  file === 'last.ckpt' ? run.weights_hash : file === 'best.weights' ? run.best_weights_hash : null;

/** Files that a run of such rows has: what trained can go on, what is best can predict. */
export function expectedFiles({ run, epochs }: RunRecord): RunFile[] {
  const files: RunFile[] = [];
  if (epochs.length > 0) files.push('last.ckpt');
  if (run.best_epoch !== null) files.push('best.weights');
  if (readStoredConfig(run.config).startFrom !== 'none') files.push('start.weights');
  return files;
}

const PIECE_BYTES = 4_194_304;

async function hashOf(handle: FileHandle, from: number, to: number): Promise<string> {
  const hash = createHash('sha256');
  await addTo(hash, handle, from, to);
  return hash.digest('hex');
}

async function addTo(hash: Hash, handle: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += PIECE_BYTES) {
    hash.update(await readAt(handle, at, Math.min(PIECE_BYTES, to - at)));
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new Error('The file is cut off.');
    done += bytesRead;
  }
  return buffer;
}
