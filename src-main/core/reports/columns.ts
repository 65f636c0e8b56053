import type { Comparison } from '#contract/comparison.ts';
import { configField, configFieldNames, fieldRange } from '#contract/config-fields.ts';
import { epochFigures } from '#contract/metric.ts';
import type { OutsideCurve } from '#contract/outside-curve.ts';
import type { Epoch, Run } from '#contract/run.ts';
import * as m from '#messages';

import { fieldLabel } from '../config/field-words.ts';
import { figureOf, metricsIn } from '../metrics/run-figures.ts';
import { epochMetrics, headline, type Metric } from '../metrics/table.ts';

type CellValue = string | number | null;

/** A column of a table of figures: its name is the same in every language, unit and meaning are the reader's. */
export type FigureColumn<Row> = Readonly<{
  name: string;
  unit: () => string;
  meaning: () => string;
  value: (row: Row) => CellValue;
}>;

export type RunRow = Readonly<{ run: Run; of: Comparison['metrics'][number] | undefined }>;
type OutsideRow = Readonly<{ curve: OutsideCurve; epoch: OutsideCurve['epochs'][number] }>;
type EpochRow = Readonly<{ runId: string; epoch: Epoch }>;

const none = (): string => '';
const seconds = m.report_unit_seconds;

const column = <Row>(
  name: string,
  unit: () => string,
  meaning: () => string,
  value: (row: Row) => CellValue | undefined,
): FigureColumn<Row> => ({ name, unit, meaning, value: (row) => finite(value(row)) });

const measured = <Row>(
  name: string,
  { unit = none, meaning, label }: Metric,
  value: (row: Row) => CellValue,
): FigureColumn<Row> => column(name, unit, meaning ?? label, value);

const filed = metricsIn('files');

const settingColumns = configFieldNames.map((field) =>
  column<RunRow>(
    field,
    configField(field).unit ?? none,
    () => m.report_column_setting({ label: fieldLabel(field), range: fieldRange(field) }),
    ({ run }) => run.config[field],
  ),
);

/** A run a line: which it is, its whole configuration, its figures with the weights that are named. */
export const runColumns: readonly FigureColumn<RunRow>[] = [
  column('runId', none, m.report_meaning_run_id, ({ run }) => run.runId),
  column('name', none, m.report_meaning_name, ({ run }) => run.name),
  column('state', none, m.report_meaning_state, ({ run }) => run.state),
  column('dataset', none, m.report_meaning_dataset, ({ run }) => run.datasetName),
  column('datasetHash', none, m.report_meaning_dataset_hash, ({ run }) => run.datasetHash),
  column('variant', none, m.report_meaning_variant, ({ run }) => run.variant),
  ...settingColumns,
  column('weights', none, m.report_meaning_weights, ({ of }) => of?.weights),
  column('epoch', none, m.report_meaning_epoch, ({ of }) => of?.epoch),
  ...filed.map((metric) => measured<RunRow>(metric.key, metric, ({ of }) => figureOf(metric, of))),
  column('lastEpoch', none, m.report_meaning_last_epoch, ({ run }) => run.last?.epoch),
  column(
    'lastAccuracy',
    m.report_unit_share,
    m.report_meaning_last_accuracy,
    ({ run }) => run.last?.[headline.accuracy],
  ),
  column('parameters', none, m.report_meaning_parameters, ({ run }) => run.parameters),
  column(
    'epochCount',
    m.fields_unit_epochs,
    m.report_meaning_epoch_count,
    ({ run }) => run.epochs.length,
  ),
  column('trainedSeconds', seconds, m.report_meaning_trained, ({ run }) => run.trainedSeconds),
  column('usedBackend', none, m.report_meaning_backend, ({ run }) => run.backend),
  column('bestWeightsHash', none, m.report_meaning_best_hash, ({ run }) => run.bestWeightsHash),
  column('weightsHash', none, m.report_meaning_last_hash, ({ run }) => run.weightsHash),
  // In the table of epochs `accuracy` and `loss` are those of training: here they have names of their own as well.
  ...filed.flatMap((metric) => {
    const { key, epoch } = metric;
    if (epoch === undefined || epoch === key) return [];
    const meaning = (): string => m.report_meaning_same({ name: key });
    return [measured<RunRow>(epoch, { ...metric, meaning }, ({ of }) => figureOf(metric, of))];
  }),
  column('startFrom', none, m.report_meaning_start_from, ({ run }) => run.config.startFrom),
  column('reason', none, m.report_meaning_reason, ({ of }) => of?.reason),
];

