import type { EpochFigure } from '#contract/metric.ts';
import * as m from '#messages';

import type { Figures } from '../comparison/figures.ts';
import type { Confusion } from '../evaluation/confusion.ts';
import type { Ranking } from '../statistics/ranking.ts';
import type { FormatName } from './format.ts';

/** What is measured of a run, once for the runs table, charts, Compare, reports, the command line, filters and exports. */
export type Metric = Readonly<{
  label: () => string;
  /** Where a table's title says of which reviews it is, or a column must be narrow. */
  short?: () => string;
  /** In a sentence or two, where the label does not say all. */
  meaning?: () => string;
  /** Which direction is better; `none` for facts that are no score. */
  goal: 'higher' | 'lower' | 'none';
  format: FormatName;
  /** Of its numbers in tables of figures. */
  unit?: () => string;
}>;

export type EpochMetric = Metric &
  Readonly<{
    /** The reviews that it is measured on. */
    split: 'train' | 'validation' | 'test';
    /** What it is called in TensorBoard's folder of that split. */
    tag: 'loss' | 'accuracy';
    /** Other titles that it has in tables of other programs, in lower case, letters alone. */
    titles: readonly string[];
  }>;

const accuracy = {
  goal: 'higher',
  format: 'share',
  unit: m.report_unit_share,
  tag: 'accuracy',
} as const;
/** A cross-entropy, in its natural unit. */
const loss = { goal: 'lower', format: 'decimal', unit: () => 'nat', tag: 'loss' } as const;

/** Measured in every epoch and stored with it. */
export const epochMetrics: Readonly<Record<EpochFigure, EpochMetric>> = {
  loss: {
    ...loss,
    split: 'train',
    label: m.metrics_loss,
    short: m.metrics_loss_short,
    meaning: m.metrics_loss_meaning,
    titles: ['trainloss', 'trainingloss'],
  },
  accuracy: {
    ...accuracy,
    split: 'train',
    label: m.metrics_accuracy,
    short: m.metrics_accuracy_short,
    meaning: m.metrics_accuracy_meaning,
    titles: ['acc', 'trainaccuracy', 'trainacc', 'binaryaccuracy'],
  },
  valLoss: {
    ...loss,
    split: 'validation',
    label: m.metrics_val_loss,
    short: m.metrics_val_loss_short,
    meaning: m.metrics_val_loss_meaning,
    titles: ['validationloss'],
  },
  valAccuracy: {
    ...accuracy,
    split: 'validation',
    label: m.metrics_val_accuracy,
    short: m.metrics_val_accuracy_short,
    meaning: m.metrics_val_accuracy_meaning,
    titles: ['valacc', 'validationaccuracy', 'valbinaryaccuracy'],
  },
  testLoss: {
    ...loss,
    split: 'test',
    label: m.metrics_test_loss,
    meaning: m.metrics_test_loss_meaning,
    titles: [],
  },
  testAccuracy: {
    ...accuracy,
    split: 'test',
    label: m.metrics_test_accuracy,
    meaning: m.metrics_test_accuracy_meaning,
    titles: ['testacc'],
  },
};

/** The figures by which one may choose while runs train and in lists: those of the validation split. */
export const watched = { loss: 'valLoss', accuracy: 'valAccuracy' } as const;

/** The figure that chooses the best epoch, and the one that a comparison is about. */
export const headline = { loss: 'valLoss', accuracy: 'testAccuracy' } as const;

/** What is drawn on one pair of axes. */
export const curvePairs = [
  { tag: 'loss', train: 'loss', validation: 'valLoss' },
  { tag: 'accuracy', train: 'accuracy', validation: 'valAccuracy' },
] as const satisfies readonly Record<string, EpochFigure>[];

const fact = { goal: 'none' } as const;

/** Measured while a run trains, to be seen as curves. */
export const progressMetrics: Readonly<
  Record<string, Metric & Readonly<{ resolution: 'epoch' | 'step' }>>
> = {
  gradientNorm: { resolution: 'step', label: m.metrics_gradient_norm, ...fact, format: 'decimal' },
  samplesPerSecond: { resolution: 'step', label: m.metrics_speed, goal: 'higher', format: 'rate' },
  memoryBytes: { resolution: 'epoch', label: m.metrics_memory, ...fact, format: 'bytes' },
};

/** What a trained model predicts of reviews whose truth is known. */
export type Predicted = Figures & Pick<Ranking, 'rocArea' | 'averagePrecision'>;

/** `training`: the second table of a report; `files`: tables of figures; `terminal`: the command line's tables. */
export type MetricPlace = 'runs' | 'compare' | 'report' | 'training' | 'files' | 'terminal';

