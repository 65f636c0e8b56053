import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import tarStream from 'tar-stream';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import {
  BUNDLE_VERSION,
  MANIFEST_NAME,
  manifestHeadSchema,
  manifestSchema,
  type Entry,
  type Manifest,
} from './manifest.ts';

export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What goes into a bundle; its chunks are read twice, and must be the same both times. */
export type Part = Readonly<{ name: string; chunks: () => Chunks }>;

/** Name, size and hash of a part, for the manifest. */
export async function measure(
  part: Part,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<Entry> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of part.chunks()) {
    signal.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
    onBytes(chunk.length);
  }
  return { name: part.name, bytes, sha256: hash.digest('hex') };
}

/** Writes the archive to a new file, synced to disk. The parts are those of the manifest's entries, in their order. */
export async function writeArchive(
  file: string,
  manifest: Manifest,
  parts: readonly Part[],
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const pack = tarStream.pack();
  // tar-stream's stream is of its own kind; for pipeline it is readable enough.
  const source = pack as unknown as NodeJS.ReadableStream;
  const written = piped(source, createWriteStream(file, { flags: 'wx', flush: true }), { signal });
  const failed = written.then(() => new Promise<never>(() => undefined));
  // Both are waited for in turn: what the other one says meanwhile is no unhandled rejection.
  failed.catch(() => undefined);
  const head = Buffer.from(sealed(manifest));
  const left = new AbortController();
  try {
    await Promise.race([failed, writeEntry(pack, MANIFEST_NAME, head.length, [head], left.signal)]);
    for (const [index, { name, bytes, sha256 }] of manifest.entries.entries()) {
      const part = parts[index];
      if (part?.name !== name) throw new Error('The parts are not those of the manifest.');
      const counted = new Measured(part.chunks(), onBytes);
      await Promise.race([failed, writeEntry(pack, name, bytes, counted, left.signal)]);
      if (counted.digest() !== sha256) throw changed();
    }
    pack.finalize();
    await written;
  } catch (error) {
    left.abort();
    pack.destroy();
    await written.catch(() => undefined);
    if (signal.aborted) throw signal.reason;
    throw error instanceof Error && /size mismatch/i.test(error.message) ? changed() : error;
  }
}

const changed = (): AppError => new AppError('inUse', m.bundles_changed_meanwhile());

/** Chunks that pass, with the sha256 over all of them. */
class Measured {
  readonly #hash = createHash('sha256');
  readonly #chunks: Chunks;
  readonly #onBytes: (count: number) => void;

