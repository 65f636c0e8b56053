import {
  splitNames,
  type Dataset,
  type Finding,
  type SplitName,
  type TextPipeline,
} from '#contract/dataset.ts';
import { growable, type Growable } from '#core/util/growable.ts';
import { withoutStart } from '#core/text/ids.ts';

import { copyKinds, createCopySearch } from './copies.ts';
import { START_MARK } from '../store/encoded-writer.ts';
import type { NewFinding } from './findings.ts';
import type { Pace } from '../importers/importer.ts';
import { createTextHints } from '../importers/text-hints.ts';

/** What an import counts on its way, and what looks wrong. */
export type Observations = Readonly<{ splits: Dataset['splits']; findings: NewFinding[] }>;

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

type Part = { count: number; positive: number; lengths: Growable<Uint32Array> };
type Row = NonNullable<Finding['rows']>[number];

const ROWS_KEPT = 20;
/** A word gives the label away from this share of the training reviews on, if this share of those is of one class. */
const GIVEN_AWAY = { ofReviews: 0.01, ofOneClass: 0.99, leastReviews: 50, shown: 5 };
/** Medians further apart than this are very unlike. */
const LENGTHS_APART = 2;
const LEAST_FOR_LENGTHS = 30;

/**
 * @param keyOf what stands for the word of an id in the search for near copies
 * @param keep is given every row of a finding; findings themselves hold the first ones
 */
export function createObserver(
  temporaryFolder: string,
  pipeline: TextPipeline,
  keyOf: (id: number) => number,
  keep: (kind: Finding['kind'], row: Row) => void,
): Observer {
  const seen = new Map<SplitName, Part>();
  const copies = createCopySearch(temporaryFolder);
  const words = createWordClasses();
  const hints = createTextHints(pipeline);
  const listed = new Map<string, { count: number; opposed: number; rows: Row[] }>();
  const keysOf = (ids: Int32Array): Int32Array => ids.map(keyOf);
  const list = (kind: Finding['kind'], split: SplitName | null, row: Row, isOpposed = false) => {
    const key = `${split ?? ''} ${kind}`;
    const part = listed.get(key) ?? { count: 0, opposed: 0, rows: [] };
    listed.set(key, part);
    part.count += 1;
    if (isOpposed) part.opposed += 1;
    if (part.rows.length < ROWS_KEPT) part.rows.push(row);
    keep(kind, row);
  };
  return {
    close: copies.close,
    see(split, label, content, ids) {
      let part = seen.get(split);
      if (part === undefined) {
        part = { count: 0, positive: 0, lengths: growable(Uint32Array) };
        seen.set(split, part);
      }
      const row = part.count;
      const ofWords = wordsOf(ids);
      part.count += 1;
      part.positive += label;
      part.lengths.push(ofWords.length);
      if (typeof content === 'string') hints.see(content);
      if (ofWords.length === 0) {
        list('empty', split, { split, row });
        return;
      }
      copies.see(split, row, label, content, keysOf(ofWords));
      if (split === 'train') words.see(ofWords, label);
    },
    async finish(idsOf, wordOf, pace) {
      const findings: NewFinding[] = [];
      const train = seen.get('train');
      const givenAway = train === undefined ? [] : words.givenAway(train, wordOf);
      // A few bytes a word; the search for copies needs the room.
      words.clear();
      const facts = (split: SplitName) => ({
        count: seen.get(split)?.count ?? 0,
        positive: seen.get(split)?.positive ?? 0,
      });
      const found = await copies.find((split, row) => keysOf(wordsOf(idsOf(split, row))), pace);
      const { texts, reviews, pairs } = found.contradictions;
      for (const { review, of } of pairs()) list('contradictions', null, { ...review, of });
      for (const { kind, review, of, isOpposed } of found.copies()) {
        list(kind, review.split, { ...review, of }, isOpposed);
      }
      const contradictions = listed.get(' contradictions');
      if (contradictions !== undefined) {
        const { rows } = contradictions;
        findings.push({ kind: 'contradictions', count: reviews, texts, rows });
      }
      for (const split of splitNames) {
        const part = seen.get(split);
        if (part === undefined) continue;
        const all = part.count;
        const empty = listed.get(`${split} empty`);
        if (empty !== undefined) {
          const { count, rows } = empty;
          findings.push({ kind: 'empty', count, split, all, rows });
        }
        if (part.positive === 0 || part.positive === part.count) {
          const label = part.positive === 0 ? 'negative' : 'positive';
          findings.push({ kind: 'oneClass', count: all, split, label });
        }
        for (const kind of copyKinds) {
          const of = listed.get(`${split} ${kind}`);
          if (of === undefined) continue;
          const { count, opposed, rows } = of;
          findings.push({ kind, count, split, all, opposed, rows });
        }
        if (split === 'train' || train === undefined) continue;
        const lengths = unlike(split, part, train);
        if (lengths !== null) findings.push(lengths);
      }
      findings.push(...givenAway);
      findings.push(...hints.findings());
      if (found.isPartial) {
        findings.push({ kind: 'note', count: 0, why: 'nearCopiesOfPart' });
      }
      const validation = seen.has('validation') ? { validation: facts('validation') } : {};
      return { splits: { train: facts('train'), test: facts('test'), ...validation }, findings };
    },
  };
}

function wordsOf(ids: Int32Array): Int32Array {
  return ids[0] === START_MARK ? ids.subarray(1) : withoutStart(ids);
}

function unlike(split: SplitName, part: Part, train: Part): NewFinding | null {
  if (part.count < LEAST_FOR_LENGTHS || train.count < LEAST_FOR_LENGTHS) return null;
  const [own, other] = [medianOf(part.lengths), medianOf(train.lengths)];
  if (Math.max(own, other) < LENGTHS_APART * Math.max(1, Math.min(own, other))) return null;
  return { kind: 'lengths', count: part.count, split, own, other };
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
    givenAway(train: Part, wordOf: (id: number) => string): NewFinding[] {
      const share = train.positive / train.count;
      const least = Math.max(GIVEN_AWAY.leastReviews, GIVEN_AWAY.ofReviews * train.count);
      const found: Extract<NewFinding, { kind: 'givenAway' }>['words'] = [];
      for (let id = 0; id < reviews.length(); id += 1) {
        const count = reviews.at(id);
        if (count < least) continue;
        for (const label of ['negative', 'positive'] as const) {
          const ofClass = label === 'positive' ? positives.at(id) : count - positives.at(id);
          // Where one class is nearly everything, every word is nearly always of it.
          const isUsual = (label === 'positive' ? share : 1 - share) > 0.9;
          if (!isUsual && ofClass >= GIVEN_AWAY.ofOneClass * count)
            found.push({ word: wordOf(id), count, label, ofClass });
        }
      }
      found.sort((a, b) => b.count - a.count);
      const [first] = found;
      if (first === undefined) return [];
      return [
        {
          kind: 'givenAway',
          count: found.length === 1 ? first.count : 0,
          words: found.slice(0, GIVEN_AWAY.shown),
          all: found.length,
          share: GIVEN_AWAY.ofOneClass * 100,
          least: Math.ceil(least),
        },
      ];
    },
    clear(): void {
      for (const part of [reviews, positives, lastIn]) part.clear();
    },
  };
}
