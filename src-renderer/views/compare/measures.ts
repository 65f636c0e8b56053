import type { Comparison, Paired } from '#contract/comparison.ts';
import type { RunSummary } from '#contract/run.ts';

import { formats, type FormatName } from '#core/metrics/format.ts';
import { figureOf, metricsIn } from '#core/metrics/run-figures.ts';
import type { RunMetric } from '#core/metrics/table.ts';

type Metrics = Comparison['metrics'][number];
/** The measures of Compare. */
export const measures: readonly RunMetric[] = metricsIn('compare');

/** Fewer epochs than this, the first of them warm-up, do not measure a time. */
const timedEpochs = 3;

/** The measures as they are for these runs: a time taken from too few epochs is a fact, not a score. */
export function measuresOf(runs: readonly Pick<RunSummary, 'epochCount'>[]): readonly RunMetric[] {
  const isTimed = runs.every((run) => run.epochCount >= timedEpochs);
  return measures.map((of) => (of.format === 'seconds' && !isTimed ? { ...of, goal: 'none' } : of));
}

export type Against = Readonly<{
  /** Other minus first. */
  difference: number;
  /** By the goal, never by the sign. */
  direction: 'better' | 'worse' | 'equal' | 'none';
  /** The 95 % interval excludes 0. Only accuracy has one. */
  isSettled: boolean;
}>;

export function excludesZero({ interval }: Pick<Paired, 'interval'>): boolean {
  return interval !== null && (interval[0] > 0 || interval[1] < 0);
}

export function against(
  measure: RunMetric,
  first: Metrics,
  other: Metrics,
  paired: Paired | null,
): Against | null {
  const by = shownDifference(measure.format, figureOf(measure, first), figureOf(measure, other));
  // Scores on other reviews have no difference; facts have one always.
  if (by === null || (paired === null && measure.goal !== 'none')) return null;
  return {
    difference: by,
    direction: directionOf(measure, by),
    isSettled: measure.key === 'accuracy' && paired !== null && excludesZero(paired),
  };
}

export function directionOf({ goal }: RunMetric, by: number): Against['direction'] {
  if (goal === 'none') return 'none';
  return by === 0 ? 'equal' : by > 0 === (goal === 'higher') ? 'better' : 'worse';
}

/**
 * Other minus first as the two are shown, so that equal texts never differ. Of accuracies it is exact: the verdict says the same
 * number.
 */
export function shownDifference(
  format: FormatName,
  first: number | null,
  other: number | null,
): number | null {
  if (first === null || other === null) return null;
  const { stepOf } = formats[format];
  const step = Math.max(stepOf(first), stepOf(other));
  return step === 0 ? other - first : (Math.round(other / step) - Math.round(first / step)) * step;
}
