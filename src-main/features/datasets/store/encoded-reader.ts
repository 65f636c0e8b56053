import { closeSync, openSync, readSync } from 'node:fs';

import type { SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import {
  headerBytesOf,
  PREFIX_BYTES,
  readEncodedLayout,
  type EncodedSection,
} from '#core/text/encoded-file.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

/** Reads an encoded file (core/text/encoded-file.ts) row by row or split by split. */
export type EncodedReader = Readonly<{
  /** 0 for a split that is not there. */
  count: (split: SplitName) => number;
  /** Tokens a review, start token counted: [count]. */
  lengths: (split: SplitName) => Uint32Array;
  /** [count + 1] */
  offsets: (split: SplitName) => Uint32Array;
  ids: (split: SplitName, row: number) => Int32Array;
  /** All reviews of a split one after another; the last split asked for is kept in memory. */
  tokens: (split: SplitName) => Int32Array;
  close: () => void;
}>;

export function openEncoded(file: string): EncodedReader {
  const fd = openFile(file);
  try {
    const prefix = readBytes(fd, 0, PREFIX_BYTES, file);
    const layout = readEncodedLayout(readBytes(fd, 0, headerBytesOf(prefix), file));
    return readerOf(fd, file, new Map(layout.sections.map((section) => [section.split, section])));
  } catch (error) {
    closeSync(fd);
    throw error instanceof AppError ? error : damaged(file, error);
  }
}

function readerOf(
  fd: number,
  file: string,
  sections: ReadonlyMap<SplitName, EncodedSection>,
): EncodedReader {
  const offsetsCache = new Map<SplitName, Uint32Array>();
  let tokensCache: Readonly<{ split: SplitName; tokens: Int32Array }> | null = null;
  const offsets = (split: SplitName): Uint32Array => {
    const known = offsetsCache.get(split);
    if (known !== undefined) return known;
    const section = sections.get(split);
    const read =
      section === undefined
        ? new Uint32Array(1)
        : new Uint32Array(readBytes(fd, section.offsetsAt, (section.count + 1) * 4, file).buffer);
    offsetsCache.set(split, read);
    return read;
  };
  return {
    count: (split) => sections.get(split)?.count ?? 0,
    offsets,
    lengths(split) {
      const starts = offsets(split);
      return Uint32Array.from({ length: starts.length - 1 }, (_, row) => lengthAt(starts, row));
    },
    ids(split, row) {
      const section = sections.get(split);
      if (section === undefined || row < 0 || row >= section.count) {
        throw new AppError(
          'notFound',
          m.datasets_no_row({ split: splitWord(split), row, count: section?.count ?? 0 }),
        );
      }
      const starts = offsets(split);
      const start = starts[row] as number;
      return new Int32Array(
        readBytes(fd, section.tokensAt + start * 4, lengthAt(starts, row) * 4, file).buffer,
      );
    },
    tokens(split) {
      if (tokensCache?.split === split) return tokensCache.tokens;
      const section = sections.get(split);
      if (section === undefined) return new Int32Array(0);
      tokensCache = {
        split,
        tokens: new Int32Array(
          readBytes(fd, section.tokensAt, section.tokenCount * 4, file).buffer,
        ),
      };
      return tokensCache.tokens;
    },
    close: () => {
      closeSync(fd);
    },
  };
}

function lengthAt(offsets: Uint32Array, row: number): number {
  return (offsets[row + 1] as number) - (offsets[row] as number);
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw damaged(file, error);
  }
}

/** In a buffer of their own, so that any typed array may view it. */
function readBytes(
  fd: number,
  position: number,
  length: number,
  file: string,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, bytes, done, length - done, position + done);
    if (got === 0) throw damaged(file);
    done += got;
  }
  return bytes;
}

function damaged(file: string, cause?: unknown): AppError {
  return new AppError('storage', m.datasets_damaged({ file }), { cause });
}
