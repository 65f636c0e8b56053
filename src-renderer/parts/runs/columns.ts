import { configFieldNames, isChoice, type ConfigFieldName } from '#contract/config-fields.ts';
import type { RunSummary } from '#contract/run.ts';

import { fieldLabel, fieldValue } from '#core/config/field-words.ts';
import { formats, type FormatName } from '#core/metrics/format.ts';
import { epochFiguresByUse, metricsIn, runMetric, shortLabel } from '#core/metrics/run-figures.ts';
import { epochMetrics, watched, type Metric } from '#core/metrics/table.ts';
import { count, duration, moment } from '#core/wording/number-text.ts';
import * as m from '#messages';

import { stateWords } from '../../widgets/states/state-words.ts';

/** What is known of a run, as a column shows it, sorts it, filters by it and plots it. */
export type Column = Readonly<{
  id: string;
  label: string;
  section: 'run' | 'results' | 'settings';
  /** Numbers are aligned right and can be plotted; `share` is a fraction shown in per cent. */
  kind: 'text' | 'number' | 'share' | 'moment';
  /** In px, until somebody changes it. */
  width: number;
  /** Which way it sorts first. */
  first: 'ascending' | 'descending';
  /** Null where the run has none. */
  value: (run: RunSummary) => string | number | null;
  text: (run: RunSummary) => string;
  format?: FormatName | undefined;
  /** Its value comes from the predictions, which are read where somebody asks for it. */
  isPredicted?: boolean;
}>;

type Reader = (run: RunSummary) => number | null | undefined;

/** The columns of the figures that are shown first. */
export const watchedColumns = {
  loss: `atBest.${watched.loss}`,
  accuracy: `atBest.${watched.accuracy}`,
} as const;

const trainRate: Reader = (run) => run.last?.trainSamplesPerSecond;
const evalRate: Reader = (run) => run.last?.evalSamplesPerSecond;

/** All columns beside the name, as the list of choices shows them. */
export const columns: readonly Column[] = [
  watchedColumn('loss', 64),
  watchedColumn('accuracy', 124),
  { ...plain('against', m.runs_column_against(), 'results', () => null, 88), kind: 'number' },
  numeric('epoch', m.metrics_epoch(), 'results', (run) => run.epochCount, 84),
  {
    ...numeric('time', m.runs_column_time(), 'results', (run) => run.trainedSeconds, 88, 'seconds'),
    text: (run) => (run.trainedSeconds > 0 ? duration(run.trainedSeconds) : ''),
  },
  ...epochFiguresByUse
    .filter((figure) => figure !== watched.accuracy && figure !== watched.loss)
    .map((figure) => atBest(figure, epochMetrics[figure], (run) => run.best?.[figure])),
  atBest('trainAccuracy', runMetric('trainAccuracy'), (run) => run.best?.trainAccuracy),
  ...metricsIn('runs').map((metric) => ({
    ...atBest(metric.key, metric, (run) => run.figures?.[metric.key]),
    isPredicted: true,
  })),
  ...epochFiguresByUse.map((figure) =>
    atLast(figure, epochMetrics[figure], (run) => run.last?.[figure]),
  ),
  atLast('trainAccuracy', runMetric('trainAccuracy'), (run) => run.last?.trainAccuracy),
  ...epochFiguresByUse.map((figure) =>
    measured(
      `best.${figure}`,
      m.runs_best_of_all,
      epochMetrics[figure],
      (run) => run.extremes[figure],
    ),
  ),
  numeric('bestEpoch', m.common_best_epoch_title(), 'results', (run) => run.best?.epoch, 84),
  numeric('trainSpeed', m.runs_column_train_speed(), 'results', trainRate, 116, 'rate'),
  numeric('evalSpeed', m.runs_column_eval_speed(), 'results', evalRate, 116, 'rate'),
  plain(
    'state',
    m.runs_column_state_alone(),
    'run',
    (run) => run.state,
    92,
    (run) => stateWords[run.state](),
  ),
  plain('tags', m.runs_column_tags(), 'run', (run) => run.tags.join(', '), 120),
  plain(
    'note',
    m.runs_column_note(),
    'run',
    (run) => run.note,
    200,
    (run) => run.note.replaceAll('\n', ' '),
  ),
  {
    ...numeric('favourite', m.runs_column_favourite(), 'run', (run) => Number(run.isFavourite), 76),
    text: (run) => (run.isFavourite ? '★' : ''),
  },
  plain('dataset', m.runs_column_dataset(), 'run', (run) => run.datasetName, 140),
  at('created', m.common_started(), (run) => run.createdAt),
  at('ended', m.runs_column_ended(), (run) => run.endedAt),
  numeric('disk', m.app_trash_size(), 'run', (run) => run.diskBytes, 80, 'bytes'),
  numeric('memory', m.metrics_memory(), 'run', (run) => run.memoryBytes, 80, 'bytes'),
  numeric('parameters', m.metrics_parameters(), 'run', (run) => run.parameters, 96),
  plain('usedBackend', m.runs_column_backend(), 'run', (run) => run.backend, 84),
  setting('variant', (run) => run.variant),
  ...configFieldNames.map((name) => setting(name, (run) => run.config[name])),
];

