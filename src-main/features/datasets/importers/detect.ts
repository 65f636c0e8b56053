import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

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
    m.datasets_other_format({ name: path.basename(source), wanted, found: found.format }),
    { field: 'format' },
  );
}

function look(source: string, limits: ImportLimits): Source {
  const name = path.basename(source);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new AppError('notFound', m.app_path_missing({ path: source }), { field: 'path' });
  }
  if (stat.isDirectory()) {
    if (corpusRoot(source) === undefined) throw noReviews(name);
    return { format: 'aclimdb', kind: 'folder' };
  }
  if (!stat.isFile()) throw unsupported(name, m.datasets_neither_file_nor_folder());
  if (stat.size === 0) throw new AppError('badInput', m.datasets_file_empty({ name }), { field: 'path' });

  const start = firstBytes(source, 512);
  const startsWith = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte);
  if (startsWith(0x50, 0x4b, 0x03, 0x04) || startsWith(0x50, 0x4b, 0x05, 0x06)) {
    const zip = openZip(source, limits);
    zip.close();
    const hasArrays = zip.entries.some((entry) => entry.name.endsWith('.npy'));
    if (!hasArrays && /\.npz$/i.test(name)) throw unsupported(name, m.datasets_zip_no_arrays());
    return hasArrays ? { format: 'keras-npz' } : { format: 'aclimdb', kind: 'zip' };
  }
  if (startsWith(0x1f, 0x8b)) return { format: 'aclimdb', kind: 'tar.gz' };
  if (start.toString('latin1', 257, 262) === 'ustar' || hasTarChecksum(start)) {
    return { format: 'aclimdb', kind: 'tar' };
  }
  for (const [what, ...bytes] of foreign) {
    if (startsWith(...bytes)) throw unsupported(name, m.datasets_unpack_first({ what: what() }));
  }
  if (/\.npz$/i.test(name)) throw unsupported(name, m.datasets_npz_no_zip());
  throw unsupported(name, m.datasets_format_unknown());
}

const foreign: readonly (readonly [() => string, ...number[]])[] = [
  [m.datasets_bzip2, 0x42, 0x5a, 0x68],
  [m.datasets_xz, 0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [m.datasets_7z, 0x37, 0x7a, 0xbc, 0xaf],
  [m.datasets_rar, 0x52, 0x61, 0x72, 0x21],
  [m.datasets_zstandard, 0x28, 0xb5, 0x2f, 0xfd],
];

function unsupported(name: string, reason: string): AppError {
  return new AppError(
    'badInput',
    m.datasets_not_importable({ name, reason }),
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
