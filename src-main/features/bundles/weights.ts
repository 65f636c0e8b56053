import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

import type { RunConfig } from '#contract/run-config.ts';
import { sizeOf, weightLayout } from '#core/weight-layout.ts';
import { decodeWeightsHeader, PREFIX_BYTES, weightsBodyAt } from '#core/weights-file.ts';

/**
 * The `weightsHash` of a weights file or checkpoint, read piece by piece; null where it is none, or its tensors are not those of the
 * configuration.
 */
export async function weightsHashOfFile(file: string, config: RunConfig): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const bodyAt = weightsBodyAt(await readAt(handle, 0, Math.min(size, PREFIX_BYTES)));
    if (bodyAt > size) return null;
    const { tensors } = decodeWeightsHeader(await readAt(handle, 0, bodyAt));
    const hash = createHash('sha256');
    for (const { name, shape } of weightLayout(config)) {
      const tensor = tensors.find((candidate) => candidate.name === name);
      if (tensor === undefined || tensor.shape.join() !== shape.join()) return null;
      const from = bodyAt + tensor.at;
      const to = from + sizeOf(shape) * 4;
      if (!Number.isSafeInteger(from) || from < bodyAt || to > size) return null;
      for (let at = from; at < to; at += PIECE_BYTES) {
        hash.update(await readAt(handle, at, Math.min(PIECE_BYTES, to - at)));
      }
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

const PIECE_BYTES = 4_194_304;

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
