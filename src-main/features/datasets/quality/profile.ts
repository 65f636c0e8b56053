import { coverageRangeOf, type CoverageRange } from '#core/text/coverage-range.ts';
import { wordOrRank } from '#core/text/ids.ts';
import { quantileOfSorted } from '#core/util/quantile.ts';

import type { RankedWord } from '../store/documents.ts';
import type { OpenDataset } from '../store/open-datasets.ts';

/** What a training split looks like at a glance. */
export type Profile = Readonly<{
  /** In tokens, start token counted; `quantiles` by percent. */
  lengths: Readonly<{ mean: number; longest: number; quantiles: Readonly<Record<string, number>> }>;
  frequentWords: readonly ProfileWord[];
  /** Those that tell positive reviews from negative ones best, and the other way round. */
  positiveWords: readonly ProfileWord[];
  negativeWords: readonly ProfileWord[];
}>;

/** `zScore`: its log-odds in standard errors, above 0 for words of positive reviews; null where nothing can be said. */
export type ProfileWord = Readonly<{ word: string; count: number; zScore: number | null }>;

const PERCENTS = [5, 25, 50, 75, 95, 99] as const;
const WORDS_SHOWN = 12;

export function profileOf({ encoded, documents }: OpenDataset): Profile {
  const sorted = sortedLengths(encoded);
  const words = (order: 'frequent' | 'positive' | 'negative'): ProfileWord[] =>
    documents
      .vocabularyPage({ offset: 0, count: WORDS_SHOWN, search: null, order, lastRank: null })
      .rows.filter(({ zScore }) => order === 'frequent' || isOf(order, zScore))
      .map(({ word, rank, count, zScore }) => ({ word: wordOrRank(word, rank), count, zScore }));
  return {
    lengths: {
      mean: sorted.reduce((sum, length) => sum + length, 0) / Math.max(1, sorted.length),
      longest: sorted.at(-1) ?? 0,
      quantiles: Object.fromEntries(
        PERCENTS.map((percent) => [percent, Math.round(quantileOfSorted(sorted, percent / 100))]),
      ),
    },
    frequentWords: words('frequent'),
    positiveWords: words('positive'),
    negativeWords: words('negative'),
  };
}

/** The lengths at which a coverage table of this dataset says most. */
export function coverageRange({ encoded }: OpenDataset): CoverageRange {
  const sorted = sortedLengths(encoded);
  return coverageRangeOf(quantileOfSorted(sorted, 0.99), sorted.at(-1) ?? 0);
}

const sortedLengths = (encoded: OpenDataset['encoded']): Float64Array =>
  Float64Array.from(encoded.lengths('train')).sort();

/** Beyond chance: two standard errors off. */
const isOf = (order: 'positive' | 'negative', zScore: RankedWord['zScore']): boolean =>
  zScore !== null && (order === 'positive' ? zScore > 2 : zScore < -2);
