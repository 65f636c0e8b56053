import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';

import type { ArchiveKind } from './aclimdb.ts';
import { corpusRoot, noReviews } from './folder.ts';
import type { ImportLimits } from './importer.ts';
import { openZip } from './zip.ts';

export type Source =
  | Readonly<{ format: 'aclimdb'; kind: ArchiveKind }>
  | Readonly<{ format: 'keras-npz' }>;

/** What a path holds, told by its first bytes, since names lie; a named format must agree with them. */
export function detectSource(
  source: string,
  wanted: Source['format'] | undefined,
  limits: ImportLimits,
): Source {
  const found = look(source, limits);
  if (wanted === undefined || wanted === found.format) return found;
  throw new AppError(
    'badInput',
    `${path.basename(source)} is not of the format ${wanted}: it looks like ${found.format}.`,
    { field: 'format' },
  );
}

function look(source: string, limits: ImportLimits): Source {
  const name = path.basename(source);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new AppError('notFound', `${source} does not exist. Check the path.`, { field: 'path' });
  }
  if (stat.isDirectory()) {
    if (corpusRoot(source) === undefined) throw noReviews(name);
    return { format: 'aclimdb', kind: 'folder' };
  }
  if (!stat.isFile()) throw unsupported(name, 'it is neither a file nor a folder');
  if (stat.size === 0) throw new AppError('badInput', `${name} is empty. Get the file again.`, { field: 'path' });

  const start = firstBytes(source, 512);
  const startsWith = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte);
  if (startsWith(0x50, 0x4b, 0x03, 0x04) || startsWith(0x50, 0x4b, 0x05, 0x06)) {
    const zip = openZip(source, limits);
    zip.close();
    const hasArrays = zip.entries.some((entry) => entry.name.endsWith('.npy'));
    if (!hasArrays && /\.npz$/i.test(name)) throw unsupported(name, 'it holds no arrays (.npy)');
    return hasArrays ? { format: 'keras-npz' } : { format: 'aclimdb', kind: 'zip' };
  }
  if (startsWith(0x1f, 0x8b)) return { format: 'aclimdb', kind: 'tar.gz' };
  if (start.toString('latin1', 257, 262) === 'ustar' || hasTarChecksum(start)) {
    return { format: 'aclimdb', kind: 'tar' };
  }
  for (const [what, ...bytes] of foreign) {
    if (startsWith(...bytes)) throw unsupported(name, `it is a ${what}; unpack it and choose the folder`);
  }
  if (/\.npz$/i.test(name)) throw unsupported(name, 'it is no zip archive, as every .npz is');
  throw unsupported(name, 'its format is unknown');
}

const foreign: readonly (readonly [string, ...number[]])[] = [
  ['bzip2 archive', 0x42, 0x5a, 0x68],
  ['xz archive', 0xfd, 0x37, 0x7a, 0x58, 0x5a],
  ['7z archive', 0x37, 0x7a, 0xbc, 0xaf],
  ['RAR archive', 0x52, 0x61, 0x72, 0x21],
  ['Zstandard archive', 0x28, 0xb5, 0x2f, 0xfd],
];

function unsupported(name: string, reason: string): AppError {
  return new AppError(
    'badInput',
    `${name} cannot be imported: ${reason}. What can be: the aclImdb archive (tar.gz, tar, zip) or its folder, or an imdb.npz in the layout of Keras.`,
    { field: 'path' },
  );
}

function firstBytes(file: string, count: number): Buffer {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(count);
    readSync(fd, buffer, 0, count, 0);
    return buffer;
  } finally {
    closeSync(fd);
  }
}

/** Tar archives from before "ustar": the header's bytes, its checksum field read as spaces, sum up to that field. */
function hasTarChecksum(header: Buffer): boolean {
  const written = Number.parseInt(header.toString('latin1', 148, 156), 8);
  let sum = 8 * 0x20;
  header.forEach((byte, index) => {
    if (index < 148 || index >= 156) sum += byte;
  });
  return written === sum && header[0] !== 0;
}
