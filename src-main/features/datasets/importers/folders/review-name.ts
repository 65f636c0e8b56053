import { AppError } from '#contract/failure.ts';
import type { SplitName } from '#contract/dataset.ts';
import { splitOfValue } from '#core/table/splits.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';

/** What the name of a review says. `key` is the path from the split on: the same in every container. */
export type ReviewName = Readonly<{
  key: string;
  split: SplitName;
  label: 0 | 1;
  rating: number | null;
}>;

/** A review that can be read when its turn comes. */
export type FoundReview = ReviewName & Readonly<{ read: () => Uint8Array | Promise<Uint8Array> }>;

/** The folders and the file that the name of an entry names; throws for one that tries to leave the archive. */
export function partsOfName(name: string, sourceName: string): string[] {
  const parts = name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || /^([/\\]|[A-Za-z]:)/.test(name)) {
    throw new AppError(
      'badInput',
      m.datasets_entry_outside({ source: sourceName, name: name.slice(0, 80) }),
    );
  }
  return parts;
}

/** Null for an entry that is not a labelled review of the corpus; throws for a name that tries to leave the archive. */
export function parseReviewName(name: string, sourceName: string): ReviewName | null {
  const parts = partsOfName(name, sourceName);
  const [split, sentiment, file] = parts.slice(-3);
  if (split !== 'train' && split !== 'test') return null;
  if (sentiment !== 'pos' && sentiment !== 'neg') return null;
  if (file === undefined || !isReviewFile(parts)) return null;
  const rating = /^\d+_(\d{1,2})\.txt$/.exec(file)?.[1];
  return {
    key: `${split}/${sentiment}/${file}`,
    split,
    label: sentiment === 'pos' ? 1 : 0,
    rating: rating === undefined ? null : Number(rating),
  };
}

/** "train/neutral" for a text that lies as reviews do, under a split and a label, and is none of the corpus; else null. */
export function otherFolderOf(name: string, sourceName: string): string | null {
  const parts = partsOfName(name, sourceName);
  const [split = '', label = ''] = parts.slice(-3);
  const isUnderSplit = parts.length >= 3 && splitOfValue(split.toLowerCase()) !== null;
  return isUnderSplit && isReviewFile(parts) ? `${split}/${label}` : null;
}

/** "._1_7.txt" and "__MACOSX/" are what macOS adds to archives. */
function isReviewFile(parts: readonly string[]): boolean {
  const file = parts.at(-1) ?? '';
  return file.endsWith('.txt') && !file.startsWith('.') && parts[0] !== '__MACOSX';
}

export function tooLong(key: string, sourceName: string, { reviewBytes }: ImportLimits): AppError {
  return new AppError(
    'badInput',
    m.datasets_entry_too_large({ name: key, source: sourceName, most: reviewBytes / 1e6 }),
  );
}
