import { createReadStream, statSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';

import chardet from 'chardet';
import iconv from 'iconv-lite';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';
import { badRow, type TableRow } from '../table.ts';
import { bomb, cutOff, isBomb } from './zip.ts';

/** A text file, packed with gzip or not, whose encoding is known. */
export type TextSource = Readonly<{
  file: string;
  sourceName: string;
  isGzip: boolean;
  encoding: string;
  isEncodingGuessed: boolean;
}>;

export type TextChunk = Readonly<{
  text: string;
  /** How much of the file was read so far, 0 to 1. */
  share: number;
}>;

/** Thrown by `readText` after the text before the fault was given, so that the reader can say in which row it is. */
export class BadText extends Error {
  readonly reason: 'encoding' | 'nul';
  /** What the bytes look like instead, where that is known. */
  readonly likely: string | null;

  constructor(reason: 'encoding' | 'nul', likely: string | null = null) {
    super(reason);
    this.reason = reason;
    this.likely = likely;
  }
}

/** A refusal of the row at which `readText` stopped. */
export function badText(
  { reason, likely }: BadText,
  source: TextSource,
  row: Omit<TableRow, 'cells'>,
): AppError {
  const field = 'encoding';
  if (likely !== null) {
    const say = ({ where }: Readonly<{ where: string }>) =>
      m.datasets_row_nul_utf16({ where, encoding: likely });
    return badRow(source, row, say, { field, flag: `--encoding ${likely}` });
  }
  if (reason === 'nul') return badRow(source, row, m.datasets_row_nul);
  const encoding = encodingName(source.encoding);
  return badRow(source, row, ({ where }) => m.datasets_row_encoding({ where, encoding }), {
    field,
    flag: '--encoding E',
  });
}

export async function openText(
  file: string,
  sourceName: string,
  isGzip: boolean,
  encoding: string | undefined,
  limits: ImportLimits,
): Promise<TextSource> {
  const known = { file, sourceName, isGzip };
  if (encoding !== undefined) {
    return { ...known, encoding: encodingOf(encoding), isEncodingGuessed: false };
  }
  return { ...known, ...(await findEncoding(file, sourceName, isGzip, limits)) };
}

/** Of a whole file; null where it is not valid. */
export const decodeStrictly = (encoding: string, bytes: Uint8Array): string | null => {
  const { text, isValid } = decoderOf(encoding)(bytes, false);
  return isValid ? text : null;
};

/** The Encoding Standard's name; throws for one that it does not know. */
export function encodingOf(name: string): string {
  const plain = name.trim().toLowerCase();
  try {
    return new TextDecoder(aliases.get(plain) ?? plain).encoding;
  } catch {
    throw new AppError('invalid', m.datasets_encoding_unknown({ name }), { field: 'encoding' });
  }
}

/** The file's text in pieces, never decoded loosely. */
export async function* readText(
  source: TextSource,
  limits: ImportLimits,
): AsyncGenerator<TextChunk> {
  const { encoding } = source;
  const decode = decoderOf(encoding);
  let rest: Buffer = Buffer.alloc(0);
  for await (const { bytes, share } of readBytes(source, limits)) {
    const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    // UTF-8 is cut between characters here, so that a fault is found in the piece that holds it.
    const end = encoding === 'utf-8' ? completeLength(whole) : whole.length;
    rest = whole.subarray(end);
    const piece = whole.subarray(0, end);
    yield* checked(piece, share, true);
  }
  yield* checked(rest, 1, false);

  function* checked(piece: Buffer, share: number, isMore: boolean): Generator<TextChunk> {
    const { text, isValid } = decode(piece, isMore);
    const nul = text.indexOf('\0');
    if (nul !== -1) yield { text: text.slice(0, nul), share };
    else if (text !== '') yield { text, share };
    if (nul !== -1) throw new BadText('nul', wideEncoding(piece));
    if (!isValid) throw new BadText('encoding');
  }
}

type Decode = (bytes: Uint8Array, isMore: boolean) => Readonly<{ text: string; isValid: boolean }>;

/** Decodes piece by piece; where bytes are not valid, the text before them is given. */
function decoderOf(encoding: string): Decode {
  const wide = widerTables.get(encoding);
  if (wide !== undefined) {
    const decoder = iconv.getDecoder(wide);
    return (bytes, isMore) => {
      const text = decoder.write(Buffer.from(bytes)) + (isMore ? '' : (decoder.end() ?? ''));
      const fault = text.indexOf('\uFFFD');
      return fault === -1
        ? { text, isValid: true }
        : { text: text.slice(0, fault), isValid: false };
    };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (bytes, isMore) => {
    try {
      return { text: decoder.decode(bytes, { stream: isMore }), isValid: true };
    } catch {
      const before = new TextDecoder(encoding).decode(bytes).split('\uFFFD')[0] ?? '';
      return { text: before, isValid: false };
    }
  };
}

/** Where the tables of Node's TextDecoder lack characters of the encoding that Windows and Python write under that name. */
const widerTables = new Map([
  ['euc-kr', 'cp949'],
  ['shift_jis', 'cp932'],
  ['big5', 'cp950'],
]);

/** The beginning of the text, about `length` characters. */
export async function beginningOf(
  source: TextSource,
  limits: ImportLimits,
  length: number,
): Promise<Readonly<{ text: string; isWhole: boolean }>> {
  let text = '';
  try {
    for await (const chunk of readText(source, limits)) {
      text += chunk.text;
      if (text.length >= length) return { text: text.slice(0, length), isWhole: false };
    }
    return { text, isWhole: true };
  } catch (error) {
    // Said with its row when the rows are read.
    if (error instanceof BadText) return { text, isWhole: false };
    throw error;
  }
}

export function encodingName(encoding: string): string {
  return encoding.toUpperCase().replace(/^WINDOWS/, 'Windows');
}

const aliases = new Map([
  ['cp949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['ms949', 'euc-kr'],
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp950', 'big5'],
  ['utf8', 'utf-8'],
  ['utf-8-sig', 'utf-8'],
  ['utf16', 'utf-16le'],
]);

const CHUNK_BYTES = 262_144;
/** The encoding is looked for in this much of a file. */
const SCANNED_BYTES = 256_000_000;

type Bytes = Readonly<{ bytes: Buffer; share: number }>;

async function* readBytes(
  { file, sourceName, isGzip }: Pick<TextSource, 'file' | 'sourceName' | 'isGzip'>,
  limits: ImportLimits,
): AsyncGenerator<Bytes> {
  const packedBytes = Math.max(1, statSync(file).size);
  const input = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const share = () => Math.min(1, input.bytesRead / packedBytes);
  if (!isGzip) {
    for await (const bytes of input) yield { bytes: bytes as Buffer, share: share() };
    return;
  }
  let unpacked = 0;
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      done(isBomb(unpacked, packedBytes, limits) ? bomb(sourceName) : null, chunk);
    },
  });
  pipeline(input, createGunzip({ chunkSize: CHUNK_BYTES }), guard, () => undefined);
  try {
    for await (const bytes of guard) yield { bytes: bytes as Buffer, share: share() };
  } catch (error) {
    throw explainGzip(error, sourceName);
  } finally {
    input.destroy();
    guard.destroy();
  }
}

