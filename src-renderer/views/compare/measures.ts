import type { Comparison, Paired } from '#contract/comparison.ts';
import type { RunSummary } from '#contract/run.ts';

type Metrics = Comparison['metrics'][number];
export type MeasureName =
  | 'accuracy'
  | 'loss'
  | 'gap'
  | 'brier'
  | 'calibration'
  | 'confidenceCalibration'
  | 'rocArea'
  | 'averagePrecision'
  | 'secondsPerEpoch'
  | 'epoch'
  | 'parameters';

export type Measure = Readonly<{
  name: MeasureName;
  /** Which direction is better; `none` for facts that are no score. */
  goal: 'higher' | 'lower' | 'none';
  value: (metrics: Metrics) => number | null;
}>;

export const measures: readonly Measure[] = [
  { name: 'accuracy', goal: 'higher', value: (of) => of.accuracy },
  { name: 'loss', goal: 'lower', value: (of) => of.loss },
  { name: 'gap', goal: 'lower', value: (of) => difference(of.trainAccuracy, of.accuracy) },
  { name: 'brier', goal: 'lower', value: (of) => of.brier },
  { name: 'calibration', goal: 'lower', value: (of) => of.calibrationError },
  { name: 'confidenceCalibration', goal: 'lower', value: (of) => of.confidenceCalibrationError },
  { name: 'rocArea', goal: 'higher', value: (of) => of.rocArea },
  { name: 'averagePrecision', goal: 'higher', value: (of) => of.averagePrecision },
  { name: 'secondsPerEpoch', goal: 'lower', value: (of) => of.secondsPerEpoch },
  { name: 'epoch', goal: 'none', value: (of) => of.epoch },
  { name: 'parameters', goal: 'none', value: (of) => of.parameters },
];

/** Fewer epochs than this, the first of them warm-up, do not measure a time. */
const timedEpochs = 3;

/** The measures as they are for these runs: a time taken from too few epochs is a fact, not a score. */
export function measuresOf(runs: readonly Pick<RunSummary, 'epochCount'>[]): readonly Measure[] {
  const isTimed = runs.every((run) => run.epochCount >= timedEpochs);
  return measures.map((of) =>
    of.name === 'secondsPerEpoch' && !isTimed ? { ...of, goal: 'none' } : of,
  );
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
  measure: Measure,
  first: Metrics,
  other: Metrics,
  paired: Paired | null,
): Against | null {
  const by = shownDifference(measure.name, measure.value(first), measure.value(other));
  // Scores on other reviews have no difference; facts have one always.
  if (by === null || (paired === null && measure.goal !== 'none')) return null;
  const isBetter = measure.goal === 'higher' ? by > 0 : by < 0;
  return {
    difference: by,
    direction:
      measure.goal === 'none' ? 'none' : by === 0 ? 'equal' : isBetter ? 'better' : 'worse',
    isSettled: measure.name === 'accuracy' && paired !== null && excludesZero(paired),
  };
}

/**
 * Other minus first as the two are shown, so that equal texts never differ. Of accuracies it is exact: the verdict says the same
 * number.
 */
export function shownDifference(
  name: MeasureName,
  first: number | null,
  other: number | null,
): number | null {
  if (first === null || other === null) return null;
  const step = Math.max(shownStep(name, first), shownStep(name, other));
  return step === 0 ? other - first : (Math.round(other / step) - Math.round(first / step)) * step;
}

/** Of the last digit that is shown; 0 where the value is taken as it is. */
function shownStep(name: MeasureName, value: number): number {
  switch (name) {
    case 'secondsPerEpoch':
      return value < 9.95 ? 0.1 : value < 600 ? 1 : 60;
    case 'loss':
    case 'brier':
    case 'calibration':
    case 'confidenceCalibration':
    case 'rocArea':
    case 'averagePrecision':
      return Math.abs(value) < 0.001 ? 0 : 0.0001;
    default:
      return 0;
  }
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