  constructor(chunks: Chunks, onBytes: (count: number) => void) {
    this.#chunks = chunks;
    this.#onBytes = onBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.#hash.update(chunk);
      this.#onBytes(chunk.length);
      yield chunk;
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

async function writeEntry(
  pack: tarStream.Pack,
  name: string,
  size: number,
  chunks: Chunks,
  signal: AbortSignal,
): Promise<void> {
  let sink: ReturnType<typeof pack.entry> | undefined;
  const finished = new Promise<void>((resolve, reject) => {
    // The time of the writing is in the manifest; the same runs give the same bytes but for that.
    sink = pack.entry({ name, size, mode: 0o644, mtime: new Date(0) }, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
  finished.catch(() => undefined);
  // The file's own error says why; this one only follows from it.
  sink?.on('error', () => undefined);
  for await (const chunk of chunks) {
    if (sink?.write(chunk) === false)
      await Promise.race([once(sink, 'drain', { signal }), finished]);
  }
  sink?.end();
  await finished;
}

/** Where the bytes of an entry go; `end` is called once they are known to be those of the manifest. */
export type Sink = Readonly<{
  write?: (chunk: Buffer) => void | Promise<void>;
  end?: () => void | Promise<void>;
  /** Instead of `end`, where the bytes are not whole or not right. */
  drop?: () => void;
}>;

/**
 * Reads a bundle from its beginning. What it holds must be what its manifest lists, in that order: sizes and hashes are checked
 * whatever becomes of the bytes.
 */
export async function readArchive(
  file: string,
  options: Readonly<{
    signal: AbortSignal;
    onManifest: (manifest: Manifest) => void;
    onEntry: (entry: Entry) => Sink | Promise<Sink>;
    onBytes: (count: number) => void;
  }>,
): Promise<void> {
  const { signal } = options;
  const source = path.basename(file);
  const input = createReadStream(file, { highWaterMark: 1_048_576 });
  const extract = tarStream.extract();
  const sink = extract as unknown as NodeJS.WritableStream;
  // An error destroys `extract` too, and the loop below meets it there.
  if (isGzip(beginOf(file))) pipeline(input, createGunzip(), sink, () => undefined);
  else pipeline(input, sink, () => undefined);
  const stop = (): void => {
    extract.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', stop, { once: true });
  let manifest: Manifest | null = null;
  let index = 0;
  let isBegun = false;
  let isOver = false;
  try {
    for await (const entry of extract) {
      const { name, type, size = 0 } = entry.header;
      if (manifest === null) {
        if (name !== MANIFEST_NAME || type !== 'file') throw noBundle(source);
        isBegun = true;
        manifest = parseManifest(await collect(entry, size, source), source);
        options.onManifest(manifest);
        continue;
      }
      const listed = manifest.entries[index];
      if (listed?.name !== name || listed.bytes !== size || type !== 'file') {
        throw new AppError('badInput', m.bundles_other_entry({ source, entry: shown(name) }));
      }
      index += 1;
      const sink = await options.onEntry(listed);
      await pour(entry, listed, sink, source, options.onBytes);
      isOver = index === manifest.entries.length;
    }
    if (manifest === null) throw noBundle(source);
    if (index < manifest.entries.length) throw cutOff(source);
  } catch (error) {
    throw explain(error, source, signal, isOver ? 'over' : isBegun ? 'begun' : 'none');
  } finally {
    signal.removeEventListener('abort', stop);
    input.destroy();
    extract.destroy();
  }
}

/** The list of contents alone; the rest of the file is not read. */
export async function readManifest(file: string): Promise<Manifest> {
  const found = new AbortController();
  let manifest: Manifest | undefined;
  try {
    await readArchive(file, {
      signal: found.signal,
      onManifest(read) {
        manifest = read;
        found.abort();
      },
      onEntry: () => ({}),
      onBytes: () => undefined,
    });
  } catch (error) {
    if (manifest === undefined) throw error;
  }
  if (manifest === undefined) throw noBundle(path.basename(file));
  return manifest;
}

const BEGIN_BYTES = 512;

/** The first bytes of a file, fewer where it is shorter. */
export function beginOf(file: string): Buffer {
  const begin = Buffer.alloc(BEGIN_BYTES);
  const fd = openSync(file, 'r');
  try {
    return begin.subarray(0, readSync(fd, begin));
  } finally {
    closeSync(fd);
  }
}

/** A bundle may be compressed as a whole. */
export const isGzip = (begin: Buffer): boolean => begin[0] === 0x1f && begin[1] === 0x8b;

async function pour(
  chunks: AsyncIterable<Buffer>,
  { name, sha256 }: Entry,
  sink: Sink,
  source: string,
  onBytes: (count: number) => void,
): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      onBytes(chunk.length);
      await sink.write?.(chunk);
    }
    if (hash.digest('hex') !== sha256) {
      throw new AppError('badInput', m.bundles_entry_altered({ source, entry: name }));
    }
  } catch (error) {
    sink.drop?.();
    throw error;
  }
  await sink.end?.();
}

/** No manifest of 2,000,000 entries is larger. */
const MOST_MANIFEST_BYTES = 300_000_000;

async function collect(chunks: Chunks, size: number, source: string): Promise<Buffer> {
  if (size > MOST_MANIFEST_BYTES) throw noBundle(source);
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function parseManifest(bytes: Buffer, source: string): Manifest {
  const document = jsonOf(bytes);
  const head = manifestHeadSchema.safeParse(document);
  if (!head.success) throw noBundle(source);
  const { version, twofold } = head.data;
  if (version > BUNDLE_VERSION) {
    throw new AppError(
      'badInput',
      m.bundles_newer({ source, version, newest: BUNDLE_VERSION, twofold: shown(twofold) }),
    );
  }
  // The document as it was written: a schema may put its fields in another order.
  const { sha256, ...rest } = document as Readonly<Record<string, unknown>>;
  const isWhole = version === 1 ? sha256 === undefined : sha256 === hashOf(rest);
  const manifest = manifestSchema.safeParse(rest);
  if (!isWhole || !manifest.success) {
    throw new AppError('badInput', m.bundles_entry_altered({ source, entry: MANIFEST_NAME }));
  }
  return manifest.data;
}

/** With the hash of itself: what no part's hash covers, such as the plan of an experiment, is covered by this one. */
const sealed = (manifest: Manifest): string =>
  JSON.stringify({ ...manifest, sha256: hashOf(manifest) });
const hashOf = (document: unknown): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('hex');

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

/** `reading`: how much of a bundle was met before the error. */
function explain(
  error: unknown,
  source: string,
  signal: AbortSignal,
  reading: 'none' | 'begun' | 'over',
): unknown {
  if (error instanceof AppError) return error;
  if (signal.aborted) return signal.reason;
  const text = error instanceof Error ? error.message : '';
  if (!/unexpected end|tar header|checksum|unknown format|max size/i.test(text)) return error;
  if (reading === 'over') return new AppError('badInput', m.bundles_more({ source }));
  return reading === 'begun' ? cutOff(source) : noBundle(source);
}

export const noBundle = (source: string): AppError =>
  new AppError('badInput', m.bundles_no_bundle({ source }));
const cutOff = (source: string): AppError =>
  new AppError('badInput', m.bundles_cut_off({ source }));

/** Of a stranger's text as much as a sentence bears. */
const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