function explainGzip(error: unknown, sourceName: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return cutOff(sourceName);
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new AppError('badInput', m.datasets_tar_damaged({ source: sourceName }), {
      cause: error,
    });
  }
  return error;
}

async function findEncoding(
  file: string,
  sourceName: string,
  isGzip: boolean,
  limits: ImportLimits,
): Promise<Pick<TextSource, 'encoding' | 'isEncodingGuessed'>> {
  let isFirst = true;
  let scanned = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const { bytes } of readBytes({ file, sourceName, isGzip }, limits)) {
    if (isFirst) {
      const marked = byteOrderMark(bytes);
      if (marked !== null) return { encoding: marked, isEncodingGuessed: false };
      isFirst = false;
    }
    const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = completeLength(whole);
    rest = whole.subarray(end);
    const piece = whole.subarray(0, end);
    if (!isUtf8(piece)) {
      const guessed = guessEncoding(piece);
      return { encoding: guessed ?? 'utf-8', isEncodingGuessed: guessed !== null };
    }
    scanned += piece.length;
    if (scanned > SCANNED_BYTES) break;
  }
  return { encoding: 'utf-8', isEncodingGuessed: false };
}

/** The encoding that a text's first bytes name. */
export function byteOrderMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

/** UTF-16 of mostly Latin text: every other byte is NUL. Null for any other bytes. */
function wideEncoding(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, 1000);
  const nuls = [0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = nuls;
  const few = sample.length / 20;
  if (odd > 5 * few && even < few) return 'utf-16le';
  return even > 5 * few && odd < few ? 'utf-16be' : null;
}

/** Of bytes that are not UTF-8; null where they are more likely damaged UTF-8, or nothing known. */
function guessEncoding(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  const asUtf8 = new TextDecoder().decode(bytes);
  const faults = count(asUtf8, /\uFFFD/g);
  if (count(asUtf8, /[^\0-\x7f\uFFFD]/g) > faults) return null;
  // Lines, since a piece may begin and end inside a character.
  const lines = bytes.subarray(bytes.indexOf(10) + 1, bytes.lastIndexOf(10));
  const sample = lines.length > 0 ? lines : bytes;
  const korean = decodeStrictly('euc-kr', sample);
  if (korean !== null && count(korean, /[가-힣]/g) > 0.6 * count(korean, /[^\0-\x7f]/g))
    return 'euc-kr';
  for (const { name, confidence } of chardet.analyse(sample)) {
    if (confidence < LEAST_CONFIDENCE || /^(utf|ascii|iso-2022)/i.test(name)) continue;
    let encoding: string;
    try {
      encoding = encodingOf(name);
    } catch {
      continue;
    }
    const text = decodeStrictly(encoding, sample);
    if (text !== null && !/[\x80-\x9f]/.test(text)) return encoding;
  }
  return null;
}

const LEAST_CONFIDENCE = 10;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Where the last whole UTF-8 character ends. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
