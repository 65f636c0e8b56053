import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';

import tarStream from 'tar-stream';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportContext } from './importer.ts';
import { parseReviewName, tooLong, type FoundReview } from './review-name.ts';
import { createSpill } from './spill.ts';
import { bomb, cutOff, tooMany } from './zip.ts';

/**
 * Reads a tar archive once, putting its reviews aside on disk: they come in the archive's order, and are wanted in the order of
 * their names.
 */
export async function readTar(
  source: string,
  isGzip: boolean,
  sourceName: string,
  context: ImportContext,
): Promise<Readonly<{ reviews: FoundReview[]; close: () => void }>> {
  const { limits, pace } = context;
  const packedBytes = statSync(source).size;
  const spill = createSpill(path.join(context.temporaryFolder, 'reviews.spill'));
  const reviews: FoundReview[] = [];
  const input = createReadStream(source, { highWaterMark: 262_144 });
  const extract = tarStream.extract();
  const guard = countBytes((unpacked) => {
    const isBomb = unpacked > limits.bombBytes && unpacked > limits.ratio * packedBytes;
    return isBomb || unpacked > limits.unpackedBytes ? bomb(sourceName) : null;
  });
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
      const { header } = entry;
      const name = parseReviewName(header.name, sourceName);
      if (name === null || header.type === 'directory') {
        entry.resume();
        continue;
      }
      if (header.type !== 'file' && header.type !== 'contiguous-file') {
        throw new AppError('badInput', m.datasets_tar_link({ name: name.key, source: sourceName }));
      }
      if ((header.size ?? 0) > limits.reviewBytes) throw tooLong(name.key, sourceName);
      const bytes = await collect(entry);
      const position = spill.append(bytes);
      reviews.push({ ...name, read: () => spill.read(position, bytes.length) });
      // How many there are is not known before the end; the share of the archive read so far tells it well enough.
      const share = input.bytesRead / packedBytes;
      const total = share < 0.02 ? null : Math.max(reviews.length, Math.round(reviews.length / share));
      pace.report({ phase: 'reading', done: reviews.length, total });
      await pace.breathe();
    }
    return { reviews, close: spill.close };
  } catch (error) {
    spill.close();
    throw explain(error, sourceName, context);
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

function countBytes(check: (total: number) => Error | null): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      const error = check(total);
      if (error === null) done(null, chunk);
      else done(error);
    },
  });
}

function explain(error: unknown, sourceName: string, context: ImportContext): unknown {
  if (error instanceof AppError) return error;
  if (context.pace.signal.aborted) return context.pace.signal.reason;
  const text = error instanceof Error ? error.message : '';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(text)) return cutOff(sourceName);
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new AppError('badInput', m.datasets_tar_damaged({ source: sourceName }), { cause: error });
  }
  if (/tar header|checksum|unknown format/i.test(text)) {
    return new AppError(
      'badInput',
      m.datasets_no_tar({ source: sourceName }),
      { cause: error },
    );
  }
  return error;
}