/** A figure of a trained model on its test reviews. Its value is what its epoch has, or else is calculated. */
export type RunMetric = Metric &
  Readonly<{
    /** In JSON and tables of figures. */
    key: string;
    /** Where it is offered, if not in `usualPlaces`. */
    places?: readonly MetricPlace[];
    /** The figure of the epoch that it is. */
    epoch?: EpochFigure;
    /** Of predictions at the threshold 0.5; at any other one too, where a person moves it. */
    confusion?: (cells: Confusion) => number | null;
    predictions?: (of: Predicted) => number;
    /** Of the others. */
    derived?: (of: (key: string) => number | null) => number | null;
  }>;

export const usualPlaces: readonly MetricPlace[] = ['runs', 'compare', 'report', 'files'];
const score = { goal: 'higher', format: 'decimal' } as const;
const error = { goal: 'lower', format: 'decimal' } as const;
const tested = { places: ['compare', 'report', 'files', 'terminal'] } as const;
const untested = { places: ['training', 'files', 'terminal'] } as const;
const trained = { places: ['compare', 'training', 'terminal'] } as const;
/** Null where nothing can be counted. */
const share = (part: number, all: number): number | null => (all === 0 ? null : part / all);
/** At a threshold, which a person moves. */
const rate = { goal: 'higher', format: 'share', places: [] } as const;

/** In the order in which tables have them. */
export const runMetrics: readonly RunMetric[] = [
  {
    ...epochMetrics.testAccuracy,
    ...tested,
    key: 'accuracy',
    short: m.metrics_rate_accuracy,
    epoch: 'testAccuracy',
    confusion: ([tn, fp, fn, tp]) => share(tn + tp, tn + fp + fn + tp),
  },
  {
    ...epochMetrics.testLoss,
    ...tested,
    key: 'loss',
    short: m.metrics_rate_loss,
    epoch: 'testLoss',
    predictions: (of) => of.loss,
  },
  {
    key: 'gap',
    label: m.metrics_gap,
    meaning: m.metrics_gap_meaning,
    goal: 'lower',
    format: 'points',
    places: ['compare'],
    derived(of) {
      const [train, test] = [of('trainAccuracy'), of('accuracy')];
      return train === null || test === null ? null : train - test;
    },
  },
  { ...epochMetrics.valAccuracy, ...untested, key: 'valAccuracy', epoch: 'valAccuracy' },
  { ...epochMetrics.valLoss, ...untested, key: 'valLoss', epoch: 'valLoss' },
  {
    ...accuracy,
    ...fact,
    ...untested,
    key: 'trainAccuracy',
    label: m.metrics_plain_accuracy,
    short: m.metrics_accuracy_short,
    meaning: m.metrics_plain_accuracy_meaning,
  },
  {
    ...error,
    key: 'brier',
    label: m.metrics_brier,
    meaning: m.metrics_brier_meaning,
    predictions: (of) => of.brier,
  },
  {
    ...error,
    key: 'calibrationError',
    label: m.metrics_calibration,
    meaning: m.metrics_calibration_meaning,
    unit: m.report_unit_share,
    predictions: (of) => of.calibrationError,
  },
  {
    ...error,
    key: 'confidenceCalibrationError',
    label: m.metrics_confidence_calibration,
    meaning: m.metrics_confidence_calibration_meaning,
    unit: m.report_unit_share,
    predictions: (of) => of.confidenceCalibrationError,
  },
  {
    ...score,
    key: 'rocArea',
    label: m.metrics_roc_area,
    meaning: m.metrics_roc_area_meaning,
    predictions: (of) => of.rocArea,
  },
  {
    ...score,
    key: 'averagePrecision',
    label: m.metrics_average_precision,
    meaning: m.metrics_average_precision_meaning,
    places: ['runs', 'compare', 'files'],
    predictions: (of) => of.averagePrecision,
  },
  {
    ...rate,
    key: 'precision',
    label: m.metrics_rate_precision,
    confusion: ([, fp, , tp]) => share(tp, tp + fp),
  },
  {
    ...rate,
    key: 'recall',
    label: m.metrics_rate_recall,
    confusion: ([, , fn, tp]) => share(tp, tp + fn),
  },
  {
    ...rate,
    key: 'specificity',
    label: m.metrics_rate_specificity,
    confusion: ([tn, fp]) => share(tn, tn + fp),
  },
  {
    ...rate,
    key: 'f1',
    label: m.metrics_rate_f1,
    confusion: ([, fp, fn, tp]) => share(2 * tp, 2 * tp + fp + fn),
  },
  {
    ...trained,
    key: 'secondsPerEpoch',
    label: m.metrics_seconds,
    short: m.metrics_seconds_short,
    goal: 'lower',
    format: 'seconds',
  },
  { ...fact, key: 'epoch', label: m.metrics_epoch, format: 'epoch', places: ['compare'] },
  { ...fact, ...trained, key: 'parameters', label: m.metrics_parameters, format: 'count' },
];
