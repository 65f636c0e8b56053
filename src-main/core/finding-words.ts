import { splitNames, type Dataset, type Finding, type SplitName } from '#contract/dataset.ts';
import * as m from '#messages';

import { count } from './number-text.ts';
import { numbersIn, retold } from './retold.ts';
import { splitWord } from './words.ts';

const copySentences = {
  copies: m.datasets_warning_copies,
  nearCopies: m.datasets_warning_near_copies,
  copiesOfTest: m.datasets_warning_copies_of_test,
  nearCopiesOfTest: m.datasets_warning_near_copies_of_test,
  copiesWithin: m.datasets_warning_copies_within,
  nearCopiesWithin: m.datasets_warning_near_copies_within,
} satisfies Partial<
  Record<
    Finding['kind'],
    (facts: { copies: string; count: string; split: string; kind: SplitName }) => string
  >
>;
type CopyKind = keyof typeof copySentences;

/** How many reviews of a split, of how many. */
type Part = Readonly<{ split: SplitName; count: number; all: number }>;

/** `opposed`: of them, those with another label than the review that they repeat. */
export function sayCopies(kind: CopyKind, part: Part, opposed: number): string {
  const { split } = part;
  const text = copySentences[kind]({
    copies: count(part.count),
    count: count(part.all),
    split: splitWord(split),
    kind: split,
  });
  if (opposed === 0) return text;
  return `${text} ${m.datasets_warning_opposed({ count: opposed, shown: count(opposed) })}`;
}

export const sayEmpty = ({ split, count: empty, all }: Part): string =>
  m.datasets_warning_no_words({ empty: count(empty), count: count(all), split: splitWord(split) });

export const sayOneClass = (
  split: SplitName,
  all: number,
  label: 'negative' | 'positive',
): string => m.datasets_warning_one_label({ count: count(all), split: splitWord(split), label });

export const sayContradictions = (reviews: number, texts: number): string =>
  m.datasets_warning_contradictions({ count: count(reviews), texts });

/** `own`, `other`: median words of the split and of train. */
export const sayLengths = (split: SplitName, own: number, other: number): string =>
  m.datasets_warning_lengths({
    split: splitWord(split),
    direction: own > other ? 'longer' : 'shorter',
    own: m.datasets_words({ count: count(own) }),
    other: count(other),
  });

export const sayHtml = (marked: number, all: number): string =>
  m.datasets_texts_have_html({ count: marked, shown: count(marked), of: count(all) });

/** A finding that was stored in another language, where its facts give the same sentence; else as it is. */
export const retoldFinding = (finding: Finding, splits: Dataset['splits']): Finding => ({
  ...finding,
  text: retold(finding.text, () => tellingsOf(finding, splits)),
});

function tellingsOf(
  { kind, text, count: found, split }: Finding,
  splits: Dataset['splits'],
): readonly (() => string)[] {
  const sizes = splitNames.map((name) => splits[name]?.count ?? 0);
  const part = split && { split, count: found, all: splits[split]?.count ?? 0 };
  switch (kind) {
    case 'copies':
    case 'nearCopies':
    case 'copiesOfTest':
    case 'nearCopiesOfTest':
    case 'copiesWithin':
    case 'nearCopiesWithin':
      return part === undefined
        ? []
        : [0, ...numbersIn(text)].map((opposed) => () => sayCopies(kind, part, opposed));
    case 'empty':
      return part === undefined ? [] : [() => sayEmpty(part)];
    case 'oneClass':
      return part === undefined
        ? []
        : (['negative', 'positive'] as const).map(
            (label) => () => sayOneClass(part.split, part.all, label),
          );
    case 'contradictions':
      return numbersIn(text).map((texts) => () => sayContradictions(found, texts));
    case 'lengths':
      return splitNames.flatMap((name) =>
        numbersIn(text).flatMap((own) =>
          numbersIn(text).map((other) => () => sayLengths(name, own, other)),
        ),
      );
    case 'html':
      return [
        () =>
          sayHtml(
            found,
            sizes.reduce((sum, size) => sum + size, 0),
          ),
      ];
    case 'hangul':
      return [m.datasets_texts_are_korean];
    case 'unspaced':
      return [m.datasets_texts_have_no_spaces];
    case 'dropped': {
      const facts = { count: found, shown: count(found) };
      return [
        () => m.datasets_dropped_empty(facts),
        () => m.datasets_dropped_unlabelled(facts),
        () => m.datasets_dropped_contradictions(facts),
        () => m.datasets_dropped_duplicates(facts),
        () => m.datasets_dropped_near_copies(facts),
      ];
    }
    default:
      return [];
  }
}
