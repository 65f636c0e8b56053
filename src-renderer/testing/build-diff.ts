import {
  tableMeasures,
  wordMeasures,
  type Diff,
  type DiffWord,
  type TableMeasure,
  type WordMeasure,
} from '#contract/embedding-diff.ts';
import type { JobOf } from '#contract/jobs.ts';

import { buildJob } from './build-job.ts';

type Table = Diff['tables'][number];
type Pair = Diff['pairs'][number];

export const wordFigures = (value: number | null): Record<WordMeasure, number | null> =>
  Object.fromEntries(wordMeasures.map((measure) => [measure, value])) as Record<
    WordMeasure,
    number | null
  >;
export const tableFigures = (value: number | null): Record<TableMeasure, number | null> =>
  Object.fromEntries(tableMeasures.map((measure) => [measure, value])) as Record<
    TableMeasure,
    number | null
  >;

function buildTable(override: Partial<Table>): Table {
  return {
    kind: 'run',
    name: 'A seed 1',
    runId: 'a',
    snapshotId: 's',
    tableId: null,
    variant: 'A',
    seed: 1,
    branch: 'cnn',
    epoch: 2,
    rows: 5000,
    dims: 64,
    hash: 'h',
    startHash: 'h0',
    frobenius: 30,
    axisCorrelation: 0.6,
    otherSeeds: [],
    ...override,
  };
}

export function buildPair(override: Partial<Pair> = {}): Pair {
  return {
    first: 0,
    second: 1,
    isSameFrame: false,
    lengthRatio: 1.7,
    figures: tableFigures(0.6),
    chance: tableFigures(0.1),
    floor: null,
    floorGap: 'oneSeed',
    notes: ['One seed: exploratory.'],
    ...override,
  };
}

export const buildDiffJob = (override: Partial<JobOf<'diff'>> = {}): JobOf<'diff'> =>
  buildJob('diff', { diffId: 'diff1', isKept: true }, override);

/** A-CNN, A-LSTM and B of one seed, compared. */
export function buildDiff(override: Partial<Diff> = {}): Diff {
  return {
    diffId: 'diff1',
    createdAt: '2026-02-03T10:00:00.000Z',
    request: { tables: [], reference: null, subject: 'table', centring: 'mean' },
    tables: [
      buildTable({}),
      buildTable({ branch: 'lstm' }),
      buildTable({ name: 'B seed 1', runId: 'b', variant: 'B', branch: 'shared' }),
    ],
    pairs: [buildPair(), buildPair({ second: 2 }), buildPair({ first: 1, second: 2 })],
    words: 3000,
    neighbourWords: 4200,
    minCount: 200,
    minNeighbourCount: 100,
    isLowered: false,
    dropped: [{ reason: 'rare', count: 12_000, words: ['zyzzyva', 'quokka'] }],
    neighbourCounts: [10, 50, 250],
    rsaWords: 2000,
    axisShares: Array.from({ length: 64 }, () => 1 / 64),
    poles: { positive: ['good'], negative: ['bad'] },
    seed: 1,
    seconds: 2,
    ...override,
  };
}

/** The word in place `row`: its figures fall from 0.999, the second pair's rise. */
export function buildDiffWord(row: number, override: Partial<DiffWord> = {}): DiffWord {
  const value = 0.999 - row / 4000;
  return {
    word: `word${row}`,
    id: row + 4,
    count: 100_000 - row * 30,
    logOdds: 0.1,
    pairs: [
      { ...wordFigures(value), floor: null },
      { ...wordFigures(1 - value), floor: null },
      { ...wordFigures(value / 2), floor: null },
    ],
    tables: [0, 1, 2].map(() => ({ movement: 0.4, relativeMovement: -0.1, axis: 1.2 })),
    ...override,
  };
}
