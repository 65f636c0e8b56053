import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * How many transactions of a write-ahead log SQLite will leave out because bytes before them were changed: it reads up to the first
 * frame whose checksum differs and takes that for the end. 0 for a log that is whole, or was cut off by a kill.
 *
 * Format: https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function lostTransactions(walFile: string): number {
  const fd = openSync(walFile, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size < headerBytes + frameBytes) return 0;
    const header = read(fd, 0, headerBytes);
    const magic = header.getUint32(0);
    const pageBytes = header.getUint32(8);
    const isLittle = magic === 0x37_7f_06_82;
    const sum = new Checksum(isLittle);
    sum.add(header, 24);
    const isPageSize =
      pageBytes >= 512 && pageBytes <= 65_536 && (pageBytes & (pageBytes - 1)) === 0;
    const isHeader = (isLittle || magic === 0x37_7f_06_83) && isPageSize && sum.equals(header, 24);
    // Without its header nothing of a log is read.
    if (!isHeader) return countCommits(fd, size, isPageSize ? pageBytes : usualPageBytes);
    return countLost(fd, size, header, sum);
  } finally {
    closeSync(fd);
  }
}

const headerBytes = 32;
const frameBytes = 24;
const usualPageBytes = 8192;

function countLost(fd: number, size: number, header: DataView, sum: Checksum): number {
  const pageBytes = header.getUint32(8);
  const whole = frameBytes + pageBytes;
  let isRead = true;
  let lost = 0;
  for (let at = headerBytes; at + whole <= size; at += whole) {
    const frame = read(fd, at, whole);
    // Frames of an earlier turn of the log have other salts.
    const isOurs =
      frame.getUint32(8) === header.getUint32(16) && frame.getUint32(12) === header.getUint32(20);
    if (isRead && isOurs) {
      sum.add(frame, 8);
      sum.add(frame, pageBytes, frameBytes);
      isRead = sum.equals(frame, 16);
    } else {
      isRead = false;
    }
    if (!isRead && isOurs && frame.getUint32(4) !== 0) lost += 1;
  }
  return lost;
}

/** Of every frame that ends a transaction, whichever turn of the log it is of. At least one: something was there. */
function countCommits(fd: number, size: number, pageBytes: number): number {
  let commits = 0;
  const whole = frameBytes + pageBytes;
  for (let at = headerBytes; at + whole <= size; at += whole) {
    if (read(fd, at, frameBytes).getUint32(4) !== 0) commits += 1;
  }
  return Math.max(1, commits);
}

/** Two sums of 32 bits over pairs of words, in the byte order that the log's header names. */
class Checksum {
  readonly #isLittle: boolean;
  #first = 0;
  #second = 0;

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle;
  }

  add(bytes: DataView, length: number, from = 0): void {
    for (let at = from; at < from + length; at += 8) {
      this.#first = (this.#first + bytes.getUint32(at, this.#isLittle) + this.#second) >>> 0;
      this.#second = (this.#second + bytes.getUint32(at + 4, this.#isLittle) + this.#first) >>> 0;
    }
  }

  /** The sums are stored big-endian, whatever the words are. */
  equals(bytes: DataView, at: number): boolean {
    return bytes.getUint32(at) === this.#first && bytes.getUint32(at + 4) === this.#second;
  }
}

function read(fd: number, position: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  readSync(fd, bytes, 0, length, position);
  return new DataView(bytes.buffer);
}
