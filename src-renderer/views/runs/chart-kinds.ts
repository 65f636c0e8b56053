import * as m from '#messages';

import type { Goal } from '../../charts/curves/model.ts';
import { accuracy, bytes, fixed, loss } from '../../widgets/format.ts';
import type { Series } from './curve-store.svelte.ts';

/** A chart that the Runs screen can show. */
export type ChartKind = Readonly<{
  id: string;
  title: string;
  goal: Goal;
  series: Pick<Series, 'metric' | 'resolution'>;
  format: (value: number) => string;
  /** What a tick shows: the value times this. */
  tickFactor: number;
  tickDecimals: number;
}>;

const asAccuracy = (value: number): string => accuracy(value);
const asRate = (value: number): string => fixed(value, value < 100 ? 1 : 0);

export const chartKinds: readonly ChartKind[] = [
  lossKind('valLoss', m.runs_chart_loss(), 'epoch'),
  accuracyKind('valAccuracy', m.runs_chart_accuracy(), 'epoch'),
  lossKind('loss', m.runs_chart_train_loss(), 'step'),
  accuracyKind('accuracy', m.runs_chart_train_accuracy(), 'step'),
  { ...lossKind('gradientNorm', m.runs_chart_gradient_norm(), 'step'), goal: 'none' },
  {
    ...lossKind('samplesPerSecond', m.runs_chart_speed(), 'step'),
    goal: 'higher',
    format: asRate,
    tickDecimals: 0,
  },
  {
    ...lossKind('memoryBytes', m.runs_chart_memory(), 'epoch'),
    goal: 'none',
    format: bytes,
    tickFactor: 1e-9,
    tickDecimals: 1,
  },
  lossKind('testLoss', m.runs_chart_test_loss(), 'epoch'),
  accuracyKind('testAccuracy', m.runs_chart_test_accuracy(), 'epoch'),
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

function lossKind(metric: string, title: string, resolution: Series['resolution']): ChartKind {
  return {
    id: `${metric} ${resolution}`,
    title,
    goal: 'lower',
    series: { metric, resolution },
    format: loss,
    tickFactor: 1,
    tickDecimals: 3,
  };
}

function accuracyKind(metric: string, title: string, resolution: Series['resolution']): ChartKind {
  return {
    ...lossKind(metric, title, resolution),
    goal: 'higher',
    format: asAccuracy,
    tickFactor: 100,
    tickDecimals: 1,
  };
}
