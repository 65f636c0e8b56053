import type { ComparisonInput } from './compare/compare-tables.ts';
import type { Side } from '../text/encoding.ts';
import type { OddReviews, ReviewDistances } from './compare/review-differences.ts';
import type { SquareMatrix } from './algebra/rotation.ts';
import type { FrameChange } from './transplant/transplant.ts';
import type { ControlInput, ControlPlan } from './transplant/transplant-controls.ts';

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

/** One table's rows put into another: as they are, in its frame, and as the controls want them. */
export type TransplantJob = Readonly<{
  kind: 'transplant';
  donor: Omit<TableFile, 'startFile' | 'picks'>;
  receiver: Omit<TableFile, 'startFile' | 'picks'>;
  /** By row of the receiver; -1 keeps its own. */
  rowOf: Int32Array;
  frame: FrameChange;
  fittedRows: ControlInput['fittedRows'];
  seed: number;
  /** To be written: tables of the receiver's shape. */
  rawFile: string;
  alignedFile: string;
  controls: readonly Readonly<{ plan: ControlPlan; file: string }>[];
}>;

/** A table on disk with its way into the common frame of a comparison. */
export type LaidTableFile = Omit<TableFile, 'picks'> &
  Readonly<{
    means: Float64Array;
    transform: SquareMatrix;
    frobenius: number;
    comparedWords: number;
  }>;

/** Of test reviews, how far two tables lie apart over their words, beside how far apart two models judge them. */
export type ReviewsJob = Readonly<{
  kind: 'reviews';
  tables: readonly [LaidTableFile, LaidTableFile];
  /** By id, 1 for words that both tables know. */
  isRead: Uint8Array;
  /** core/text/encoded-file.ts */
  encodedFile: string;
  /** Of the test split. */
  rows: Int32Array;
  /** By review, between the two predictions. */
  gaps: Float32Array;
  maxLength: number;
  truncating: Side;
  /** Reviews in either list. */
  most: number;
  seed: number;
}>;

/** By epoch, beside it the one before, the first and the last; null is undefined. */
export type Drift = Readonly<{
  epoch: number;
  /** Mean of |E_t - E_(t-1)| over the words, in root mean squares of the last table's lengths; null for the first. */
  step: number | null;
  ckaToFirst: number | null;
  ckaToLast: number | null;
}>;

export type AnalysisJob = CompareJob | DriftJob | TransplantJob | ReviewsJob;
export type ToAnalysis = Readonly<{ type: 'job'; job: AnalysisJob }>;
export type FromAnalysis =
  | Readonly<{ type: 'progress'; share: number }>
  /** The result file is whole. The most resident memory that the process has had. */
  | Readonly<{ type: 'compared'; peakBytes: number }>
  | Readonly<{ type: 'drifted'; drift: readonly Drift[] }>
  | Readonly<{ type: 'transplanted' }>
  | Readonly<{
      type: 'reviewed';
      result: ReviewDistances &
        OddReviews &
        Readonly<{
          /** Mean distance of all reviews where the second table's words stand in another order; NaN is undefined. */
          chance: number;
        }>;
    }>
  | Readonly<{ type: 'failed'; message: string }>;
