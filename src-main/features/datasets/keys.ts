import { hash } from 'node:crypto';

import { growable } from '#core/growable.ts';

/** 64 bits a content, in the order they come: equal for equal contents, and for others by no chance worth counting. */
export type Keys = Readonly<{
  add: (content: string | Int32Array) => void;
  length: () => number;
  high: (index: number) => number;
  low: (index: number) => number;
}>;

export function createKeys(): Keys {
  const high = growable(Uint32Array);
  const low = growable(Uint32Array);
  return {
    add(content) {
      const bytes =
        typeof content === 'string'
          ? content
          : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      const digest = hash('sha256', bytes, 'buffer');
      high.push(digest.readUInt32LE(0));
      low.push(digest.readUInt32LE(4));
    },
    length: high.length,
    high: high.at,
    low: low.at,
  };
}

/**
 * Puts the contents at `order` into a table, the first of equal ones; the answer finds, for a content of `asked`, the index of
 * the one in the table, or -1.
 */
export function indexKeys(
  keys: Keys,
  order: Iterable<number>,
): (index: number, asked?: Keys) => number {
  let size = 1024;
  while (size < 2 * keys.length()) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const slotOf = (high: number, low: number): number => {
    let slot = low & (size - 1);
    for (;;) {
      const found = table[slot] ?? -1;
      if (found === -1 || (keys.high(found) === high && keys.low(found) === low)) return slot;
      slot = (slot + 1) & (size - 1);
    }
  };
  for (const index of order) {
    const slot = slotOf(keys.high(index), keys.low(index));
    if (table[slot] === -1) table[slot] = index;
  }
  return (index, asked = keys) => table[slotOf(asked.high(index), asked.low(index))] ?? -1;
}
