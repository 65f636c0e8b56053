import type { ComparisonInput } from './compare-tables.ts';

/** A table on disk: float32, row-major [rows, dims]. */
export type TableFile = Readonly<{
  file: string;
  /** The same table before training; null where it is not stored. */
  startFile: string | null;
  rows: number;
  dims: number;
  /** Its row of each compared word. */
  picks: Int32Array;
}>;

/** What the supervisor asks of an analysis child: one job, then its end. */
export type CompareJob = Readonly<{
  kind: 'compare';
  tables: readonly TableFile[];
  resultFile: string;
}> &
  Omit<ComparisonInput, 'tables'>;

/** One table over the epochs of a run; measured against the first and the last. */
export type DriftJob = Readonly<{
  kind: 'drift';
  tables: readonly Readonly<{ file: string; epoch: number }>[];
  rows: number;
  dims: number;
  picks: Int32Array;
}>;

/** By epoch, beside it the one before, the first and the last; null is undefined. */
export type Drift = Readonly<{
  epoch: number;
  /** Mean of |E_t - E_(t-1)| over the words, in root mean squares of the last table's lengths; null for the first. */
  step: number | null;
  ckaToFirst: number | null;
  ckaToLast: number | null;
}>;

export type AnalysisJob = CompareJob | DriftJob;
export type ToAnalysis = Readonly<{ type: 'job'; job: AnalysisJob }>;
export type FromAnalysis =
  | Readonly<{ type: 'progress'; share: number }>
  /** The result file is whole. The most resident memory that the process has had. */
  | Readonly<{ type: 'compared'; peakBytes: number }>
  | Readonly<{ type: 'drifted'; drift: readonly Drift[] }>
  | Readonly<{ type: 'failed'; message: string }>;
