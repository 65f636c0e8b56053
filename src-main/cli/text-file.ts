import { closeSync, openSync, readSync } from 'node:fs';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/** The text of a file or of a pipe, which may have a byte order mark before it. Throws where it does not end: a device may have no end. */
export function readTextFile(file: string, mostBytes = 50_000_000): string {
  const fd = openSync(file, 'r');
  try {
    const parts: Buffer[] = [];
    for (let total = 0; total <= mostBytes;) {
      const part = Buffer.allocUnsafe(1 << 20);
      const length = readSync(fd, part);
      if (length === 0)
        return Buffer.concat(parts)
          .toString('utf8')
          .replace(/^\uFEFF/, '');
      parts.push(part.subarray(0, length));
      total += length;
    }
    throw new AppError('badInput', m.cli_file_too_large({ file, most: mostBytes / 1e6 }));
  } finally {
    closeSync(fd);
  }
}
