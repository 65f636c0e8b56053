import type { FormatName } from '#core/metrics/format.ts';
import { epochFiguresByUse, withUnit } from '#core/metrics/run-figures.ts';
import { epochMetrics, progressMetrics, type Metric } from '#core/metrics/table.ts';
import * as m from '#messages';

import type { Goal } from '../../../charts/curves/model.ts';
import type { Series } from '../../../parts/curves/curve-store.svelte.ts';

/** A chart that the Runs screen can show. */
export type ChartKind = Readonly<{
  id: string;
  title: string;
  goal: Goal;
  series: Pick<Series, 'metric' | 'resolution'>;
  format: FormatName;
}>;

/** Of what is measured while training, there is a point a step. */
export const chartKinds: readonly ChartKind[] = [
  ...epochFiguresByUse.map((figure) =>
    chartKind(
      figure,
      epochMetrics[figure].split === 'train' ? 'step' : 'epoch',
      epochMetrics[figure],
    ),
  ),
  ...Object.entries(progressMetrics).map(([key, metric]) =>
    chartKind(key, metric.resolution, metric),
  ),
];

const standard = ['valLoss epoch', 'valAccuracy epoch', 'loss step'];

/** The charts that are shown: chosen ones, or the first two (in wide windows three). */
export function shownCharts(
  chosen: readonly string[] | null,
  isWide: boolean,
): readonly ChartKind[] {
  const ids = chosen ?? standard.slice(0, isWide ? 3 : 2);
  return chartKinds.filter(({ id }) => ids.includes(id));
}

function chartKind(
  metric: string,
  resolution: Series['resolution'],
  { label, goal, format }: Metric,
): ChartKind {
  const title = resolution === 'step' ? m.metrics_by_step({ metric: label() }) : label();
  return {
    id: `${metric} ${resolution}`,
    title: withUnit(title, format),
    goal,
    series: { metric, resolution },
    format,
  };
}
