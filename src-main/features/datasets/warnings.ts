import { splitNames, type Dataset, type Finding, type SplitName } from '#contract/dataset.ts';
import { growable, type Growable } from '#core/growable.ts';
import { withoutStart } from '#core/text/ids.ts';
import * as m from '#messages';

import { copyKinds, createCopySearch, type CopyKind } from './copies.ts';
import { START_MARK } from './encoded-writer.ts';
import type { Pace } from './importers/importer.ts';
import { grouped } from './importers/table.ts';

/** What an import counts on its way, and what looks wrong. */
export type Observations = Readonly<{ splits: Dataset['splits']; findings: Finding[] }>;

export type Observer = Readonly<{
  /** @param ids of the review, start token first where it has one; provisional ones for texts */
  see: (split: SplitName, label: 0 | 1, content: string | Int32Array, ids: Int32Array) => void;
  /**
   * @param idsOf as seen
   * @param wordOf the word of an id as seen
   */
  finish: (
    idsOf: (split: SplitName, row: number) => Int32Array,
    wordOf: (id: number) => string,
    pace: Pace,
  ) => Promise<Observations>;
  close: () => void;
}>;

type Part = {
  count: number;
  positive: number;
  empty: number[];
  emptyCount: number;
  lengths: Growable<Uint32Array>;
};

const ROWS_KEPT = 20;
/** A word gives the label away from this share of the training reviews on, if this share of those is of one class. */
const GIVEN_AWAY = { ofReviews: 0.01, ofOneClass: 0.99, leastReviews: 50 };
/** Medians further apart than this are very unlike. */
const LENGTHS_APART = 2;
const LEAST_FOR_LENGTHS = 30;

/** @param keyOf what stands for the word of an id in the search for near copies */
export function createObserver(temporaryFolder: string, keyOf: (id: number) => number): Observer {
  const seen = new Map<SplitName, Part>();
  const copies = createCopySearch(temporaryFolder, ROWS_KEPT);
  const words = createWordClasses();
  const keysOf = (ids: Int32Array): Int32Array => ids.map(keyOf);
  return {
    close: copies.close,
    see(split, label, content, ids) {
      let part = seen.get(split);
      if (part === undefined) {
        part = {
          count: 0,
          positive: 0,
          empty: [],
          emptyCount: 0,
          lengths: growable(Uint32Array),
        };
        seen.set(split, part);
      }
      const row = part.count;
      const ofWords = wordsOf(ids);
      part.count += 1;
      part.positive += label;
      part.lengths.push(ofWords.length);
      if (ofWords.length === 0) {
        part.emptyCount += 1;
        if (part.empty.length < ROWS_KEPT) part.empty.push(row);
        return;
      }
      copies.see(split, row, content, keysOf(ofWords));
      if (split === 'train') words.see(ofWords, label);
    },
    async finish(idsOf, wordOf, pace) {
      const findings: Finding[] = [];
      const train = seen.get('train');
      const facts = (split: SplitName) => ({
        count: seen.get(split)?.count ?? 0,
        positive: seen.get(split)?.positive ?? 0,
      });
      const found = await copies.find((split, row) => keysOf(wordsOf(idsOf(split, row))), pace);
      for (const split of splitNames) {
        const part = seen.get(split);
        if (part === undefined) continue;
        const rows = (numbers: readonly number[]) => numbers.map((row) => ({ split, row }));
        if (part.emptyCount > 0) {
          findings.push({
            kind: 'empty',
            count: part.emptyCount,
            rows: rows(part.empty),
            text: m.datasets_warning_no_words({
              empty: grouped(part.emptyCount),
              count: grouped(part.count),
              split,
            }),
          });
        }
        if (part.positive === 0 || part.positive === part.count) {
          const label = part.positive === 0 ? 'negative' : 'positive';
          findings.push({
            kind: 'oneClass',
            count: part.count,
            text: m.datasets_warning_one_label({ count: grouped(part.count), split, label }),
          });
        }
        for (const kind of copyKinds) {
          const { count, rows: first } = found.of(split, kind);
          if (count === 0) continue;
          findings.push({
            kind,
            count,
            rows: rows(first),
            text: copySentences[kind]({
              copies: grouped(count),
              count: grouped(part.count),
              split,
            }),
          });
        }
        if (split === 'train' || train === undefined) continue;
        const lengths = unlike(split, part, train);
        if (lengths !== null) findings.push(lengths);
      }
      if (train !== undefined) findings.push(...words.givenAway(train, wordOf));
      if (found.isPartial) {
        findings.push({ kind: 'note', count: 0, text: m.datasets_warning_near_copies_partial() });
      }
      const validation = seen.has('validation') ? { validation: facts('validation') } : {};
      return { splits: { train: facts('train'), test: facts('test'), ...validation }, findings };
    },
  };
}

