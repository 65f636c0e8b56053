import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { SetupFailure } from './failure.mjs';

/**
 * The entries of a zip (a wheel is one). Zip64 and encryption are refused: the wheels we pin use neither.
 * @returns {Promise<{name: string, method: number, packed: number, size: number, offset: number}[]>}
 */
export async function zipEntries(file) {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, 65_557));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (end < 0)
      throw new SetupFailure(
        `${path.basename(file)} is not a complete zip file; it will be fetched again at the next start.`,
      );
    const count = tail.readUInt16LE(end + 10);
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    const start = tail.readUInt32LE(end + 16);
    if (count === 0xffff || start === 0xffffffff)
      throw new SetupFailure(
        `${path.basename(file)} is a zip64 file, which is not supported here.`,
      );
    await handle.read(directory, 0, directory.length, start);
    const entries = [];
    for (let at = 0; entries.length < count;) {
      const nameLength = directory.readUInt16LE(at + 28);
      entries.push({
        name: directory.toString('utf8', at + 46, at + 46 + nameLength),
        method: directory.readUInt16LE(at + 10),
        packed: directory.readUInt32LE(at + 20),
        size: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      });
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await handle.close();
  }
}

/**
 * Writes one entry to `target`.
 * @returns {Promise<string>} the sha256 of what was written
 */
export async function extractEntry(file, entry, target) {
  const handle = await open(file, 'r');
  const header = Buffer.alloc(30);
  await handle.read(header, 0, 30, entry.offset);
  await handle.close();
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  mkdirSync(path.dirname(target), { recursive: true });
  const hash = createHash('sha256');
  let written = 0;
  const watch = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      written += chunk.length;
      done(null, chunk);
    },
  });
  // An empty range cannot be asked of a read stream.
  const source =
    entry.packed === 0
      ? []
      : createReadStream(file, { start, end: start + entry.packed - 1, highWaterMark: 1 << 20 });
  const unpack = entry.method === 8 ? [createInflateRaw({ chunkSize: 1 << 20 })] : [];
  await pipeline(source, ...unpack, watch, createWriteStream(target));
  if (written !== entry.size)
    throw new SetupFailure(
      `${entry.name} came out of ${path.basename(file)} damaged; it will be fetched again at the next start.`,
    );
  return hash.digest('hex');
}
