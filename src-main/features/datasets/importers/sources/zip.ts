import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';

export type ZipEntry = Readonly<{
  name: string;
  /** Unpacked, as the central directory says; `read` refuses an entry that turns out otherwise. */
  size: number;
  packedSize: number;
  method: number;
  crc: number;
  isEncrypted: boolean;
  isLink: boolean;
  headerAt: number;
}>;

export type ZipFile = Readonly<{
  entries: readonly ZipEntry[];
  read: (entry: ZipEntry) => Promise<Uint8Array>;
  close: () => void;
}>;

/**
 * Opens a zip archive by its central directory (zip64 too). Each entry read is checked against its size and checksum, so
 * a damaged or lying archive never yields bytes. (fflate, which we have for writing, checks neither.)
 */
export function openZip(file: string, limits: ImportLimits): ZipFile {
  const fd = openSync(file, 'r');
  try {
    const archive = path.basename(file);
    const fileSize = fstatSync(fd).size;
    const entries = readDirectory(fd, fileSize, archive, limits);
    assertNoBomb(entries, fileSize, archive, limits);
    return {
      entries,
      read: (entry) => readEntry(fd, entry, archive),
      close: () => {
        closeSync(fd);
      },
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

const inflateRaw = promisify(zlib.inflateRaw) as (
  bytes: Uint8Array,
  options: zlib.ZlibOptions,
) => Promise<Uint8Array>;

function readDirectory(
  fd: number,
  fileSize: number,
  archive: string,
  limits: ImportLimits,
): ZipEntry[] {
  // The end record is 22 bytes and a comment of at most 65,535.
  const tailSize = Math.min(fileSize, 22 + 65_535);
  const tail = readAt(fd, fileSize - tailSize, tailSize, archive);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > tail.length) throw cutOff(archive);
  let count = tail.readUInt16LE(end + 10);
  let size = tail.readUInt32LE(end + 12);
  let at = tail.readUInt32LE(end + 16);
  const locator = end - 20;
  if (locator >= 0 && tail.readUInt32LE(locator) === 0x07064b50) {
    const record = readAt(fd, Number(tail.readBigUInt64LE(locator + 8)), 56, archive);
    if (record.readUInt32LE(0) !== 0x06064b50) throw cutOff(archive);
    count = Number(record.readBigUInt64LE(32));
    size = Number(record.readBigUInt64LE(40));
    at = Number(record.readBigUInt64LE(48));
  }
  if (count > limits.entries) throw tooMany(archive, limits);
  const directory = readAt(fd, at, size, archive);
  const entries: ZipEntry[] = [];
  let position = 0;
  for (let i = 0; i < count; i += 1) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== 0x02014b50) {
      throw cutOff(archive);
    }
    const nameLength = directory.readUInt16LE(position + 28);
    const extraLength = directory.readUInt16LE(position + 30);
    const commentLength = directory.readUInt16LE(position + 32);
    const nameAt = position + 46;
    const extra = directory.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
    const sizes = longSizes(extra, {
      size: directory.readUInt32LE(position + 24),
      packedSize: directory.readUInt32LE(position + 20),
      headerAt: directory.readUInt32LE(position + 42),
    });
    entries.push({
      name: directory.toString('utf8', nameAt, nameAt + nameLength),
      ...sizes,
      method: directory.readUInt16LE(position + 10),
      crc: directory.readUInt32LE(position + 16),
      isEncrypted: (directory.readUInt16LE(position + 8) & 1) === 1,
      // The mode of a Unix file stands in the upper half of the external attributes.
      isLink: (directory.readUInt16LE(position + 40) & 0xf000) === 0xa000,
    });
    position = nameAt + nameLength + extraLength + commentLength;
  }
  return entries;
}

type Sizes = Readonly<{ size: number; packedSize: number; headerAt: number }>;

