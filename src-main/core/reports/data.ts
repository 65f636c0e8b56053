import type { Baseline } from '#contract/baseline.ts';
import type { Comparison } from '#contract/comparison.ts';
import type { Dataset } from '#contract/dataset.ts';
import type { Diff, DiffWord } from '#contract/embedding-diff.ts';
import type { Judgement } from '#contract/experiment.ts';
import type { CallOutput } from '#contract/index.ts';
import type { OutsideCurve } from '#contract/outside-curve.ts';
import type { ReportSpec } from '#contract/report.ts';
import type { Run } from '#contract/run.ts';
import type { SentenceSource } from '#contract/snapshot.ts';
import type { Transplant } from '#contract/transplant.ts';

import type { BaselineDifference } from '../baseline/difference.ts';
import type { Reading, ReadingChoice } from '../text/reading.ts';
import type { Comparable } from '../experiment/comparable.ts';

/** Everything a report says, gathered once; every format is made from it. */
export type ReportData = Readonly<{
  spec: ReportSpec;
  createdAt: string;
  twofoldVersion: string;
  experimentName: string | null;
  /** Without those in the trash. */
  runs: readonly Run[];
  /** Of the report, but in the trash, or deleted for good (then without a name). */
  absent: readonly Readonly<{ runId: string; name: string | null }>[];
  /** Beside the runs' in the figures, and nowhere else. */
  outsideCurves: readonly OutsideCurve[];
  /** Outside curves of the report that were removed meanwhile. */
  absentCurveCount: number;
  datasets: readonly ReportDataset[];
  metrics: Comparison['metrics'];
  concerns: Comparison['concerns'];
  /** Each run against the first, where there are few; else empty. */
  pairs: Comparison['pairs'];
  /** Null for a single run. Of those that can be compared; the factors may be of a grid beside them. */
  judgement: Judgement | null;
  /** What of the runs the judgement is about. */
  comparable: Comparable<Run>;
  /** Bag-of-words models that are known already, with the runs they stand beside. */
  baselines: readonly ReportBaseline[];
  /** `why`: that nothing can be said of them. Null where it was not asked for, and for a single run. */
  flips: ReportFlips | Readonly<{ why: string }> | null;
  /** The newest saved comparison of these runs' embedding tables. */
  embeddings: ReportEmbeddings | null;
}>;

export type ReportBaseline = Readonly<{
  runIds: readonly string[];
  baseline: Baseline;
  /** Of the runs that differ in the seed alone, equal ones counted once; empty where nothing can be said. */
  differences: readonly (BaselineDifference & Readonly<{ runIds: readonly string[] }>)[];
}>;

export type ReportDataset = Readonly<{
  dataset: Dataset;
  /** The truth of its test reviews is known, from them or from a bundle. */
  hasLabels: boolean;
  /** What lengths and vocabularies do to its whole training split. */
  fits: readonly (CallOutput<'datasets.fit'> & Readonly<{ maxLength: number; numWords: number }>)[];
  /** What the runs really used and read of it, once for all that read alike. */
  readings: readonly (ReadingChoice & Readonly<{ runIds: readonly string[]; parts: Reading }>)[];
}>;

export type ReportFlips = Readonly<{
  /** Names of the two sides, or of the two runs. */
  names: readonly [string, string];
  /** They flip with every one of so many seeds; one: a single pair of trained models. */
  seeds: number;
  rows: number;
  total: number;
  /** The widest apart, with their texts; null where the corpus holds none, or is not here. Empty where seed noise explains them. */
  sample: readonly Readonly<{
    row: number;
    label: number;
    probabilities: readonly [number, number];
    text: string | null;
  }>[];
}>;

export type ReportEmbeddings = Readonly<{
  diff: Diff;
  /** How many comparisons of these runs are saved, and whether this one has both variants. */
  saved: Readonly<{ count: number; isOfBoth: boolean }>;
  /** Between its tables. */
  transplants: readonly Transplant[];
  /** By pair of the diff, the words that changed most. */
  words: readonly (readonly DiffWord[])[];
  /** `why`: that there is none. Null where it was not asked for. */
  sentence:
    | (Readonly<{ source: SentenceSource }> &
        (Readonly<{ compared: CallOutput<'diffs.sentence'> }> | Readonly<{ why: string }>))
    | null;
}>;
