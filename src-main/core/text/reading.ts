import type { Dataset, SplitName } from '#contract/dataset.ts';
import type { RunConfig } from '#contract/run-config.ts';

import type { EncodedSplit } from './encoded-file.ts';
import { chooseRows, type RowFields } from '../config/row-choice.ts';
import { percentOf } from './coverage.ts';
import { keptRange } from './encoding.ts';
import { OOV_ID, START_ID } from './ids.ts';

/** The settings on which it depends which reviews a run uses, and what it reads of them. */
export type ReadingChoice = RowFields & Pick<RunConfig, 'maxLength' | 'numWords' | 'truncating'>;

export type ReadPart = Readonly<{
  /** Reviews that are used after the limit and the hold-out, and how many of them are positive. */
  count: number;
  positive: number;
  /** Null where the reviews themselves are not here. */
  read: Readonly<{
    /** Reviews of at most maxLength tokens, start token counted, in percent. */
    percentWhole: number;
    /** Words that are left after truncation, of all words, in percent; the start token is no word. */
    percentRead: number;
    /** Words outside of the vocabulary, of those that are left, in percent. */
    percentUnknown: number;
  }> | null;
}>;

/** `validation` is null where the test reviews are validated on. */
export type Reading = Readonly<{ train: ReadPart; validation: ReadPart | null; test: ReadPart }>;

/**
 * How many reviews of each part a run really uses, and how much of their text it reads.
 *
 * @param encoded the splits of the dataset; null where they are not here: then the parts are counted from its facts alone
 */
export function readingOf(
  { splits, contentHash }: Pick<Dataset, 'splits' | 'contentHash'>,
  encoded: Readonly<Partial<Record<SplitName, EncodedSplit>>> | null,
  choice: ReadingChoice,
): Reading {
  const labelsOf = (split: SplitName): Uint8Array | undefined => {
    const facts = splits[split];
    // How many rows of each label are chosen does not depend on where they are.
    return (
      encoded?.[split]?.labels ?? (facts && new Uint8Array(facts.count).fill(1, 0, facts.positive))
    );
  };
  const labels = {
    train: labelsOf('train') ?? new Uint8Array(0),
    test: labelsOf('test') ?? new Uint8Array(0),
    validation: labelsOf('validation'),
  };
  const rows = chooseRows(labels, choice, contentHash);
  const part = (split: SplitName, chosen: Int32Array): ReadPart => {
    const content = encoded?.[split];
    return {
      count: chosen.length,
      positive: chosen.reduce((sum, row) => sum + (labels[split]?.[row] ?? 0), 0),
      read: content === undefined ? null : partRead(content, chosen, choice),
    };
  };
  const isOnTest = rows.validationSplit === 'test';
  return {
    train: part('train', rows.train),
    validation: isOnTest ? null : part(rows.validationSplit, rows.validation),
    test: part('test', rows.test),
  };
}

function partRead(
  { offsets, tokens }: EncodedSplit,
  rows: Int32Array,
  { maxLength, numWords, truncating }: ReadingChoice,
): ReadPart['read'] {
  let [whole, all, read, unknown] = [0, 0, 0, 0];
  for (const row of rows) {
    const begin = offsets[row] ?? 0;
    const length = (offsets[row + 1] ?? 0) - begin;
    if (length <= maxLength) whole += 1;
    const kept = keptRange(length, maxLength, truncating);
    for (let at = 0; at < length; at += 1) {
      const id = tokens[begin + at] ?? 0;
      if (id === START_ID) continue;
      all += 1;
      if (at < kept.start || at >= kept.end) continue;
      read += 1;
      if (id >= numWords || id === OOV_ID) unknown += 1;
    }
  }
  return {
    percentWhole: percentOf(whole, rows.length),
    percentRead: percentOf(read, all),
    percentUnknown: percentOf(unknown, read),
  };
}