const copySentences: Readonly<
  Record<CopyKind, (facts: { copies: string; count: string; split: SplitName }) => string>
> = {
  copies: m.datasets_warning_copies,
  nearCopies: m.datasets_warning_near_copies,
  copiesOfTest: m.datasets_warning_copies_of_test,
  nearCopiesOfTest: m.datasets_warning_near_copies_of_test,
  copiesWithin: m.datasets_warning_copies_within,
  nearCopiesWithin: m.datasets_warning_near_copies_within,
};

function wordsOf(ids: Int32Array): Int32Array {
  return ids[0] === START_MARK ? ids.subarray(1) : withoutStart(ids);
}

function unlike(split: SplitName, part: Part, train: Part): Finding | null {
  if (part.count < LEAST_FOR_LENGTHS || train.count < LEAST_FOR_LENGTHS) return null;
  const [own, other] = [medianOf(part.lengths), medianOf(train.lengths)];
  if (Math.max(own, other) < LENGTHS_APART * Math.max(1, Math.min(own, other))) return null;
  return {
    kind: 'lengths',
    count: part.count,
    text: m.datasets_warning_lengths({
      split,
      direction: own > other ? 'longer' : 'shorter',
      own: m.datasets_words({ count: grouped(own) }),
      other: grouped(other),
    }),
  };
}

function medianOf(lengths: Growable<Uint32Array>): number {
  const sorted = lengths.array().slice().sort();
  return sorted[(sorted.length - 1) >> 1] ?? 0;
}

/** In how many training reviews each word is, and how many of those are positive. */
function createWordClasses() {
  const reviews = growable(Uint32Array);
  const positives = growable(Uint32Array);
  const lastIn = growable(Uint32Array);
  let review = 0;
  return {
    see(ids: Int32Array, label: 0 | 1): void {
      review += 1;
      for (const id of ids) {
        if (lastIn.at(id) === review) continue;
        lastIn.set(id, review);
        reviews.set(id, reviews.at(id) + 1);
        positives.set(id, positives.at(id) + label);
      }
    },
    givenAway(train: Part, wordOf: (id: number) => string): Finding[] {
      const share = train.positive / train.count;
      const least = Math.max(GIVEN_AWAY.leastReviews, GIVEN_AWAY.ofReviews * train.count);
      const found: { word: string; count: number; label: 0 | 1; ofClass: number }[] = [];
      for (let id = 0; id < reviews.length(); id += 1) {
        const count = reviews.at(id);
        if (count < least) continue;
        for (const label of [0, 1] as const) {
          const ofClass = label === 1 ? positives.at(id) : count - positives.at(id);
          // Where one class is nearly everything, every word is nearly always of it.
          const isUsual = (label === 1 ? share : 1 - share) > 0.9;
          if (!isUsual && ofClass >= GIVEN_AWAY.ofOneClass * count)
            found.push({ word: wordOf(id), count, label, ofClass });
        }
      }
      return found
        .toSorted((a, b) => b.count - a.count)
        .slice(0, 5)
        .map(({ word, count, label, ofClass }) => ({
          kind: 'givenAway',
          count,
          word,
          text: m.datasets_warning_given_away({
            word: word.slice(0, 40),
            part: grouped(ofClass),
            count: grouped(count),
            share: GIVEN_AWAY.ofOneClass * 100,
            least: grouped(Math.ceil(least)),
            label: label === 1 ? 'positive' : 'negative',
          }),
        }));
    },
  };
}
