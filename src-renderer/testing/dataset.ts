import type { CallOutput } from '#contract/index.ts';
import type { Dataset } from '#contract/dataset.ts';

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
    sizeBytes: 1_000_000,
    createdAt: '2026-02-03T14:05:00.000Z',
    deletedAt: null,
    runCount: 0,
    ...override,
  };
}

/** Answers about one dataset, for a scripted bridge. */
export const datasetAnswers = {
  'datasets.fit': () => ({ percentWhole: 91.568, cutCount: 84, oovPercent: 4.1 }),
  'datasets.coverage': () => [
    { maxLength: 100, percent: 11 },
    { maxLength: 500, percent: 91.568 },
    { maxLength: 1000, percent: 99 },
  ],
  'datasets.lengths': () => ({ binWidth: 100, counts: [100, 500, 200, 100, 50, 50], longest: 900, median: 180, mean: 210 }),
  'datasets.vocabulary': () => ({ total: 1, rows: [{ word: 'the', rank: 1, count: 9000 }] }),
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
  'runs.estimate': () => ({
    secondsPerEpoch: 30,
    peakMemoryBytes: 2e9,
    machineMemoryBytes: 16e9,
    diskBytes: 38e6,
    diskFreeBytes: 77e9,
    basis: 'assumed' as const,
  }),
};