const ofEpoch = (name: keyof Epoch, unit: () => string, meaning: () => string) =>
  column<EpochRow>(name, unit, meaning, ({ epoch }) => epoch[name]);
const perSecond = m.report_unit_per_second;

/** An epoch of a run a line. */
export const epochColumns: readonly FigureColumn<EpochRow>[] = [
  column('runId', none, m.report_meaning_run_id, ({ runId }) => runId),
  ofEpoch('epoch', none, m.report_meaning_epoch_number),
  ...epochFigures.map((figure) =>
    measured<EpochRow>(figure, epochMetrics[figure], ({ epoch }) => epoch[figure]),
  ),
  ofEpoch('trainSeconds', seconds, m.report_meaning_train_seconds),
  ofEpoch('evalSeconds', seconds, m.report_meaning_eval_seconds),
  ofEpoch('trainSamplesPerSecond', perSecond, m.report_meaning_train_rate),
  ofEpoch('evalSamplesPerSecond', perSecond, m.report_meaning_eval_rate),
];

/** An epoch of an outside curve a line. */
export const outsideColumns: readonly FigureColumn<OutsideRow>[] = [
  column('curveId', none, m.report_meaning_curve_id, ({ curve }) => curve.curveId),
  column('name', none, m.report_meaning_curve_name, ({ curve }) => curve.name),
  column('fileName', none, m.report_meaning_curve_file, ({ curve }) => curve.fileName),
  column('epoch', none, m.report_meaning_epoch_number, ({ epoch }) => epoch.epoch),
  ...epochFigures.map((figure) =>
    measured<OutsideRow>(
      figure,
      { ...epochMetrics[figure], meaning: m.report_meaning_outside },
      ({ epoch }) => epoch[figure],
    ),
  ),
];

type Described = Readonly<Pick<FigureColumn<never>, 'name' | 'unit' | 'meaning'>>;

/** Before the columns of the runs, which are named by their ids. */
const predictionColumns: readonly Described[] = [
  { name: 'datasetHash', unit: none, meaning: m.report_meaning_dataset_hash },
  { name: 'row', unit: none, meaning: m.report_meaning_row },
  { name: 'label', unit: none, meaning: m.report_meaning_label },
  { name: '(runId)', unit: m.report_unit_share, meaning: m.report_meaning_probability },
];

/** The data dictionary of the tables: table, column, unit, meaning; at its end what an empty cell and "none" mean. */
export const dictionaryRows = (hasOutside: boolean): readonly (readonly string[])[] => {
  const tables: readonly (readonly [string, readonly Described[]])[] = [
    ['runs', runColumns],
    ['epochs', epochColumns],
    ['predictions', predictionColumns],
    ...(hasOutside ? ([['outside', outsideColumns]] as const) : []),
  ];
  return [
    ['table', 'column', 'unit', 'meaning'],
    ...tables.flatMap(([table, columns]) =>
      columns.map(({ name, unit, meaning }) => [table, name, unit(), meaning()]),
    ),
    ['*', m.report_dictionary_empty(), '', m.report_dictionary_empty_means()],
    ['*', 'none', '', m.report_dictionary_none_means()],
  ];
};

/** What is no number has no value. */
const finite = (value: CellValue | undefined): CellValue =>
  value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
