import type { ImportRequest, SplitName } from '#contract/dataset.ts';
import { growable, type Growable } from '#core/util/growable.ts';
import { withoutStart } from '#core/text/ids.ts';
import { wordKeyOf } from '#core/text/near-copies.ts';

import { findContradictions } from '../quality/contradictions.ts';
import { createKeySpill, indexKeys } from '../store/keys.ts';
import { createNearCopySearch } from '../quality/near-copies.ts';
import type { Pace, RawDocument } from './importer.ts';
import { createSpill } from './sources/spill.ts';

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
  copies: (facts: ReviewFacts, pace: Pace) => Promise<Copies>;
  /** In the order they were added. */
  read: (
    choose: (index: number) => Readonly<{ split: SplitName; label: 0 | 1 }> | null,
  ) => Generator<RawDocument>;
  close: () => void;
}>;

export type ReviewFacts = Readonly<{
  isTrain: (index: number) => boolean;
  labelOf: (index: number) => 0 | 1;
}>;

export type Copies = Readonly<{
  contradictions: number;
  duplicates: number;
  nearCopies: number;
  has: (index: number) => boolean;
}>;

export type StageOptions = Readonly<{
  drop: ImportRequest['drop'];
  tokenize: (text: string) => readonly string[];
}>;

/** A record of the spill: length of the content in bytes, whether it is ids, the rating, the content. */
const HEADER = { bytes: 16, length: 0, isIds: 4, rating: 8 };

export function createStage(file: string, { drop = [], tokenize }: StageOptions): Stage {
  const spill = createSpill(file);
  const codes: Growable<Uint16Array> = growable(Uint16Array);
  const header = new DataView(new ArrayBuffer(HEADER.bytes));
  const near = drop.includes('nearCopies')
    ? createNearCopySearch(`${file}.signatures.spill`)
    : null;
  /** Where the records start, for reading them in another order. */
  const starts = near === null ? null : growable(Float64Array);
  const keys =
    near !== null || drop.includes('duplicates') ? createKeySpill(`${file}.keys.spill`) : null;
  const wordKeys = drop.includes('contradictions')
    ? createKeySpill(`${file}.word-keys.spill`)
    : null;
  /** Reviews without words are of no text. */
  const withWords = growable(Uint32Array);
  const wordsOf = (content: string | Int32Array): Int32Array =>
    typeof content === 'string'
      ? Int32Array.from(tokenize(content), wordKeyOf)
      : withoutStart(content);
  const contentAt = (start: number): string | Int32Array => {
    const record = spill.read(start, HEADER.bytes);
    const facts = new DataView(record.buffer);
    const bytes = spill.read(start + HEADER.bytes, facts.getUint32(HEADER.length));
    return contentOf(bytes, facts.getUint8(HEADER.isIds) === 1);
  };
  return {
    add(content, code, rating) {
      const isText = typeof content === 'string';
      const bytes = isText
        ? Buffer.from(content)
        : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      header.setUint32(HEADER.length, bytes.length);
      header.setUint8(HEADER.isIds, isText ? 0 : 1);
      header.setFloat64(HEADER.rating, rating ?? Number.NaN);
      starts?.push(spill.size());
      spill.append(new Uint8Array(header.buffer));
      spill.append(bytes);
      codes.push(code);
      keys?.add(content);
      if (near === null && wordKeys === null) return;
      const words = wordsOf(content);
      near?.see(words);
      if (wordKeys === null) return;
      wordKeys.add(words);
      if (words.length > 0) withWords.push(codes.length() - 1);
    },
    count: codes.length,
    code: codes.at,
    async copies({ isTrain, labelOf }, pace) {
      const dropped = new Uint8Array(codes.length());
      let contradictions = 0;
      if (wordKeys !== null) {
        const { otherOf } = findContradictions(wordKeys.read(), withWords.array(), labelOf);
        for (const index of withWords.array()) {
          if (otherOf(index) === -1) continue;
          dropped[index] = CONTRADICTION;
          contradictions += 1;
        }
      }
      let duplicates = 0;
      if (keys !== null) {
        const firstOf = indexKeys(keys.read(), trainFirst(codes.length(), isTrain), codes.length());
        for (let index = 0; index < dropped.length; index += 1) {
          if (dropped[index] !== 0 || firstOf(index) === index) continue;
          dropped[index] = COPY;
          duplicates += 1;
        }
      }
      const isLater = (index: number, other: number): boolean =>
        isTrain(index) === isTrain(other) ? other < index : isTrain(other);
      const found = await near?.find(
        {
          wordsOf: (index) => wordsOf(contentAt(starts?.at(index) ?? 0)),
          rank: (index, other) => Number(dropped[other] !== CONTRADICTION && isLater(index, other)),
          skip: (index) => dropped[index] !== 0,
          isTrain,
          mostCompared: Number.POSITIVE_INFINITY,
        },
        pace,
      );
      for (const index of found?.keys() ?? []) dropped[index] = COPY;
      return {
        contradictions,
        duplicates,
        nearCopies: found?.size ?? 0,
        has: (index) => dropped[index] !== 0,
      };
    },
    *read(choose) {
      let window = new Uint8Array(READ_BYTES);
      let windowStart = 0;
      let windowEnd = 0;
      /** The next bytes of the spill; valid until asked again. */
      const take = (position: number, length: number): Uint8Array => {
        if (position + length > windowEnd) {
          if (length > window.length) window = new Uint8Array(length);
          windowStart = position;
          windowEnd = Math.min(position + window.length, spill.size());
          spill.fill(window.subarray(0, windowEnd - windowStart), position);
        }
        return window.subarray(position - windowStart, position - windowStart + length);
      };
      let position = 0;
      for (let index = 0; index < codes.length(); index += 1) {
        const record = take(position, HEADER.bytes);
        const facts = new DataView(record.buffer, record.byteOffset, HEADER.bytes);
        const length = facts.getUint32(HEADER.length);
        const isIds = facts.getUint8(HEADER.isIds) === 1;
        const value = facts.getFloat64(HEADER.rating);
        const chosen = choose(index);
        const start = position + HEADER.bytes;
        position = start + length;
        if (chosen === null) continue;
        const content = contentOf(take(start, length), isIds);
        const review = { ...chosen, rating: Number.isNaN(value) ? null : value };
        yield typeof content === 'string'
          ? { ...review, text: content }
          : { ...review, ids: content };
      }
    },
    close() {
      for (const part of [spill, keys, wordKeys, near]) part?.close();
    },
  };
}

const [CONTRADICTION, COPY] = [1, 2];

/** Ids are copied: they outlive the bytes they are read from. */
function contentOf(bytes: Uint8Array, isIds: boolean): string | Int32Array {
  return isIds ? new Int32Array(bytes.slice().buffer) : utf8.decode(bytes);
}

const READ_BYTES = 1_048_576;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function* trainFirst(count: number, isTrain: (index: number) => boolean): Generator<number> {
  for (const wanted of [true, false]) {
    for (let index = 0; index < count; index += 1) if (isTrain(index) === wanted) yield index;
  }
}
