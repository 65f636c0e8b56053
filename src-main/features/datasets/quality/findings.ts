import { z } from 'zod';

import { findingSchema, splitNameSchema, type Finding, type SplitName } from '#contract/dataset.ts';
import { count } from '#core/wording/number-text.ts';
import { wording, wordsOf, type SayingOf, type Wordings } from '#core/wording/sayings.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { listed } from '../importers/columns/choose-columns.ts';
import { quoted } from '../importers/table.ts';
import { encodingName } from '../importers/sources/text-source.ts';

const whole = z.int();
const label = z.enum(['negative', 'positive']);
/** `count` reviews of a split, of `all`. */
const part = { split: splitNameSchema, count: whole, all: whole };

type CopyFacts = Readonly<{ copies: string; count: string; split: string; kind: SplitName }>;
/** `opposed`: of the copies, those with another label than the review that they repeat. */
const copies = (sentence: (facts: CopyFacts) => string) =>
  wording({ ...part, opposed: whole }, ({ split, count: found, all, opposed }) => {
    const of = { split: splitWord(split), kind: split };
    const text = sentence({ ...of, copies: count(found), count: count(all) });
    return opposed === 0
      ? text
      : `${text} ${m.datasets_warning_opposed({ count: opposed, shown: count(opposed) })}`;
  });

const drops = ['empty', 'unlabelled', 'contradictions', 'duplicates', 'nearCopies'] as const;
const dropped = {
  empty: m.datasets_dropped_empty,
  unlabelled: m.datasets_dropped_unlabelled,
  contradictions: m.datasets_dropped_contradictions,
  duplicates: m.datasets_dropped_duplicates,
  nearCopies: m.datasets_dropped_near_copies,
} satisfies Record<(typeof drops)[number], unknown>;

