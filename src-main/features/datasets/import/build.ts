import type { SplitName, TextPipeline } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { INDEX_FROM, rankOfId, wordOrRank } from '#core/text/ids.ts';
import { createTokenizer } from '#core/text/pipeline.ts';
import { createVocabularyCounter, type WordCount } from '#core/text/vocabulary.ts';
import * as m from '#messages';

import { createContentHasher } from '../store/content-hash.ts';
import { createDocuments, type DocumentWriter } from '../store/documents.ts';
import { createEncodedWriter, START_MARK } from '../store/encoded-writer.ts';
import type { ImportContext, Pace, RawDocument } from '../importers/importer.ts';
import { grouped } from '../importers/table.ts';
import { documentsFile, idsFile, syncToDisk } from '../store/place.ts';
import { seal } from '../store/seal.ts';
import { createObserver, type Observations } from '../quality/warnings.ts';

export type BuiltDataset = Observations &
  Readonly<{
    contentHash: string;
    hasTexts: boolean;
    hasWords: boolean;
    vocabularySize: number;
  }>;

/**
 * Turns a stream of reviews into the two files of a dataset in `folder`. Each text is tokenised once: ids are provisional until
 * the vocabulary of the full training split is known, then renumbered on disk.
 *
 * @param wordIndex rank -> word for ids; null where there is none, or for texts
 */
export async function buildDataset(
  documents: AsyncIterable<RawDocument>,
  folder: string,
  wordIndex: ReadonlyMap<number, string> | null,
  pipeline: TextPipeline,
  { pace, limits }: Pick<ImportContext, 'pace' | 'limits'>,
): Promise<BuiltDataset> {
  const store = createDocuments(documentsFile(folder));
  const encoded = createEncodedWriter(folder);
  const hasher = createContentHasher(pipeline);
  const tokenize = createTokenizer(pipeline);
  const texts = createVocabularyCounter();
  const ranks = createRankCounter();
  const rows = new Map<SplitName, number>();
  let hasTexts = false;
  const observer = createObserver(
    folder,
    pipeline,
    (id) => (hasTexts ? texts.keyOf(id) : id),
    store.addFindingRow,
  );
  try {
    for await (const document of documents) {
      const { split, label, rating } = document;
      const row = rows.get(split) ?? 0;
      rows.set(split, row + 1);
      if ('text' in document) {
        hasTexts = true;
        const words = tokenize(document.text);
        if (texts.size() > limits.words) throw tooManyWords(limits.words);
        const provisional = texts.add(words, split === 'train' ? 'train' : 'other', label === 1);
        const ids = new Int32Array(words.length + 1);
        ids[0] = START_MARK;
        ids.set(provisional, 1);
        encoded.add(split, label, ids);
        hasher.add(split, label, document.text);
        observer.see(split, label, document.text, ids);
        store.addDocument({ split, row, label, rating, text: document.text });
      } else {
        const { ids } = document;
        if (split === 'train') ranks.add(ids, label === 1);
        encoded.add(split, label, ids);
        hasher.add(split, label, ids);
        observer.see(split, label, ids, ids);
        store.addDocument({ split, row, label, rating, text: null });
      }
      await pace.breathe();
    }
    const contentHash = hasher.digest();
    const ranked = hasTexts ? texts.finish() : null;
    const vocabularySize =
      ranked === null
        ? await ranks.store(store, wordIndex, pace)
        : await storeWords(ranked.words(), store, pace);
    const wordOf = (id: number): string => {
      return ranked === null
        ? wordOrRank(wordIndex?.get(rankOfId(id)), rankOfId(id))
        : ranked.wordOf(id);
    };
    const observed = await observer.finish(encoded.ids, wordOf, pace);
    await encoded.finish(idsFile(folder), contentHash, ranked?.finalIds ?? null, pace);
    await seal(idsFile(folder));
    pace.report({ phase: 'storing', done: 0, total: 1 });
    store.finish();
    await syncToDisk(documentsFile(folder));
    await seal(documentsFile(folder));
    pace.report({ phase: 'storing', done: 1, total: 1 });
    return {
      ...observed,
      contentHash,
      hasTexts,
      hasWords: hasTexts || wordIndex !== null,
      vocabularySize,
    };
  } finally {
    store.close();
    encoded.close();
    observer.close();
  }
}

function tooManyWords(most: number): AppError {
  return new AppError('badInput', m.datasets_too_many_words({ most: grouped(most) }));
}

async function storeWords(
  words: Iterable<WordCount>,
  store: DocumentWriter,
  pace: Pace,
): Promise<number> {
  let rank = 0;
  for (const word of words) {
    rank += 1;
    store.addWord({ rank, ...word });
    if (rank % 100 === 0) await pace.breathe();
  }
  return rank;
}

type RankCounter = Readonly<{
  add: (ids: Int32Array, isPositive: boolean) => void;
  /** Writes every rank that occurs in the training split or has a word; returns how many occur. */
  store: (
    store: DocumentWriter,
    wordIndex: ReadonlyMap<number, string> | null,
    pace: Pace,
  ) => Promise<number>;
}>;

function createRankCounter(): RankCounter {
  let counts = new Int32Array(131_072);
  let positiveCounts = new Int32Array(131_072);
  const grow = (array: Int32Array<ArrayBuffer>, rank: number) => {
    const larger = new Int32Array(Math.max(array.length * 2, rank + 1));
    larger.set(array);
    return larger;
  };
  return {
    add(ids, isPositive) {
      for (const id of ids) {
        if (id <= INDEX_FROM) continue;
        const rank = rankOfId(id);
        if (rank >= counts.length) {
          counts = grow(counts, rank);
          positiveCounts = grow(positiveCounts, rank);
        }
        counts[rank] = (counts[rank] as number) + 1;
        if (isPositive) positiveCounts[rank] = (positiveCounts[rank] as number) + 1;
      }
    },
    async store(store, wordIndex, pace) {
      let occurring = 0;
      for (const [rank, count] of counts.entries()) {
        const word = wordIndex?.get(rank) ?? null;
        if (count > 0) occurring += 1;
        if (count > 0 || word !== null) {
          store.addWord({ rank, word, count, positiveCount: positiveCounts[rank] as number });
        }
        if (rank % 100 === 0) await pace.breathe();
      }
      for (const [rank, word] of wordIndex ?? []) {
        if (rank >= counts.length) store.addWord({ rank, word, count: 0, positiveCount: 0 });
      }
      return occurring;
    },
  };
}