/** Always the first. */
export const nameColumn: Column = plain('name', m.runs_column_run(), 'run', (run) => run.name, 200);

const byId = new Map([nameColumn, ...columns].map((column) => [column.id, column]));
export const columnOf = (id: string): Column | undefined => byId.get(id);

const standard = [watchedColumns.loss, watchedColumns.accuracy, 'against', 'epoch', 'time'];

/** What is shown until somebody chooses: in wide windows with tags, in narrow ones without time. */
export function standardColumns(windowWidth: number): readonly string[] {
  if (windowWidth < 1200) return standard.slice(0, -1);
  return windowWidth >= 1600 ? [...standard, 'tags'] : standard;
}

export type ChosenColumn = Readonly<{ column: Column; width: number }>;

/** The columns of the settings; what another version knew and this one does not is left out. */
export function chosenColumns(
  stored: readonly Readonly<{ id: string; width: number }>[] | null,
  windowWidth: number,
): readonly ChosenColumn[] {
  if (stored === null) {
    return standardColumns(windowWidth).flatMap((id) => withWidth(id, columnOf(id)?.width ?? 0));
  }
  return stored.flatMap(({ id, width }) => withWidth(id, width));
}

/** Moves one of a list before another place. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** A number of a column as text: per cent for shares. */
export function numberText({ format }: Pick<Column, 'format'>, value: number): string {
  if (format !== undefined) return formats[format].write(value);
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(4)));
}

function withWidth(id: string, width: number): readonly ChosenColumn[] {
  const column = columnOf(id);
  return column === undefined ? [] : [{ column, width }];
}

function plain(
  id: string,
  label: string,
  section: Column['section'],
  value: (run: RunSummary) => string | null,
  width: number,
  text: (run: RunSummary) => string = (run) => value(run) ?? '',
): Column {
  return {
    id,
    label,
    section,
    kind: 'text',
    width,
    first: 'ascending',
    value: (run) => value(run) || null,
    text,
  };
}

function numeric(
  id: string,
  label: string,
  section: Column['section'],
  value: Reader,
  width: number,
  format?: FormatName,
): Column {
  // A figure of a diverged run is no number.
  const read = (run: RunSummary): number | null => {
    const number = value(run) ?? Number.NaN;
    return Number.isNaN(number) ? null : number;
  };
  return {
    id,
    label,
    section,
    kind: format === 'share' ? 'share' : 'number',
    width,
    first: 'descending',
    value: read,
    format,
    text(run) {
      const number = read(run);
      return number === null ? '' : numberText({ format }, number);
    },
  };
}

function atBest(key: string, metric: Metric, value: Reader): Column {
  return measured(`atBest.${key}`, m.runs_at_best, metric, value);
}

function atLast(key: string, metric: Metric, value: Reader): Column {
  return measured(`last.${key}`, m.runs_at_last, metric, value);
}

function watchedColumn(of: keyof typeof watched, width: number): Column {
  const figure = watched[of];
  const metric = epochMetrics[figure];
  const column = atBest(figure, metric, (run) => run.best?.[figure]);
  return { ...column, label: of === 'loss' ? shortLabel(metric) : metric.label(), width };
}

function measured(
  id: string,
  words: (input: { metric: string }) => string,
  { label, goal, format }: Metric,
  value: Reader,
): Column {
  return {
    ...numeric(id, words({ metric: label() }), 'results', value, 136, format),
    first: goal === 'lower' ? 'ascending' : 'descending',
  };
}

function at(id: string, label: string, value: (run: RunSummary) => string | null): Column {
  const text = (run: RunSummary): string => {
    const iso = value(run);
    return iso === null ? '' : moment(iso);
  };
  return { ...plain(id, label, 'run', value, 136, text), kind: 'moment', first: 'descending' };
}

function setting(
  name: ConfigFieldName | 'variant',
  value: (run: RunSummary) => string | number | null,
): Column {
  const isText = name === 'variant' || isChoice(name);
  return {
    id: name,
    label: fieldLabel(name),
    section: 'settings',
    kind: isText ? 'text' : 'number',
    width: 104,
    first: 'ascending',
    value,
    text: (run) => fieldValue(name, value(run)),
  };
}
