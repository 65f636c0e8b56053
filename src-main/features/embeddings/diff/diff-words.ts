import type { DiffRequest } from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import { choosePoles, type Poles } from '#core/embeddings/compare/sentiment-axis.ts';
import {
  changedRows,
  chooseWords,
  defaultFloor,
  type TableWords,
  type WordSet,
} from '#core/embeddings/compare/word-set.ts';
import { rankOfId, wordOrRank } from '#core/text/ids.ts';
import { weightedLogOdds, type ClassCounts } from '#core/text/log-odds.ts';
import * as m from '#messages';

import type { DatasetsService } from '../../datasets/service.ts';
import type { Source } from './diff-sources.ts';
import { outsideWords } from '../outside/outside-store.ts';
import type { BlobDb } from '../../../db/handles.ts';
import type { Tables } from '../tables.ts';

export type WordsPort = Readonly<{
  words: (datasetId: string) => Promise<readonly (string | null)[]>;
  wordCounts: (datasetId: string) => Promise<Readonly<{ all: Int32Array; positive: Int32Array }>>;
  countsRead: DatasetsService['countsRead'];
}>;

export type WordParts = Readonly<{ datasets: WordsPort; blobs: BlobDb; tables: Tables }>;

/** Fewer words say nothing about a table. */
const leastWords = 20;
const polesASide = 20;

export type DiffWords = WordSet &
  Readonly<{
    /** By ranked word; NaN where nothing is known. */
    logOdds: Float32Array;
    poles: Poles;
  }>;

/** The words of a comparison; throws `invalid` where too few are left, with what to do. */
export async function wordsOf(
  parts: WordParts,
  sources: readonly Source[],
  request: DiffRequest,
): Promise<DiffWords> {
  const run = sources.find((source) => source.kind === 'run')?.run;
  if (run === undefined) throw new AppError('invalid', m.embeddings_outside_only());
  const isOneDataset = sources.every(
    (source) => source.kind === 'run' && source.run.datasetHash === run.datasetHash,
  );
  const tables: TableWords[] = [];
  for (const source of sources) tables.push(await tableWords(parts, source, isOneDataset));
  const isAsked = request.minCount !== undefined || request.minNeighbourCount !== undefined;
  const minCount = request.minCount ?? defaultFloor.minCount;
  const set = chooseWords(tables, {
    minCount,
    minNeighbourCount: Math.min(
      minCount,
      request.minNeighbourCount ?? defaultFloor.minNeighbourCount,
    ),
    leastWords: isAsked ? 0 : defaultFloor.leastWords,
  });
  if (set.rankedCount < leastWords) throw new AppError('invalid', tooFew(set, isAsked));
  return { ...set, ...(await labelsOf(parts.datasets, run.dataset, set)) };
}

function tooFew({ rankedCount: count, dropped }: WordSet, isAsked: boolean): string {
  const of = (reason: string) => dropped.find((item) => item.reason === reason)?.count ?? 0;
  const inputs = { count, least: leastWords };
  if (isAsked && of('rare') > 0) return m.embeddings_too_few_frequent(inputs);
  if (of('missing') > of('untrained')) return m.embeddings_hardly_overlap(inputs);
  return m.embeddings_too_few_trained(inputs);
}

export async function tableWords(
  { datasets, blobs, tables }: WordParts,
  source: Source,
  /** Ranks whose word nobody knows mean the same in all tables. */
  isOneDataset: boolean,
): Promise<TableWords> {
  if (source.kind === 'outside') {
    return { words: outsideWords(blobs, source.table), counts: null, isTrained: null };
  }
  const { dataset } = source.run;
  const words = await datasets.words(dataset);
  // Of what the run has read: words of the corpus that it has hardly met say nothing about its table.
  const counts = await datasets.countsRead(dataset, source.run.config);
  const wordOf = (id: number): string | null => {
    const rank = rankOfId(id);
    // A table may have more rows than there are words.
    if (rank <= 0 || rank >= words.length) return null;
    return words[rank] ?? (isOneDataset ? wordOrRank(null, rank) : null);
  };
  const { start, snapshot } = source;
  return {
    words: Array.from({ length: source.rows }, (_, id) => wordOf(id)),
    counts: Int32Array.from({ length: source.rows }, (_, id) => counts[rankOfId(id)] ?? 0),
    isTrained:
      start === null || snapshot.epoch === 0
        ? null
        : changedRows(tables.values(start), tables.values(source), source.dims),
  };
}

async function labelsOf(
  datasets: WordsPort,
  datasetId: string,
  { words, rankedCount }: WordSet,
): Promise<Pick<DiffWords, 'logOdds' | 'poles'>> {
  const known = await datasets.words(datasetId);
  const { all, positive } = await datasets.wordCounts(datasetId);
  const rankOf = new Map<string, number>();
  for (let rank = 1; rank < all.length; rank += 1) rankOf.set(wordOrRank(known[rank], rank), rank);
  const total = all.reduce<ClassCounts>(
    (sum, count, rank) => ({
      negative: sum.negative + count - (positive[rank] ?? 0),
      positive: sum.positive + (positive[rank] ?? 0),
    }),
    { negative: 0, positive: 0 },
  );
  const odds = words.slice(0, rankedCount).map((word) => {
    const rank = rankOf.get(word) ?? 0;
    const ofPositive = positive[rank] ?? 0;
    return weightedLogOdds(
      { negative: (all[rank] ?? 0) - ofPositive, positive: ofPositive },
      total,
    );
  });
  return {
    logOdds: Float32Array.from(odds, (item) => item?.logOdds ?? Number.NaN),
    poles: choosePoles(
      Float32Array.from(odds, (item) => item?.z ?? Number.NaN),
      polesASide,
    ),
  };
}
