import type { RunSummary } from '#contract/run.ts';

import type { PlotValue } from '../../../charts/common/plot-scale.ts';
import {
  columnOf,
  columns,
  watchedColumns,
  numberText,
  type Column,
} from '../../../parts/runs/columns.ts';
import { fieldValue } from '#core/config/field-words.ts';

/** What can be an axis: figures and settings, but no free text. */
export const plottable: readonly Column[] = columns.filter(
  (column) =>
    column.id !== 'against' && column.kind !== 'moment' && !['tags', 'note'].includes(column.id),
);

const mostSettings = 5;
const factors = ['embedding', 'convPadding', 'cnnHead'];
/** Every experiment of several runs varies these. */
const replicates = ['variant', 'seed'];
const watched = [watchedColumns.loss, watchedColumns.accuracy];

/**
 * Axes until somebody chooses: what the newest sweep among these runs varies, other settings that differ, then loss and accuracy on
 * the validation split.
 */
export function standardAxes(runs: readonly RunSummary[]): readonly string[] {
  const experiments = new Map<string, RunSummary[]>();
  for (const run of runs) {
    if (run.experimentId !== null)
      experiments.set(run.experimentId, [...(experiments.get(run.experimentId) ?? []), run]);
  }
  const swept = [...experiments.values()]
    .map(variedSettings)
    .find((varied) => varied.some(({ id }) => !replicates.includes(id)));
  const first = swept?.filter(({ id }) => !replicates.includes(id)) ?? [];
  const differing = [...first, ...variedSettings(runs).filter((column) => !first.includes(column))];
  const settings =
    differing.length > 0
      ? differing
      : plottable.filter(({ id }) => id === 'variant' || id === 'seed');
  return [...settings.slice(0, mostSettings).map(({ id }) => id), ...watched];
}

function variedSettings(runs: readonly RunSummary[]): readonly Column[] {
  // Where every run is an A or a B, that says the three factors.
  const saidAlready = runs.every((run) => run.variant !== null) ? factors : [];
  return plottable.filter(
    (column) =>
      column.section === 'settings' &&
      !saidAlready.includes(column.id) &&
      new Set(runs.map(column.value)).size > 1,
  );
}

/** The columns of stored ids; ids that this version does not know are left out. */
export function axesOf(ids: readonly string[]): readonly Column[] {
  return ids.flatMap((id) => {
    const column = columnOf(id);
    return column === undefined || !plottable.includes(column) ? [] : [column];
  });
}

export function plotValue(column: Column, run: RunSummary): PlotValue {
  const value = column.value(run);
  // A custom variant is a word as A and B are.
  return value === null && column.section === 'settings' ? 'custom' : value;
}

/** A tick's or a point's value as a person reads it. */
export function plotText(column: Column, value: number | string): string {
  if (typeof value === 'string') {
    return column.section === 'settings'
      ? fieldValue(column.id, value === 'custom' ? null : value)
      : value;
  }
  return column.id === 'learningRate' || column.id === 'minDelta'
    ? String(Number(value.toPrecision(3)))
    : numberText(column, value);
}