/** What is said of what an import noticed. */
const findings = {
  copies: copies(m.datasets_warning_copies),
  nearCopies: copies(m.datasets_warning_near_copies),
  copiesOfTest: copies(m.datasets_warning_copies_of_test),
  nearCopiesOfTest: copies(m.datasets_warning_near_copies_of_test),
  copiesWithin: copies(m.datasets_warning_copies_within),
  nearCopiesWithin: copies(m.datasets_warning_near_copies_within),
  /** `count` reviews have the words of so many `texts`. */
  contradictions: wording({ count: whole, texts: whole }, ({ count: reviews, texts }) =>
    m.datasets_warning_contradictions({ count: count(reviews), texts }),
  ),
  empty: wording(part, ({ split, count: empty, all }) =>
    m.datasets_warning_no_words({
      empty: count(empty),
      count: count(all),
      split: splitWord(split),
    }),
  ),
  oneClass: wording({ split: splitNameSchema, count: whole, label }, (facts) =>
    m.datasets_warning_one_label({
      label: facts.label,
      count: count(facts.count),
      split: splitWord(facts.split),
    }),
  ),
  /** `words`: the most frequent of `all` that tell, each with the reviews that hold it and those of its class among them. */
  givenAway: wording(
    {
      words: z.array(z.object({ word: z.string(), count: whole, label, ofClass: whole })).min(1),
      all: whole,
      share: z.number(),
      least: whole,
    },
    ({ words, all, share, least }) => {
      const told = words.map(({ word, count: holding, label: of, ofClass }) => ({
        ...{ word: word.slice(0, 40), part: count(ofClass), count: count(holding), label: of },
        ...{ share, least: count(least) },
      }));
      const [only, ...others] = told;
      if (only !== undefined && others.length === 0) return m.datasets_warning_given_away(only);
      const shown = told.map((one) => m.datasets_warning_given_away_one(one)).join(', ');
      const more = count(all - words.length);
      return m.datasets_warning_given_away_many({
        words: all === words.length ? shown : m.datasets_listed({ shown, more }),
        ...{ count: count(all), share, least: count(least) },
      });
    },
  ),
  /** `own`, `other`: median words of the split and of train. */
  lengths: wording({ split: splitNameSchema, own: whole, other: whole }, ({ split, own, other }) =>
    m.datasets_warning_lengths({
      split: splitWord(split),
      direction: own > other ? 'longer' : 'shorter',
      own: m.datasets_words({ count: count(own) }),
      other: count(other),
    }),
  ),
  /** `values`: the label that was left out, or the words whose reviews were. */
  dropped: wording(
    {
      count: whole,
      why: z.enum([...drops, 'label', 'words']),
      values: z.array(z.string()).default([]),
    },
    ({ count: all, why, values }) => {
      const facts = { count: all, shown: count(all) };
      const shown = values.map(quoted).join(', ');
      if (why === 'label') return m.datasets_dropped_label({ ...facts, label: shown });
      if (why !== 'words') return dropped[why](facts);
      const say = values.length === 1 ? m.datasets_dropped_word : m.datasets_dropped_words;
      return say({ ...facts, words: shown });
    },
  ),
  drawn: wording({ why: z.enum(['noSplits', 'noColumn', 'trainOnly']) }, ({ why }) =>
    why === 'noSplits'
      ? m.datasets_split_drawn()
      : why === 'noColumn'
        ? m.datasets_split_refused()
        : m.datasets_split_of_train(),
  ),
  /** `value`: of the split column, taken for test; null: the validation split became it. */
  split: wording({ value: z.string().nullable() }, ({ value }) =>
    value === null
      ? m.datasets_split_of_validation()
      : m.datasets_split_taken({ value: quoted(value) }),
  ),
  encoding: wording({ encoding: z.string() }, ({ encoding }) =>
    m.datasets_encoding_guessed({ encoding: encodingName(encoding) }),
  ),
  html: wording({ count: whole, all: whole }, ({ count: marked, all }) =>
    m.datasets_texts_have_html({ count: marked, shown: count(marked), of: count(all) }),
  ),
  unspaced: wording({}, m.datasets_texts_have_no_spaces),
  hangul: wording({}, m.datasets_texts_are_korean),
  /** Texts by folder. */
  foreign: wording(
    { folders: z.array(z.object({ folder: z.string(), count: whole })) },
    ({ folders }) =>
      m.datasets_left_out_foreign({
        folders: listed(
          folders.map((of) => m.datasets_left_out_part({ ...of, shown: count(of.count) })),
        ),
        count: folders.length,
      }),
  ),
  /** `name`: of the array whose numbers look like another kind of ids. */
  note: wording(
    {
      why: z.enum(['nearCopiesOfPart', 'looksEncoded', 'looksLikeRanks']),
      name: z.string().default(''),
    },
    ({ why, name }) =>
      why === 'nearCopiesOfPart'
        ? m.datasets_warning_near_copies_partial()
        : why === 'looksEncoded'
          ? m.datasets_looks_encoded({ name })
          : m.datasets_looks_like_ranks({ name }),
  ),
} satisfies Wordings & Readonly<Record<Finding['kind'], unknown>>;

/** As a finding is stored, by a newer version perhaps. It has a text where an older version stored a sentence that nobody could read. */
export const storedFindingSchema = findingSchema
  .extend({ kind: z.string(), text: z.string().optional() })
  .loose();
export type StoredFinding = Readonly<z.infer<typeof storedFindingSchema>>;

/** One that an import makes: with the facts of its kind. */
export type NewFinding = SayingOf<typeof findings> &
  Readonly<Pick<Finding, 'count' | 'rows' | 'split'>>;

/** A kind that a newer version made is a note. */
export const sayFinding = (finding: StoredFinding | NewFinding): Finding =>
  findingSchema.parse({
    ...finding,
    kind: Object.hasOwn(findings, finding.kind) ? finding.kind : 'note',
    text: ('text' in finding ? finding.text : undefined) ?? wordsOf(findings, finding),
  });
