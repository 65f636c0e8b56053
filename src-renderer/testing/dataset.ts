import type { CallInput, CallOutput } from '#contract/index.ts';
import type { JobOf } from '#contract/jobs.ts';
import type { Dataset, ImportPreview } from '#contract/dataset.ts';

import { buildJob } from './build-job.ts';

export function buildDataset(override: Partial<Dataset> = {}): Dataset {
  return {
    datasetId: 'd00000000001',
    name: 'Reviews',
    format: 'aclimdb',
    contentHash: 'd00000000001'.padEnd(64, '0'),
    splits: { train: { count: 1000, positive: 500 }, test: { count: 400, positive: 200 } },
    warnings: [],
    findings: [],
    pipeline: { html: 'kept', unicode: 'kept', words: 'spaces' },
    hasTexts: true,
    hasWords: true,
    vocabularySize: 5000,
    isHere: true,
    sizeBytes: 1_000_000,
    createdAt: '2026-02-03T14:05:00.000Z',
    deletedAt: null,
    runCount: 0,
    ...override,
  };
}

export const assumed: CallOutput<'runs.estimate'> = {
  secondsPerEpoch: 30,
  peakMemoryBytes: 2e9,
  machineMemoryBytes: 16e9,
  diskBytes: 38e6,
  diskFreeBytes: 77e9,
  basis: 'assumed',
};
export const probed = { ...assumed, secondsPerEpoch: 41, basis: 'probed' as const };

/** The preview of a CSV with a review and a sentiment column, which leaves nothing to ask. */
export function buildPreview(override: Partial<ImportPreview> = {}): ImportPreview {
  return {
    format: 'csv',
    encoding: 'utf-8',
    delimiter: ',',
    hasHeader: true,
    columns: [
      { name: 'review', kind: 'text', examples: ['A fine film', 'A dull film'] },
      { name: 'sentiment', kind: 'text', examples: ['positive', 'negative'] },
    ],
    rows: [
      ['A fine film', 'positive'],
      ['A dull film', 'negative'],
    ],
    textColumn: 'review',
    labelColumn: 'sentiment',
    splitColumn: null,
    ratingColumn: null,
    labels: [
      { value: 'positive', count: 6, meaning: 'positive' },
      { value: 'negative', count: 4, meaning: 'negative' },
    ],
    splits: null,
    rowsSeen: 10,
    rowCount: 10,
    questions: [],
    notes: [],
    warnings: [],
    ...override,
  };
}

export const buildImport = (
  override: Partial<JobOf<'datasetImport'>> = {},
): JobOf<'datasetImport'> =>
  buildJob('datasetImport', { source: '/data/reviews.csv' }, { jobId: 'i1', ...override });

/** An export that is under way. */
export const buildExport = (
  override: Partial<JobOf<'datasetExport'>> = {},
): JobOf<'datasetExport'> =>
  buildJob(
    'datasetExport',
    { datasetId: 'd00000000001', path: '/data/Reviews.jsonl' },
    {
      jobId: 'e1',
      progress: { phase: 'writing', done: 250, total: 1400 },
      ratePerSecond: 900,
      secondsLeft: 1,
      ...override,
    },
  );

/** Answers about one dataset, for a scripted bridge. */
export const datasetAnswers = {
  'datasets.fit': () => ({ percentWhole: 91.568, cutCount: 84, oovPercent: 4.1 }),
  'datasets.coverage': () => [
    { maxLength: 100, percent: 11 },
    { maxLength: 500, percent: 91.568 },
    { maxLength: 1000, percent: 99 },
  ],
  'datasets.lengths': () => ({
    binWidth: 100,
    counts: [100, 500, 200, 100, 50, 50],
    longest: 900,
    median: 180,
    mean: 210,
  }),
  'datasets.vocabulary': () => ({
    total: 1,
    rows: [{ word: 'the', rank: 1, count: 9000, logOdds: 0.02, zScore: 0.2 }],
  }),
  'datasets.unknown': ({ numWords }: CallInput<'datasets.unknown'>) =>
    numWords.map((size) => ({ numWords: size, percent: Math.max(0, 40 - size / 150) })),
  'datasets.samples': (): CallOutput<'datasets.samples'> => ({
    total: 1,
    rows: [
      {
        split: 'train',
        row: 0,
        label: 1,
        rating: 8,
        text: 'The film.',
        length: 3,
        padCount: 497,
        tokens: [
          { word: '', id: 1, kind: 'start', isCut: false },
          { word: 'the', id: 4, kind: 'word', isCut: false },
          { word: 'film', id: 2, kind: 'oov', isCut: false },
        ],
      },
    ],
  }),
  'datasets.origin': (): CallOutput<'datasets.origin'> => ({ request: null, reading: null }),
  'runs.estimate': () => assumed,
  'runs.probe': () => probed,
};
