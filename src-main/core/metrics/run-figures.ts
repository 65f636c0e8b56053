import type { Comparison } from '#contract/comparison.ts';
import { epochFigures, type EpochFigure, type RunFigures } from '#contract/metric.ts';
import type { Epoch } from '#contract/run.ts';
import * as m from '#messages';

import { figuresOf } from '../comparison/figures.ts';
import type { Confusion } from '../evaluation/confusion.ts';
import { rankingAreas } from '../statistics/ranking.ts';
import { formats, type FormatName } from './format.ts';
import {
  epochMetrics,
  runMetrics,
  usualPlaces,
  type Metric,
  type MetricPlace,
  type Predicted,
  type RunMetric,
} from './table.ts';

/** The metrics that a screen, a table or a file offers, in their order. */
export const metricsIn = (place: MetricPlace): readonly RunMetric[] =>
  runMetrics.filter(({ places = usualPlaces }) => places.includes(place));

export function runMetric(key: string): RunMetric {
  const found = runMetrics.find((metric) => metric.key === key);
  if (found === undefined) throw new Error(`There is no metric "${key}".`);
  return found;
}

/** What follows from the counts at a threshold. */
export const rateOf = (key: string, cells: Confusion): number | null =>
  runMetric(key).confusion?.(cells) ?? null;

/** Where validation comes first: who chooses by test accuracy reports what was chosen by. */
export const epochFiguresByUse: readonly EpochFigure[] = (
  ['validation', 'test', 'train'] as const
).flatMap((split) => epochFigures.filter((figure) => epochMetrics[figure].split === split));

/** "Accuracy, %" */
export function withUnit(metric: string, format: FormatName): string {
  const { unit } = formats[format].tick;
  return unit === '' ? metric : m.metrics_with_unit({ metric, unit });
}

/** What a curve from outside is summed up by. */
export const summingUp: readonly EpochFigure[] = ['valLoss', 'valAccuracy', 'testAccuracy'];

export function extremeLabel(figure: EpochFigure): string {
  const metric = shortLabel(epochMetrics[figure]).toLowerCase();
  return epochMetrics[figure].goal === 'lower'
    ? m.metrics_lowest({ metric })
    : m.metrics_highest({ metric });
}

/** The best value over epochs, null where none has one. */
export function extremeOf(
  figure: EpochFigure,
  epochs: readonly Readonly<Record<EpochFigure, number | null>>[],
): number | null {
  const choose = epochMetrics[figure].goal === 'lower' ? Math.min : Math.max;
  const values = epochs.map((epoch) => epoch[figure]).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((a, b) => choose(a, b));
}

export const shortLabel = ({ label, short = label }: Metric): string => short();

type Judged = Readonly<{ labels: ArrayLike<number>; probabilities: ArrayLike<number> }>;

export const predictedOf = ({ labels, probabilities }: Judged): Predicted => ({
  ...figuresOf(labels, probabilities),
  ...rankingAreas(labels, probabilities),
});

/** Whether a metric is calculated from predictions, for any place but the threshold that a person moves. */
const isFromPredictions = ({ places, predictions, confusion }: RunMetric): boolean =>
  places?.length !== 0 && (predictions ?? confusion) !== undefined;

/** All that are calculated from predictions; null where there are none. */
export const predictedFigures = (of: Predicted | null): RunFigures =>
  Object.fromEntries(
    runMetrics.filter(isFromPredictions).map(({ key, predictions, confusion }) => {
      if (of === null) return [key, null];
      return [key, finite(predictions?.(of) ?? confusion?.(of.confusion) ?? null)];
    }),
  );

/** Those that were measured in an epoch, which has been trained or not. */
export const measuredFigures = (epoch: Epoch | undefined): RunFigures =>
  Object.fromEntries(
    runMetrics.flatMap(({ key, epoch: figure }) =>
      figure === undefined ? [] : [[key, epoch?.[figure] ?? null]],
    ),
  );

type Row = Readonly<Partial<Comparison['metrics'][number]>>;

/** What a row of figures has for a metric. */
export function figureOf({ key, derived }: RunMetric, row: Row | undefined): number | null {
  const read = (of: string): number | null => (row?.[of] as number | null | undefined) ?? null;
  return derived === undefined ? read(key) : derived(read);
}

/** Without reviews of both classes there is no ranking. */
const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;
