import type { Finding } from '#contract/dataset.ts';
import * as m from '#messages';

export const findingTitles: { readonly [K in Finding['kind']]: () => string } = {
  contradictions: m.data_finding_contradictions,
  copies: m.data_finding_copies,
  nearCopies: m.data_finding_near_copies,
  copiesOfTest: m.data_finding_copies_of_test,
  nearCopiesOfTest: m.data_finding_near_copies_of_test,
  copiesWithin: m.data_finding_copies_within,
  nearCopiesWithin: m.data_finding_near_copies_within,
  empty: m.data_finding_empty,
  oneClass: m.data_finding_one_class,
  givenAway: m.data_finding_given_away,
  lengths: m.data_finding_lengths,
  dropped: m.data_finding_dropped,
  drawn: m.data_finding_split,
  split: m.data_finding_split,
  encoding: m.data_finding_encoding,
  html: m.data_finding_html,
  unspaced: m.data_finding_unspaced,
  hangul: m.data_finding_hangul,
  foreign: m.data_finding_foreign,
  note: m.data_finding_note,
};

/** How the import was done, and what the texts are like; nothing is wrong with the data. */
const plain: readonly Finding['kind'][] = [
  'encoding',
  'html',
  'unspaced',
  'hangul',
  'drawn',
  'split',
  'dropped',
  'note',
];
/** What spoils a result most comes first. */
const order: readonly Finding['kind'][] = [
  'oneClass',
  'givenAway',
  'contradictions',
  'copies',
  'nearCopies',
  'copiesOfTest',
  'nearCopiesOfTest',
  'lengths',
  'copiesWithin',
  'nearCopiesWithin',
  'empty',
  'foreign',
  ...plain,
];

export const isPlain = ({ kind }: Finding): boolean => plain.includes(kind);

export const byWeight = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));

/** The words of a finding that give the label away. */
export const tellingWords = ({ words, word }: Finding): readonly string[] =>
  words?.map((one) => one.word) ?? (word === undefined ? [] : [word]);
