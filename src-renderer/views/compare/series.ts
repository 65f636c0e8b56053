import type { Comparison } from '#contract/comparison.ts';
import type { Judgement, Verdict } from '#contract/experiment.ts';
import { decidingInference, otherInference } from '#core/experiment/deciding.ts';
import { meanOf } from '#core/statistics/mean.ts';

import type { IntervalRow } from '#core/charts/strip.ts';
import * as m from '#messages';

import { figureOf } from '#core/metrics/run-figures.ts';
import type { RunMetric } from '#core/metrics/table.ts';
import { directionOf, shownDifference, type Against } from './measures.ts';

type Metrics = Comparison['metrics'][number];
export type Sides = NonNullable<Judgement['sides']>;

/** Several seeds of two configurations: then the verdict is about these, not about two trained models. */
export function isSeries(
  judgement: Judgement | undefined,
): judgement is Judgement & { sides: Sides } {
  return judgement !== undefined && judgement.sides !== null && judgement.seeds.length > 1;
}

const separateRows = 6;

/** The interval that decides, the other one, then a dot a seed: on lines of their own where there are few. */
export function stripRows({ verdict, seeds }: Judgement): readonly IntervalRow[] {
  const all = intervalRows(verdict);
  const dot = { isStrong: false, difference: 0, interval: null, absent: '' };
  if (seeds.length > separateRows) {
    return [
      ...all,
      { ...dot, label: m.compare_series_dots(), dots: seeds.map((of) => of.difference * 100) },
    ];
  }
  return [
    ...all,
    ...seeds.map((of) => ({
      ...dot,
      label: m.compare_series_seed({ seed: of.seed }),
      dots: [of.difference * 100],
    })),
  ];
}

function intervalRows(verdict: Verdict): readonly IntervalRow[] {
  const difference = (verdict.difference ?? 0) * 100;
  const decides = decidingInference(verdict);
  // Without an interval yet, the mean is no more than a dot.
  if (decides === null) {
    const dots = verdict.difference === null ? [] : [difference];
    return [
      {
        label: m.compare_series_so_far(),
        isStrong: true,
        difference,
        interval: null,
        absent: '',
        dots,
      },
    ];
  }
  const labels = [m.compare_series_all(), m.compare_series_all_two_way()];
  if (verdict.generalises === 'seedsAndReviews') labels.reverse();
  return [decides, otherInference(verdict)].flatMap((inference, index) =>
    inference === null
      ? []
      : [
          {
            label: labels[index] ?? '',
            isStrong: index === 0,
            difference,
            interval: [inference.interval95[0] * 100, inference.interval95[1] * 100],
            absent: '',
          },
        ],
  );
}

export type SeriesMeasure = Readonly<{
  means: readonly [number, number];
  /** Standard deviation over seeds. */
  spreads: readonly [number, number];
  against: Against;
}>;

/** Means over the paired seeds, and whether their difference is settled. Null where a run has no such figure. */
export function overSeeds(
  measure: RunMetric,
  judgement: Judgement,
  metrics: readonly Metrics[],
): SeriesMeasure | null {
  const valuesOf = (side: 0 | 1): number[] =>
    judgement.seeds.flatMap(({ runIds }) => {
      const of = metrics.find(({ runId }) => runId === runIds[side]);
      const value = figureOf(measure, of);
      return value === null ? [] : [value];
    });
  const [first, second] = [valuesOf(0), valuesOf(1)];
  if (first.length < judgement.seeds.length || second.length < judgement.seeds.length) return null;
  const differences = meanOf(first.map((value, index) => (second[index] ?? 0) - value));
  const [one, other] = [meanOf(first), meanOf(second)];
  const judged = judgedOf(measure.key, judgement);
  const interval =
    judged === null
      ? intervalOf(differences, judgement.criticalT)
      : (decidingInference(judged)?.interval95 ?? null);
  const isPending = judgement.verdict.state === 'pending';
  /** Below the last digit of a float there is no difference. */
  const exact = Math.abs(differences.mean) < 1e-12 ? 0 : differences.mean;
  const mean = shownDifference(measure.format, one.mean, one.mean + exact) ?? exact;
  return {
    means: [one.mean, other.mean],
    spreads: [one.standardDeviation, other.standardDeviation],
    against: {
      difference: mean,
      direction: directionOf(measure, mean),
      isSettled: !isPending && interval !== null && (interval[0] > 0 || interval[1] < 0),
    },
  };
}

/** Of the measures that have a verdict: it decides. */
function judgedOf(key: string, { verdict, loss, brier }: Judgement): Verdict | null {
  return key === 'accuracy' ? verdict : key === 'loss' ? loss : key === 'brier' ? brier : null;
}

/** Main has the quantile: its library may not run under the window's content security policy. */
function intervalOf(
  { mean, standardError }: ReturnType<typeof meanOf>,
  criticalT: number | null,
): readonly [number, number] | null {
  return criticalT === null
    ? null
    : [mean - criticalT * standardError, mean + criticalT * standardError];
}
