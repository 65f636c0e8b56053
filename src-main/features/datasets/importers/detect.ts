import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';

import { fileFormats, formats, type ImportFormat } from '#contract/dataset-formats.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ArchiveKind } from './folders/aclimdb.ts';
import { holdsLabelFolders } from './folders/archive-folders.ts';
import { isCorpus } from './folders/folder.ts';
import type { ImportContext } from './importer.ts';
import { findLabelFolders, noLabelFolders } from './folders/label-folders.ts';
import { type BinaryFormat, binaryReaders, type TextFormat, textReaders } from './readers.ts';
import { byteOrderMark } from './sources/text-source.ts';
import { openZip } from './sources/zip.ts';

export type Source =
  | TableSource
  | Readonly<{ format: 'aclimdb'; kind: ArchiveKind }>
  | Readonly<{ format: 'keras-npz' }>;

/** What is read as rows and columns. */
export type TableSource =
  | Readonly<{ format: 'folders'; kind: ArchiveKind }>
  | Readonly<{ format: BinaryFormat }>
  | Readonly<{ format: TextFormat; isGzip: boolean }>;

type Context = Pick<ImportContext, 'limits' | 'pace'>;

/** What a path holds, told by its first bytes and an archive's names, since names lie; a named format must agree with them. */
export async function detectSource(
  source: string,
  wanted: ImportFormat | undefined,
  context: Context,
): Promise<Source> {
  const found = await look(source, wanted, context);
  if (wanted === undefined || wanted === found.format) return found;
  throw new AppError(
    'badInput',
    m.datasets_other_format({ name: path.basename(source), wanted, found: found.format }),
    { field: 'format' },
  );
}

async function look(
  source: string,
  wanted: ImportFormat | undefined,
  context: Context,
): Promise<Source> {
  const name = path.basename(source);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new AppError('notFound', m.app_path_missing({ path: source }), { field: 'path' });
  }
  if (stat.isDirectory()) {
    if (wanted !== 'folders' && isCorpus(source)) return { format: 'aclimdb', kind: 'folder' };
    if (findLabelFolders(source) === null) throw noLabelFolders(name);
    return { format: 'folders', kind: 'folder' };
  }
  if (!stat.isFile()) throw unsupported(name, m.datasets_neither_file_nor_folder());
  if (stat.size === 0)
    throw new AppError('badInput', m.datasets_file_empty({ name }), { field: 'path' });

  const start = firstBytes(source, 65_536);
  const archive = async (kind: Exclude<ArchiveKind, 'folder'>): Promise<Source> => {
    const isOfLabels =
      wanted === 'folders' ||
      (await holdsLabelFolders({ source, kind, sourceName: name }, context));
    return { format: isOfLabels ? 'folders' : 'aclimdb', kind };
  };
  const startsWith = (bytes: string) => start.indexOf(bytes, 0, 'latin1') === 0;
  if (startsWith('PK\x03\x04') || startsWith('PK\x05\x06')) {
    const zip = openZip(source, context.limits);
    zip.close();
    if (zip.entries.some((entry) => /^xl\/workbook\.(xml|bin)$/.test(entry.name)))
      throw excel(name);
    const hasArrays = zip.entries.some((entry) => entry.name.endsWith('.npy'));
    if (!hasArrays && /\.npz$/i.test(name)) throw unsupported(name, m.datasets_zip_no_arrays());
    return hasArrays ? { format: 'keras-npz' } : archive('zip');
  }
  const binary = binaryFormats.find((format) => binaryReaders[format].starts.some(startsWith));
  if (binary !== undefined) return { format: binary };
  if (startsWith('\x1f\x8b')) {
    const unpacked = unpackedStart(start);
    const format = isTar(unpacked)
      ? null
      : textFormat(name.replace(/\.gz$/i, ''), unpacked, wanted);
    return format === null ? archive('tar.gz') : { format, isGzip: true };
  }
  if (startsWith('\xd0\xcf\x11\xe0') && /\.xls$/i.test(name)) throw excel(name);
  if (isTar(start)) return archive('tar');
  for (const [what, bytes] of foreign) {
    if (startsWith(bytes)) throw unsupported(name, m.datasets_unpack_first({ what: what() }));
  }
  if (/\.npz$/i.test(name)) throw unsupported(name, m.datasets_npz_no_zip());
  const format = textFormat(name, start, wanted);
  if (format !== null) return { format, isGzip: false };
  throw unsupported(name, m.datasets_format_unknown());
}

const foreign: readonly (readonly [() => string, string])[] = [
  [m.datasets_bzip2, 'BZh'],
  [m.datasets_xz, '\xfd7zXZ'],
  [m.datasets_7z, '7z\xbc\xaf'],
  [m.datasets_rar, 'Rar!'],
  [m.datasets_zstandard, '(\xb5/\xfd'],
];

function unsupported(name: string, reason: string): AppError {
  const sentence = m.datasets_not_importable({ name, reason, ...fileFormats });
  return new AppError('badInput', sentence, { field: 'path' });
}

const excel = (name: string): AppError =>
  new AppError('badInput', m.datasets_excel({ name }), { field: 'path' });

const isTar = (start: Buffer): boolean =>
  start.length >= 512 &&
  (start.toString('latin1', 257, 262) === 'ustar' || hasTarChecksum(start.subarray(0, 512)));

/** What the first bytes of a gzip file unpack to; nothing where they are damaged. */
function unpackedStart(bytes: Buffer): Buffer {
  try {
    // The rest of the file is missing on purpose.
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 128_000_000 });
  } catch {
    return Buffer.alloc(0);
  }
}

const binaryFormats = Object.keys(binaryReaders) as BinaryFormat[];
const textFormats = Object.keys(textReaders) as TextFormat[];

/** How a text is laid out, by its name, else by its first lines. Null for what is no text of rows. */
function textFormat(
  name: string,
  start: Buffer,
  wanted: ImportFormat | undefined,
): TextFormat | null {
  const extension = path.extname(name).toLowerCase();
  const text = new TextDecoder(byteOrderMark(start) ?? 'utf-8').decode(start);
  const asked = textFormats.find((format) => format === wanted);
  if (asked !== undefined) return asked;
  if (/^\s*\[/.test(text) && extension.startsWith('.json')) {
    throw new AppError('badInput', m.datasets_json_array({ name }), { field: 'path' });
  }
  const named = textFormats.find((format) => formats[format].endings.includes(extension.slice(1)));
  if (named !== undefined) return named;
  if (text.includes('\0')) return null;
  const [first = '', second = ''] = text.split(/\r?\n/);
  return textFormats.find((format) => textReaders[format].isLike([first, second])) ?? null;
}

function firstBytes(file: string, count: number): Buffer {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(count);
    return buffer.subarray(0, readSync(fd, buffer, 0, count, 0));
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
