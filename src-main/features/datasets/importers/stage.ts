import type { SplitName } from '#contract/dataset.ts';

import { createKeys, indexKeys, type Keys } from '../keys.ts';
import { growable, type Growable } from '#core/growable.ts';
import type { RawDocument } from './importer.ts';
import { createSpill } from './spill.ts';

/**
 * Reviews put aside until all are seen: which values the labels have, which rows are drawn for the test split and which are copies
 * is known only then. Their content is on disk, some bytes a review in memory.
 */
export type Stage = Readonly<{
  add: (content: string | Int32Array, code: number, rating: number | null) => void;
  count: () => number;
  /** The number given with each review. */
  code: (index: number) => number;
  /** Later copies of a review, word for word; of those of several splits the one in train is the one to keep. */
  copies: (isTrain: (index: number) => boolean) => Set<number>;
  /** In the order they were added. */
  read: (
    choose: (index: number) => Readonly<{ split: SplitName; label: 0 | 1 }> | null,
  ) => Generator<RawDocument>;
  close: () => void;
}>;

export function createStage(file: string, needsKeys: boolean): Stage {
  const spill = createSpill(file);
  const lengths: Growable<Uint32Array> = growable(Uint32Array);
  const codes: Growable<Uint16Array> = growable(Uint16Array);
  const isIds: Growable<Uint8Array> = growable(Uint8Array);
  const ratings: Growable<Float64Array> = growable(Float64Array);
  const keys: Keys | null = needsKeys ? createKeys() : null;
  return {
    add(content, code, rating) {
      const bytes =
        typeof content === 'string'
          ? Buffer.from(content)
          : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      spill.append(bytes);
      lengths.push(bytes.length);
      codes.push(code);
      isIds.push(typeof content === 'string' ? 0 : 1);
      ratings.push(rating ?? Number.NaN);
      keys?.add(content);
    },
    count: () => lengths.length(),
    code: (index) => codes.at(index),
    copies(isTrain) {
      const dropped = new Set<number>();
      if (keys === null) return dropped;
      const firstOf = indexKeys(keys, trainFirst(keys.length(), isTrain));
      for (let index = 0; index < keys.length(); index += 1)
        if (firstOf(index) !== index) dropped.add(index);
      return dropped;
    },
    *read(choose) {
      let position = 0;
      let window: Uint8Array = new Uint8Array(0);
      let windowStart = 0;
      for (let index = 0; index < lengths.length(); index += 1) {
        const length = lengths.at(index);
        if (position + length > windowStart + window.length) {
          windowStart = position;
          window = spill.read(
            position,
            Math.min(Math.max(length, READ_BYTES), spill.size() - position),
          );
        }
        const bytes = window.subarray(position - windowStart, position - windowStart + length);
        position += length;
        const chosen = choose(index);
        if (chosen === null) continue;
        const rating = ratings.at(index);
        const facts = { ...chosen, rating: Number.isNaN(rating) ? null : rating };
        yield isIds.at(index) === 1
          ? { ...facts, ids: new Int32Array(bytes.slice().buffer) }
          : { ...facts, text: utf8.decode(bytes) };
      }
    },
    close: spill.close,
  };
}

const READ_BYTES = 1_048_576;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function* trainFirst(count: number, isTrain: (index: number) => boolean): Generator<number> {
  for (const wanted of [true, false]) {
    for (let index = 0; index < count; index += 1) if (isTrain(index) === wanted) yield index;
  }
}
