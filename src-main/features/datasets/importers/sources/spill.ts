import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes put aside on disk in one order and read back in another: what keeps memory bounded while an archive is sorted. */
export type Spill = Readonly<{
  /** Returns the position to read them back from. */
  append: (bytes: Uint8Array) => number;
  read: (position: number, length: number) => Uint8Array<ArrayBuffer>;
  /** Fills `bytes` from a position on. */
  fill: (bytes: Uint8Array, position: number) => void;
  size: () => number;
  close: () => void;
}>;

export function createSpill(file: string): Spill {
  const fd = openSync(file, 'wx+');
  const buffer = Buffer.alloc(1_048_576);
  let buffered = 0;
  let written = 0;
  const flush = () => {
    writeAll(fd, buffer.subarray(0, buffered));
    written += buffered;
    buffered = 0;
  };
  const fill = (bytes: Uint8Array, position: number): void => {
    if (buffered > 0) flush();
    let done = 0;
    while (done < bytes.length) {
      const got = readSync(fd, bytes, done, bytes.length - done, position + done);
      if (got === 0) throw new Error('A temporary file of the import ended too early.');
      done += got;
    }
  };
  return {
    append(bytes) {
      const position = written + buffered;
      if (buffered + bytes.length > buffer.length) flush();
      if (bytes.length > buffer.length) {
        writeAll(fd, bytes);
        written += bytes.length;
      } else {
        buffer.set(bytes, buffered);
        buffered += bytes.length;
      }
      return position;
    },
    read(position, length) {
      const bytes = new Uint8Array(length);
      fill(bytes, position);
      return bytes;
    },
    fill,
    size: () => written + buffered,
    close() {
      closeSync(fd);
    },
  };
}

/** `writeSync` may write less than it was given. */
function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done);
}
