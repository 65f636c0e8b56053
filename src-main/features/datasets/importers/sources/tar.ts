import { createReadStream, statSync } from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';

import tarStream from 'tar-stream';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportContext } from '../importer.ts';
import { tooLong } from '../folders/review-name.ts';
import { bomb, cutOff, isBomb, tooMany } from './zip.ts';

export type TarEntry = Readonly<{
  name: string;
  isFolder: boolean;
  /** The share of the archive read so far, 0 to 1. */
  share: number;
  /** Call it before the next entry is asked for; refuses links and what is too large. `key` names the entry in sentences. */
  read: (key: string) => Promise<Buffer>;
}>;

/** The entries of a tar archive in its order, read once from its beginning; nothing is written anywhere. */
export async function* readTar(
  source: string,
  isGzip: boolean,
  sourceName: string,
  { limits, pace }: Pick<ImportContext, 'limits' | 'pace'>,
): AsyncGenerator<TarEntry> {
  const packedBytes = statSync(source).size;
  const input = createReadStream(source, { highWaterMark: 262_144 });
  const extract = tarStream.extract();
  const { guard, zerosAtEnd } = countBytes((unpacked) =>
    isBomb(unpacked, packedBytes, limits) ? bomb(sourceName) : null,
  );
  // tar-stream's stream is of its own kind; for pipeline it is writable enough.
  const sink = extract as unknown as NodeJS.WritableStream;
  // An error destroys `extract` too, and the loop below meets it there.
  const ended = (): void => undefined;
  if (isGzip) pipeline(input, createGunzip({ chunkSize: 262_144 }), guard, sink, ended);
  else pipeline(input, guard, sink, ended);
  const stop = (): void => {
    extract.destroy(pace.signal.reason as Error);
  };
  pace.signal.addEventListener('abort', stop, { once: true });

  try {
    let entries = 0;
    for await (const entry of extract) {
      entries += 1;
      if (entries > limits.entries) throw tooMany(sourceName, limits);
      const { name, type, size = 0 } = entry.header;
      yield {
        name,
        isFolder: type === 'directory',
        share: input.bytesRead / packedBytes,
        async read(key) {
          if (type !== 'file' && type !== 'contiguous-file') {
            const say =
              type === 'symlink' || type === 'link' ? m.datasets_tar_link : m.datasets_tar_special;
            throw new AppError('badInput', say({ name: key, source: sourceName }));
          }
          if (size > limits.reviewBytes) throw tooLong(key, sourceName, limits);
          try {
            return await collect(entry);
          } catch (error) {
            throw explain(error, sourceName, pace.signal);
          }
        },
      };
      // What nobody read is passed over.
      entry.resume();
      await pace.breathe();
    }
    // An archive ends with blocks of zeros: one without was cut between two entries. Some writers leave out the second block.
    if (zerosAtEnd() < BLOCK_BYTES) throw cutOff(sourceName);
  } catch (error) {
    throw explain(error, sourceName, pace.signal);
  } finally {
    pace.signal.removeEventListener('abort', stop);
    input.destroy();
    extract.destroy();
  }
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

const BLOCK_BYTES = 512;

function countBytes(
  check: (total: number) => Error | null,
): Readonly<{ guard: Transform; zerosAtEnd: () => number }> {
  let total = 0;
  let zeros = 0;
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      const last = chunk.findLastIndex((byte) => byte !== 0);
      zeros = last === -1 ? zeros + chunk.length : chunk.length - 1 - last;
      const error = check(total);
      if (error === null) done(null, chunk);
      else done(error);
    },
  });
  return { guard, zerosAtEnd: () => zeros };
}

function explain(error: unknown, sourceName: string, signal: AbortSignal): unknown {
  if (error instanceof AppError) return error;
  if (signal.aborted) return signal.reason;
  const text = error instanceof Error ? error.message : '';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(text)) return cutOff(sourceName);
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new AppError('badInput', m.datasets_tar_damaged({ source: sourceName }), {
      cause: error,
    });
  }
  if (/exceeds max size/i.test(text)) {
    return new AppError('badInput', m.datasets_tar_header({ source: sourceName }), {
      cause: error,
    });
  }
  if (/tar header|checksum|unknown format/i.test(text)) {
    return new AppError('badInput', m.datasets_no_tar({ source: sourceName }), { cause: error });
  }
  return error;
}