/** Fields of 0xffffffff stand in the zip64 extra field, in this order. */
function longSizes(extra: Buffer, short: Sizes): Sizes {
  const isLong = (value: number) => value === 0xffff_ffff;
  let position = 0;
  while (position + 4 <= extra.length) {
    const length = extra.readUInt16LE(position + 2);
    if (extra.readUInt16LE(position) === 1 && position + 4 + length <= extra.length) {
      let at = position + 4;
      const take = (value: number): number => {
        if (!isLong(value) || at + 8 > position + 4 + length) return value;
        at += 8;
        return Number(extra.readBigUInt64LE(at - 8));
      };
      const size = take(short.size);
      const packedSize = take(short.packedSize);
      return { size, packedSize, headerAt: take(short.headerAt) };
    }
    position += 4 + length;
  }
  return short;
}

async function readEntry(fd: number, entry: ZipEntry, archive: string): Promise<Uint8Array> {
  const where = m.datasets_within({ name: entry.name, source: archive });
  if (entry.isEncrypted) {
    throw new AppError('badInput', m.datasets_zip_encrypted({ where }));
  }
  if (entry.isLink) {
    throw new AppError('badInput', m.datasets_tar_link({ name: entry.name, source: archive }));
  }
  const header = readAt(fd, entry.headerAt, 30, archive);
  if (header.readUInt32LE(0) !== 0x04034b50) throw cutOff(archive);
  const dataAt = entry.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = readAt(fd, dataAt, entry.packedSize, archive);
  const bytes = await unpack(packed, entry, where);
  if (bytes.length !== entry.size || zlib.crc32(bytes) !== entry.crc) throw damaged(where);
  return bytes;
}

async function unpack(packed: Buffer, entry: ZipEntry, where: string): Promise<Uint8Array> {
  if (entry.method === 0) return packed;
  if (entry.method !== 8) {
    throw new AppError('badInput', m.datasets_zip_method({ where, method: entry.method }));
  }
  // A small entry is unpacked faster than a thread is asked to.
  const options = { maxOutputLength: Math.max(entry.size, 1) };
  try {
    return entry.size < 100_000
      ? zlib.inflateRawSync(packed, options)
      : await inflateRaw(packed, options);
  } catch (error) {
    throw damaged(where, error);
  }
}

function assertNoBomb(
  entries: readonly ZipEntry[],
  fileSize: number,
  archive: string,
  limits: ImportLimits,
): void {
  const unpacked = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (isBomb(unpacked, fileSize, limits)) throw bomb(archive);
}

function readAt(fd: number, position: number, length: number, archive: string): Buffer {
  const size = fstatSync(fd).size;
  if (position < 0 || length < 0 || position + length > size) throw cutOff(archive);
  const buffer = Buffer.alloc(length);
  if (readSync(fd, buffer, 0, length, position) !== length) throw cutOff(archive);
  return buffer;
}

/** Whether a file of so many bytes gives more than any honest one does. */
export function isBomb(unpackedBytes: number, packedBytes: number, limits: ImportLimits): boolean {
  const isLarge = unpackedBytes > limits.bombBytes && unpackedBytes > limits.ratio * packedBytes;
  return isLarge || unpackedBytes > limits.unpackedBytes;
}

/** Weighs the rows of a file: a dictionary holds a value once, however many rows there are of it. */
export function createScales(source: string, packedBytes: number, limits: ImportLimits) {
  let unpackedBytes = 0;
  return (cells: readonly unknown[]): void => {
    for (const cell of cells) {
      // Values other than texts and lists of ids are small.
      if (typeof cell === 'string') unpackedBytes += cell.length;
      else if (Array.isArray(cell)) unpackedBytes += 4 * cell.length;
      else if (ArrayBuffer.isView(cell)) unpackedBytes += cell.byteLength;
    }
    if (isBomb(unpackedBytes, packedBytes, limits)) throw bomb(source);
  };
}

export function bomb(archive: string): AppError {
  return new AppError('badInput', m.datasets_zip_bomb({ archive }));
}

export function tooMany(archive: string, limits: ImportLimits): AppError {
  return new AppError(
    'badInput',
    m.datasets_zip_entries({ archive, most: limits.entries.toLocaleString('en-US') }),
  );
}

export function cutOff(archive: string): AppError {
  return new AppError('badInput', m.datasets_zip_cut_off({ archive }));
}

function damaged(where: string, cause?: unknown): AppError {
  return new AppError('badInput', m.datasets_zip_entry_damaged({ where }), { cause });
}
