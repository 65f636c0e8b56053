import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Turns over every bit of some bytes of a file. */
export function flip(file: string, at: number, length: number): void {
  const fd = openSync(file, 'r+');
  try {
    const bytes = new Uint8Array(length);
    readSync(fd, bytes, 0, length, at);
    writeSync(
      fd,
      bytes.map((byte) => byte ^ 0xff),
      0,
      length,
      at,
    );
  } finally {
    closeSync(fd);
  }
}
