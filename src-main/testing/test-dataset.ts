import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { writeEncodedFile } from '#core/text/encoded-file.ts';
import { encodeWords } from '#core/text/encoding.ts';
import { reviewFacts } from '#core/text/review-facts.ts';
import { kerasPipeline } from '#core/text/pipeline.ts';
import { tokenize } from '#core/text/tokenizer.ts';

import type { WriteDb } from '../db/handles.ts';
import { resolveName } from '../features/resolve.ts';
import type { DatasetsPort } from '../features/services.ts';

const words = ['good', 'bad', 'film', 'plot', 'fine', 'dull'];

export type TestDatasets = DatasetsPort &
  Readonly<{
    words: () => Promise<readonly (string | null)[]>;
    wordCounts: () => Promise<Readonly<{ all: Int32Array; positive: Int32Array }>>;
    countsRead: () => Promise<Int32Array>;
  }>;

/**
 * A dataset of a few reviews over six words, in the database and as an encoded file: 8 to train on, 4 to test on (or more, which
 * differ from one another), labels 0 1 0 1 ...
 * Ids: good 4, bad 5, film 6, plot 7, fine 8, dull 9.
 */
export function addTestDataset(
  db: WriteDb,
  home: string,
  { datasetId = 'd1', trainCount = 8, testCount = 4 } = {},
): TestDatasets {
  const contentHash = datasetId.padEnd(64, '0');
  const splits = {
    train: { count: trainCount, positive: Math.floor(trainCount / 2) },
    test: { count: testCount, positive: Math.floor(testCount / 2) },
  };
  db.prepare(
    `INSERT INTO datasets (dataset_id, name, format, content_hash, splits, has_texts, has_words,
       vocabulary_size, size_bytes, created_at)
     VALUES (?, ?, ?, ?, ?, 1, 1, ?, 100, ?)`,
  ).run(
    datasetId,
    `Dataset ${datasetId}`,
    'aclimdb',
    contentHash,
    JSON.stringify(splits),
    words.length,
    '2026-01-01T00:00:00.000Z',
  );
  const encodedPath = path.join(home, `${datasetId}.bin`);
  writeFileSync(
    encodedPath,
    writeEncodedFile({
      datasetHash: contentHash,
      splits: { train: encodedSplit(trainCount), test: encodedSplit(testCount) },
    }),
  );

  const encode = (text: string) => {
    const tokens = tokenize(text);
    return {
      words: ['<start>', ...tokens],
      ids: encodeWords(tokens, (word) =>
        words.includes(word) ? words.indexOf(word) + 1 : undefined,
      ),
    };
  };
  return {
    get({ datasetId: id }): Dataset {
      const row = db.prepare('SELECT deleted_at FROM datasets WHERE dataset_id = ?').get(id) as
        { deleted_at: string | null } | undefined;
      if (row === undefined) throw new AppError('notFound', `There is no dataset ${id}.`);
      return {
        datasetId: id,
        name: `Dataset ${id}`,
        format: 'aclimdb',
        contentHash,
        splits,
        warnings: [],
        findings: [],
        pipeline: kerasPipeline,
        hasTexts: true,
        hasWords: true,
        vocabularySize: words.length,
        isHere: true,
        sizeBytes: 100,
        createdAt: '2026-01-01T00:00:00.000Z',
        deletedAt: row.deleted_at,
        runCount: 0,
      };
    },
    resolve: (text) =>
      resolveName('dataset', text, [{ id: datasetId, name: `Dataset ${datasetId}` }]),
    encodedPath: () => Promise.resolve(encodedPath),
    labels: (_, split) =>
      Promise.resolve(
        Uint8Array.from(
          { length: split === 'train' ? trainCount : testCount },
          (__, row) => row % 2,
        ),
      ),
    hasLabels: () => true,
    encodeText: (_, text) => encode(text),
    reviewFacts: (_, split, choice) => {
      const { offsets, tokens } = encodedSplit(split === 'train' ? trainCount : testCount);
      const ratings = Array.from({ length: offsets.length - 1 }, (__, row) =>
        row % 2 === 0 ? 2 : 9,
      );
      return Promise.resolve({ ...reviewFacts(offsets, tokens, choice), ratings });
    },
    review: (_, __, row) => ({ text: reviewText(row), label: row % 2, ...encode(reviewText(row)) }),
    words: () => Promise.resolve([null, ...words]),
    // In the order of their frequency, the odd ones rather positive.
    wordCounts: () =>
      Promise.resolve({
        all: Int32Array.of(0, ...words.map((_, index) => 60 - index)),
        positive: Int32Array.of(0, ...words.map((_, index) => (index % 2 === 0 ? 40 : 10))),
      }),
    countsRead: () => Promise.resolve(Int32Array.of(0, ...words.map((_, index) => 60 - index))),
  };
}

const reviewText = (row: number): string =>
  row % 2 === 0 ? 'A bad, dull film' : 'A good film, a fine plot!';

/** The row's number in base 6, as words. */
const moreTokens = (row: number): number[] =>
  row < 8 ? [] : Array.from(row.toString(6), (digit) => 4 + Number(digit));

function encodedSplit(count: number) {
  const reviews = Array.from({ length: count }, (_, row) =>
    Int32Array.of(1, 2, row % 2 === 0 ? 5 : 4, 6, ...moreTokens(row)),
  );
  const offsets = new Uint32Array(count + 1);
  reviews.forEach((ids, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + ids.length;
  });
  return {
    count,
    labels: Uint8Array.from({ length: count }, (_, row) => row % 2),
    offsets,
    tokens: Int32Array.from(reviews.flatMap((ids) => [...ids])),
  };
}
