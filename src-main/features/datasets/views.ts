import type { z } from 'zod';

import type {
  encodedTokenSchema,
  encodingChoiceSchema,
  fitSchema,
  sampleRowSchema,
  SplitName,
} from '#contract/dataset.ts';
import { growable } from '#core/util/growable.ts';
import { keptRange, limitId, type EncodingChoice } from '#core/text/encoding.ts';
import { percentOf } from '#core/text/coverage.ts';
import {
  idOfRank,
  INDEX_FROM,
  OOV_ID,
  rankOfId,
  specialWords,
  START_ID,
  wordOrRank,
} from '#core/text/ids.ts';
import { tokenize as kerasTokenize } from '#core/text/tokenizer.ts';

import type { OpenDataset } from './store/open-datasets.ts';

export type Fit = z.infer<typeof fitSchema>;
export type SampleRow = z.infer<typeof sampleRowSchema>;
export type SamplesRequest = Readonly<{
  split: SplitName;
  offset: number;
  count: number;
  encoding: z.infer<typeof encodingChoiceSchema>;
  search?: string | undefined;
}>;

/** What a choice of maxLength and numWords does to the training split, truncated at the front as by default. */
export function fitOf({ encoded }: OpenDataset, maxLength: number, numWords: number): Fit {
  const offsets = encoded.offsets('train');
  const tokens = encoded.tokens('train');
  const count = offsets.length - 1;
  let whole = 0;
  let kept = 0;
  let oov = 0;
  for (let row = 0; row < count; row += 1) {
    const first = offsets[row] as number;
    const end = offsets[row + 1] as number;
    if (end - first <= maxLength) whole += 1;
    const range = keptRange(end - first, maxLength, 'pre');
    for (let i = first + range.start; i < end; i += 1) {
      const id = tokens[i] as number;
      if (id === START_ID) continue;
      kept += 1;
      if (id >= numWords || id === OOV_ID) oov += 1;
    }
  }
  return {
    percentWhole: percentOf(whole, count),
    cutCount: count - whole,
    oovPercent: percentOf(oov, kept),
  };
}

/** Reviews with each token's word, id and fate; `search` finds in texts, or in the words of ids. */
export async function samplesOf(
  dataset: OpenDataset,
  hasTexts: boolean,
  request: SamplesRequest,
): Promise<Readonly<{ total: number; rows: SampleRow[] }>> {
  const { split, offset, count, encoding } = request;
  const search = request.search?.trim() ?? '';
  const sample = (row: number) => sampleOf(dataset, split, row, encoding);
  if (search === '') {
    const total = dataset.encoded.count(split);
    const size = Math.max(0, Math.min(count, total - offset));
    return { total, rows: Array.from({ length: size }, (_, index) => sample(offset + index)) };
  }
  const found = await rowsWith(dataset, hasTexts, split, search);
  return { total: found.length, rows: Array.from(found.subarray(offset, offset + count), sample) };
}

/** Rows of all reviews that hold `search`, as `samplesOf` finds them. */
export async function rowsWith(
  dataset: OpenDataset,
  hasTexts: boolean,
  split: SplitName,
  search: string,
): Promise<Uint32Array> {
  return hasTexts ? dataset.findText(split, search) : rowsOfWords(dataset, split, search);
}

export type DecodedReview = Readonly<{
  label: 0 | 1;
  rating: number | null;
  text: string;
  /** A word a token; the start token's is `<start>`. */
  words: readonly string[];
  ids: Int32Array;
}>;

export function decodeReview(
  { documents, encoded, tokenize }: OpenDataset,
  split: SplitName,
  row: number,
): DecodedReview {
  const ids = encoded.ids(split, row);
  const document = documents.document(split, row);
  const label = document?.label ?? 0;
  const rating = document?.rating ?? null;
  const text = document?.text ?? null;
  if (text !== null) {
    return { label, rating, text, words: [startWord, ...tokenize(text)], ids };
  }
  const known = documents.words();
  const words = Array.from(
    ids,
    (id) => specialWords[id] ?? wordOrRank(known[rankOfId(id)], rankOfId(id)),
  );
  const first = ids[0] === START_ID ? 1 : 0;
  return { label, rating, text: words.slice(first).join(' '), words, ids };
}

export const startWord = specialWords[START_ID] ?? '';

function sampleOf(
  dataset: OpenDataset,
  split: SplitName,
  row: number,
  choice: EncodingChoice,
): SampleRow {
  const { label, rating, text, words, ids } = decodeReview(dataset, split, row);
  const kept = keptRange(ids.length, choice.maxLength, choice.truncating);
  return {
    split,
    row,
    label,
    rating,
    text,
    length: ids.length,
    padCount: Math.max(0, choice.maxLength - ids.length),
    tokens: Array.from(ids, (full, index) => {
      const id = limitId(full, choice.numWords);
      return {
        word: words[index] ?? '',
        id,
        kind: kindOf(id),
        isCut: index < kept.start || index >= kept.end,
      };
    }),
  };
}

function kindOf(id: number): z.infer<typeof encodedTokenSchema>['kind'] {
  if (id === START_ID) return 'start';
  return id === OOV_ID ? 'oov' : 'word';
}

/** Reviews that hold the searched words one after another. */
function rowsOfWords(
  { documents, encoded }: OpenDataset,
  split: SplitName,
  search: string,
): Uint32Array {
  const [first, ...others] = idsOfSearch(search, documents.rankOf) ?? [];
  const rows = growable(Uint32Array);
  if (first === undefined) return rows.array();
  const tokens = encoded.tokens(split);
  const offsets = encoded.offsets(split);
  let row = 0;
  let at = tokens.indexOf(first);
  while (at !== -1) {
    while ((offsets[row + 1] as number) <= at) row += 1;
    const end = offsets[row + 1] as number;
    const isThere =
      at + others.length < end && others.every((id, index) => tokens[at + 1 + index] === id);
    if (isThere) rows.push(row);
    at = tokens.indexOf(first, isThere ? end : at + 1);
  }
  return rows.array();
}

/** `#12` is the word of rank 12; null where a word is not in the vocabulary. */
function idsOfSearch(
  search: string,
  rankOf: (word: string) => number | undefined,
): readonly number[] | null {
  const ids = search
    .trim()
    .split(/\s+/)
    .flatMap((part) => {
      const rank = /^#(\d+)$/.exec(part)?.[1];
      return rank === undefined ? kerasTokenize(part).map((word) => rankOf(word)) : [Number(rank)];
    })
    .map((rank) => (rank === undefined ? INDEX_FROM : idOfRank(rank)));
  // 3 is the id that no word has.
  return ids.length === 0 || ids.includes(INDEX_FROM) ? null : ids;
}
