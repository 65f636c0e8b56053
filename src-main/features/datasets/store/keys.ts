import { hash } from 'node:crypto';

import { createSpill } from '../importers/sources/spill.ts';

/** 64 bits a content, in the order they came: equal for equal contents, and for others by no chance worth counting. */
export type Keys = Readonly<{
  high: (index: number) => number;
  low: (index: number) => number;
}>;

/** They are on disk until they are asked for: of millions of reviews they are tens of megabytes. */
export type KeySpill = Readonly<{
  add: (content: string | Int32Array) => void;
  read: () => Keys;
  close: () => void;
}>;

/** @param file does not exist yet */
export function createKeySpill(file: string): KeySpill {
  const spill = createSpill(file);
  return {
    add(content) {
      const bytes =
        typeof content === 'string'
          ? content
          : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      spill.append(hash('sha256', bytes, 'buffer').subarray(0, KEY_BYTES));
    },
    read() {
      const parts = new Uint32Array(spill.read(0, spill.size()).buffer);
      return {
        high: (index) => parts[2 * index] ?? 0,
        low: (index) => parts[2 * index + 1] ?? 0,
      };
    },
    close: spill.close,
  };
}

const KEY_BYTES = 8;

/**
 * Puts the contents at `order` into a table, the first of equal ones; the answer finds the index of the one in the table that is
 * equal to the content at an index, or -1.
 *
 * @param count how many `order` has
 */
export function indexKeys(
  keys: Keys,
  order: Iterable<number>,
  count: number,
): (index: number) => number {
  let size = 1024;
  while (size < 2 * count) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const slotOf = (index: number): number => {
    const [high, low] = [keys.high(index), keys.low(index)];
    let slot = low & (size - 1);
    for (;;) {
      const found = table[slot] ?? -1;
      if (found === -1 || (keys.high(found) === high && keys.low(found) === low)) return slot;
      slot = (slot + 1) & (size - 1);
    }
  };
  for (const index of order) {
    const slot = slotOf(index);
    if (table[slot] === -1) table[slot] = index;
  }
  return (index) => table[slotOf(index)] ?? -1;
}
