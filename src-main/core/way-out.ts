import { takesOption } from '#contract/dataset-formats.ts';
import type { Dataset, dropKinds, Finding } from '#contract/dataset.ts';

/** What can be done about a finding; each surface has its own words for it, and nothing is done by itself. */
export type WayOut =
  /** Import it again without the reviews. */
  | Readonly<{ kind: 'drop'; drop: (typeof dropKinds)[number] }>
  | Readonly<{ kind: 'dropWords'; words: readonly string[] }>
  /** Import it again, read otherwise. */
  | Readonly<{
      kind: 'encoding' | 'stripHtml' | 'segmenter' | 'folders' | 'labels' | 'drawnSplits';
    }>
  /** Its file cannot be split otherwise, but an export of it can. */
  | Readonly<{ kind: 'export' }>;

type Found = Pick<Dataset, 'format' | 'hasTexts' | 'splits'> &
  Readonly<{ findings: readonly Finding[] }>;
type PlainWay = Exclude<WayOut, { kind: 'drop' | 'dropWords' | 'export' }>['kind'];

export function wayOutOf(
  { kind, words, word }: Pick<Finding, 'kind' | 'words' | 'word'>,
  { format, hasTexts, splits, findings }: Found,
): WayOut | null {
  // The built-in sample comes from no file.
  if (format === 'sample') return null;
  const drop = drops[kind];
  if (drop !== undefined) return { kind: 'drop', drop };
  const plain = plainWays[kind];
  if (plain !== undefined) return { kind: plain };
  if (kind === 'givenAway') {
    const telling = words?.map((one) => one.word) ?? (word === undefined ? [] : [word]);
    return hasTexts && telling.length > 0 ? { kind: 'dropWords', words: telling } : null;
  }
  const isOneClass = hasOneClass(splits);
  if (kind === 'oneClass' && isOneClass)
    return takesOption(format, 'positive') ? { kind: 'labels' } : null;
  const isDrawn = findings.some((finding) => finding.kind === 'drawn');
  if ((kind !== 'oneClass' && kind !== 'lengths') || isDrawn) return null;
  return takesOption(format, 'splitColumn') ? { kind: 'drawnSplits' } : { kind: 'export' };
}

const drops: { readonly [K in Finding['kind']]?: (typeof dropKinds)[number] } = {
  contradictions: 'contradictions',
  copies: 'duplicates',
  copiesOfTest: 'duplicates',
  copiesWithin: 'duplicates',
  nearCopies: 'nearCopies',
  nearCopiesOfTest: 'nearCopies',
  nearCopiesWithin: 'nearCopies',
  empty: 'empty',
};

const plainWays: { readonly [K in Finding['kind']]?: PlainWay } = {
  encoding: 'encoding',
  html: 'stripHtml',
  unspaced: 'segmenter',
  foreign: 'folders',
};

function hasOneClass({ train, test, validation }: Dataset['splits']): boolean {
  const parts = [train, test, ...(validation === undefined ? [] : [validation])];
  const sum = (of: 'count' | 'positive') => parts.reduce((total, part) => total + part[of], 0);
  return sum('positive') === 0 || sum('positive') === sum('count');
}
