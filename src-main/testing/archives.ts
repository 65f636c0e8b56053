import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { zipSync, type Zippable } from 'fflate';
import tarStream from 'tar-stream';

/** Entries of an archive: a text is a file; a link is written as one. */
export type ArchiveEntry = Readonly<{ name: string; text?: string | Uint8Array; linkTo?: string }>;

export async function tarOf(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const pack = tarStream.pack();
  for (const { name, text = '', linkTo } of entries) {
    if (linkTo === undefined)
      pack.entry({ name }, typeof text === 'string' ? text : Buffer.from(text));
    else pack.entry({ name, type: 'symlink', linkname: linkTo });
  }
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The files of a tar (its file, or its bytes), in their order. */
export async function entriesOf(tar: string | Buffer): Promise<{ name: string; text: Buffer }[]> {
  const extract = tarStream.extract();
  extract.end(typeof tar === 'string' ? readFileSync(tar) : tar);
  const all: { name: string; text: Buffer }[] = [];
  for await (const entry of extract) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk);
    all.push({ name: entry.header.name, text: Buffer.concat(chunks) });
  }
  return all;
}

export async function tarGzOf(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  return gzipSync(await tarOf(entries));
}

export function zipOf(entries: readonly ArchiveEntry[]): Uint8Array {
  return zipSync(
    Object.fromEntries(
      entries.map(({ name, text = '', linkTo }): [string, Zippable[string]] => {
        if (linkTo !== undefined)
          return [name, [Buffer.from(linkTo), { os: 3, attrs: 0o120777 << 16 }]];
        return [name, typeof text === 'string' ? new TextEncoder().encode(text) : text];
      }),
    ),
  );
}

/** A `.npy` file of whole numbers, one dimension, as int64. */
export function npyOf(
  numbers: readonly number[],
  options: Readonly<{ shape?: string }> = {},
): Uint8Array {
  const { shape = `(${numbers.length},)` } = options;
  const data = Buffer.alloc(numbers.length * 8);
  numbers.forEach((number, index) => data.writeBigInt64LE(BigInt(number), index * 8));
  return Buffer.concat([npyHeader('<i8', shape), data]);
}

/**
 * A `.npy` file of lists of whole numbers: an object array, pickled as numpy does (protocol 4). A list that stands there again is
 * written once and named then.
 */
export function npyOfLists(lists: readonly (readonly number[])[]): Uint8Array {
  const count = Buffer.alloc(4);
  count.writeInt32LE(lists.length);
  const memo = new Map<readonly number[], number>();
  const items = lists.flatMap((list, index) => {
    const known = memo.get(list);
    if (known !== undefined) return [Buffer.from([0x68, known])];
    const bytes = bytesOfList(list);
    if (!lists.includes(list, index + 1)) return bytes;
    memo.set(list, memo.size);
    return [...bytes, Buffer.from([0x71, memo.size - 1])];
  });
  const pickle = Buffer.concat([
    Buffer.from([0x80, 4]),
    globalOf('numpy._core.multiarray', '_reconstruct'),
    globalOf('numpy', 'ndarray'),
    Buffer.from('K\0\x85C\x01b\x87R', 'latin1'),
    MARK,
    Buffer.from('K\x01J', 'latin1'),
    count,
    Buffer.from([0x85]),
    globalOf('numpy', 'dtype'),
    textOf('O8'),
    Buffer.from([0x89, 0x88, 0x87, 0x52]),
    MARK,
    Buffer.from('K\x03', 'latin1'),
    textOf('|'),
    Buffer.from('NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb', 'latin1'),
    Buffer.from([0x89]),
    EMPTY_LIST,
    MARK,
    ...items,
    Buffer.from('e'),
    Buffer.from('tb.'),
  ]);
  return Buffer.concat([npyHeader('|O', `(${lists.length},)`), pickle]);
}

function bytesOfList(list: readonly number[]): Buffer[] {
  const numbers = list.map((number) => {
    const bytes = Buffer.from([0x4a, 0, 0, 0, 0]);
    bytes.writeInt32LE(number, 1);
    return bytes;
  });
  return [EMPTY_LIST, MARK, ...numbers, Buffer.from('e')];
}

const MARK = Buffer.from('(');
const EMPTY_LIST = Buffer.from(']');

function textOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x8c, text.length]), Buffer.from(text)]);
}

function globalOf(module: string, name: string): Buffer {
  return Buffer.concat([textOf(module), textOf(name), Buffer.from([0x93])]);
}

function npyHeader(descr: string, shape: string): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(117)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\0', 'latin1'), length, Buffer.from(padded)]);
}
