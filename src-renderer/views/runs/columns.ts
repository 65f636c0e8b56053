import { configFieldNames, isChoice, type ConfigFieldName } from '#contract/config-fields.ts';
import type { MarkedEpoch, RunSummary } from '#contract/run.ts';

import { fieldLabel, fieldValue } from '#core/field-words.ts';
import * as m from '#messages';

import { accuracy, bytes, count, duration, fixed, loss, moment } from '../../widgets/format.ts';
import { stateWords } from '../../widgets/state-words.ts';

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
}>;

type EpochKey = 'loss' | 'accuracy' | 'valLoss' | 'valAccuracy' | 'testLoss' | 'testAccuracy';

const metricKeys: readonly EpochKey[] = [
  'valLoss',
  'valAccuracy',
  'testLoss',
  'testAccuracy',
  'loss',
  'accuracy',
];
const metricLabels: Readonly<Record<EpochKey | 'trainAccuracy', () => string>> = {
  loss: m.runs_metric_loss,
  accuracy: m.runs_metric_accuracy,
  valLoss: m.runs_metric_val_loss,
  valAccuracy: m.runs_metric_val_accuracy,
  testLoss: m.runs_metric_test_loss,
  testAccuracy: m.runs_metric_test_accuracy,
  trainAccuracy: m.runs_metric_plain_train_accuracy,
};

/** All columns beside the name, as the list of choices shows them. */
export const columns: readonly Column[] = [
  // Validation first: to choose by test accuracy is to report what was chosen by.
  numeric(
    'atBest.valLoss',
    m.runs_column_loss(),
    'number',
    'results',
    (run) => run.best?.valLoss,
    64,
  ),
  numeric(
    'atBest.testAccuracy',
    m.runs_column_accuracy(),
    'share',
    'results',
    (run) => run.best?.testAccuracy,
    96,
  ),
  {
    ...plain('against', m.runs_column_against(), 'results', () => null, 88),
    kind: 'number',
  },
  {
    ...numeric('epoch', m.runs_column_epoch(), 'number', 'results', (run) => run.epochCount, 84),
    text: (run) => count(run.epochCount),
  },
  {
    ...numeric('time', m.runs_column_time(), 'number', 'results', (run) => run.trainedSeconds, 88),
    text: (run) => (run.trainedSeconds > 0 ? duration(run.trainedSeconds) : ''),
    first: 'descending',
  },
  ...metricKeys
    .filter((key) => key !== 'testAccuracy' && key !== 'valLoss')
    .map((key) => metric(`atBest.${key}`, m.runs_at_best, key, (run) => run.best?.[key])),
  metric('atBest.trainAccuracy', m.runs_at_best, 'trainAccuracy', (run) => run.best?.trainAccuracy),
  ...metricKeys.map((key) => metric(`last.${key}`, m.runs_at_last, key, (run) => run.last?.[key])),
  metric('last.trainAccuracy', m.runs_at_last, 'trainAccuracy', (run) => run.last?.trainAccuracy),
  ...metricKeys.map((key) =>
    metric(`best.${key}`, m.runs_best_of_all, key, (run) => run.extremes[key]),
  ),
  numeric(
    'bestEpoch',
    m.runs_column_best_epoch(),
    'number',
    'results',
    (run) => run.best?.epoch,
    84,
  ),
  speed('trainSpeed', m.runs_column_train_speed(), (epoch) => epoch.trainSamplesPerSecond),
  speed('evalSpeed', m.runs_column_eval_speed(), (epoch) => epoch.evalSamplesPerSecond),
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
    ...numeric(
      'favourite',
      m.runs_column_favourite(),
      'number',
      'run',
      (run) => Number(run.isFavourite),
      76,
    ),
    text: (run) => (run.isFavourite ? '★' : ''),
  },
  plain('dataset', m.runs_column_dataset(), 'run', (run) => run.datasetName, 140),
  at('created', m.runs_column_created(), (run) => run.createdAt),
  at('ended', m.runs_column_ended(), (run) => run.endedAt),
  {
    ...numeric('disk', m.runs_column_disk(), 'number', 'run', (run) => run.diskBytes, 80),
    text: (run) => bytes(run.diskBytes),
  },
  {
    ...numeric('memory', m.runs_column_memory(), 'number', 'run', (run) => run.memoryBytes, 80),
    text: (run) => (run.memoryBytes === null ? '' : bytes(run.memoryBytes)),
  },
  {
    ...numeric(
      'parameters',
      m.runs_column_parameters(),
      'number',
      'run',
      (run) => run.parameters,
      96,
    ),
    text: (run) => count(run.parameters),
  },
  plain('usedBackend', m.runs_column_backend(), 'run', (run) => run.backend, 84),
  setting('variant', (run) => run.variant),
  ...configFieldNames.map((name) => setting(name, (run) => run.config[name])),
];

/** Always the first. */
export const nameColumn: Column = plain('name', m.runs_column_run(), 'run', (run) => run.name, 200);

const byId = new Map([nameColumn, ...columns].map((column) => [column.id, column]));
export const columnOf = (id: string): Column | undefined => byId.get(id);

const standard = ['atBest.valLoss', 'atBest.testAccuracy', 'against', 'epoch', 'time'];

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
export function numberText(column: Column, value: number): string {
  if (column.kind === 'share') return accuracy(value);
  if (/loss$/i.test(column.id)) return loss(value);
  if (column.id === 'time') return duration(value);
  if (column.id === 'disk' || column.id === 'memory') return bytes(value);
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
  kind: 'number' | 'share',
  section: Column['section'],
  value: (run: RunSummary) => number | null | undefined,
  width: number,
): Column {
  // A figure of a diverged run is no number.
  const read = (run: RunSummary): number | null => {
    const number = value(run) ?? Number.NaN;
    return Number.isNaN(number) ? null : number;
  };
  const column: Column = {
    id,
    label,
    section,
    kind,
    width,
    first: /loss$/i.test(id) ? 'ascending' : 'descending',
    value: read,
    text: (run) => {
      const number = read(run);
      return number === null ? '' : numberText(column, number);
    },
  };
  return column;
}

function metric(
  id: string,
  words: (input: { metric: string }) => string,
  key: EpochKey | 'trainAccuracy',
  value: (run: RunSummary) => number | null | undefined,
): Column {
  const kind = /accuracy/i.test(key) ? 'share' : 'number';
  return numeric(id, words({ metric: metricLabels[key]() }), kind, 'results', value, 136);
}

function speed(id: string, label: string, read: (epoch: MarkedEpoch) => number): Column {
  const value = (run: RunSummary): number | null => (run.last === null ? null : read(run.last));
  return {
    ...numeric(id, label, 'number', 'results', value, 116),
    text: (run) => {
      const rate = value(run);
      return rate === null ? '' : fixed(rate, rate < 100 ? 1 : 0);
    },
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
