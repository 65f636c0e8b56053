import type { Comparison } from '#contract/comparison.ts';
import { figuresOf, type Figures } from '#core/comparison/figures.ts';
import { calibrationBins, rankingAreas } from '#core/statistics/ranking.ts';

import type { Judged } from '../services.ts';

type Metrics = Comparison['metrics'][number];
export type JudgedMeasures = Figures &
  Pick<Metrics, 'rocArea' | 'averagePrecision'> &
  Readonly<{ calibration: NonNullable<Metrics['calibration']> }>;

/** What a model's probabilities say of it. */
export function judgedMeasures({ labels, probabilities }: Judged): JudgedMeasures {
  const { rocArea, averagePrecision } = rankingAreas(labels, probabilities);
  return {
    ...figuresOf(labels, probabilities),
    rocArea: finiteOrNull(rocArea),
    averagePrecision: finiteOrNull(averagePrecision),
    calibration: calibrationBins(labels, probabilities),
  };
}

/** Without reviews of both classes there is no ranking. */
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
