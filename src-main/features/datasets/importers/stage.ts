import type { ImportRequest, SplitName } from '#contract/dataset.ts';
import { growable, type Growable } from '#core/growable.ts';
import { withoutStart } from '#core/text/ids.ts';
import { wordKeyOf } from '#core/text/near-copies.ts';

import { createKeys, indexKeys } from '../keys.ts';
import { createNearCopySearch } from '../near-copies.ts';
import type { Pace, RawDocument } from './importer.ts';
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
  /** What is left out of what was asked for; of copies in several splits the one in train stays, else the first. */
  copies: (isTrain: (index: number) => boolean, pace: Pace) => Promise<Copies>;
  /** In the order they were added. */
  read: (
    choose: (index: number) => Readonly<{ split: SplitName; label: 0 | 1 }> | null,
  ) => Generator<RawDocument>;
  close: () => void;
}>;

export type Copies = Readonly<{
  duplicates: number;
  nearCopies: number;
  has: (index: number) => boolean;
}>;

export type StageOptions = Readonly<{
  drop: ImportRequest['drop'];
  tokenize: (text: string) => readonly string[];
}>;

export function createStage(file: string, { drop = [], tokenize }: StageOptions): Stage {
  const spill = createSpill(file);
  const lengths: Growable<Uint32Array> = growable(Uint32Array);
  const codes: Growable<Uint16Array> = growable(Uint16Array);
  const isIds: Growable<Uint8Array> = growable(Uint8Array);
  const ratings: Growable<Float64Array> = growable(Float64Array);
  const near = drop.includes('nearCopies') ? createNearCopySearch() : null;
  const keys = near !== null || drop.includes('duplicates') ? createKeys() : null;
  const wordsOf = (content: string | Int32Array): Int32Array =>
    typeof content === 'string'
      ? Int32Array.from(tokenize(content), wordKeyOf)
      : withoutStart(content);
  const contentOf = (index: number, bytes: Uint8Array): string | Int32Array =>
    isIds.at(index) === 1 ? new Int32Array(bytes.slice().buffer) : utf8.decode(bytes);
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
      near?.see(wordsOf(content));
    },
    count: () => lengths.length(),
    code: (index) => codes.at(index),
    async copies(isTrain, pace) {
      if (keys === null) return { duplicates: 0, nearCopies: 0, has: () => false };
      const dropped = new Uint8Array(keys.length());
      const firstOf = indexKeys(keys, trainFirst(keys.length(), isTrain));
      let duplicates = 0;
      for (let index = 0; index < dropped.length; index += 1) {
        if (firstOf(index) === index) continue;
        dropped[index] = 1;
        duplicates += 1;
      }
      const isLater = (index: number, other: number): boolean =>
        isTrain(index) === isTrain(other) ? other < index : isTrain(other);
      const positions = near === null ? null : startsOf(lengths.array());
      const found = await near?.find(
        {
          wordsOf: (index) =>
            wordsOf(contentOf(index, spill.read(positions?.[index] ?? 0, lengths.at(index)))),
          rank: (index, other) => Number(isLater(index, other)),
          skip: (index) => dropped[index] === 1,
          isTrain,
          mostCompared: Number.POSITIVE_INFINITY,
        },
        pace,
      );
      for (const index of found?.keys() ?? []) dropped[index] = 1;
      return { duplicates, nearCopies: found?.size ?? 0, has: (index) => dropped[index] === 1 };
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
        const content = contentOf(index, bytes);
        yield typeof content === 'string' ? { ...facts, text: content } : { ...facts, ids: content };
      }
    },
    close: spill.close,
  };
}

const READ_BYTES = 1_048_576;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where each of some pieces starts that lie one after another. */
function startsOf(lengths: Uint32Array): Float64Array {
  const starts = new Float64Array(lengths.length);
  for (let index = 1; index < lengths.length; index += 1) {
    starts[index] = (starts[index - 1] ?? 0) + (lengths[index - 1] ?? 0);
  }
  return starts;
}

function* trainFirst(count: number, isTrain: (index: number) => boolean): Generator<number> {
  for (const wanted of [true, false]) {
    for (let index = 0; index < count; index += 1) if (isTrain(index) === wanted) yield index;
  }
}
