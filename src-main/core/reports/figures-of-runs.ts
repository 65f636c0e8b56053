import type { OutsideCurve } from '#contract/outside-curve.ts';
import type { Run } from '#contract/run.ts';
import * as m from '#messages';

import { csvLine } from '../charts/csv.ts';
import {
  dictionaryRows,
  epochColumns,
  outsideColumns,
  runColumns,
  type FigureColumn,
} from './columns.ts';
import type { ReportData } from './data.ts';
import { comma, probabilityList, widestProbability, writeProbability } from './probability-text.ts';

/** What runs say of the test reviews of one dataset: a column a run; null where a run has not judged a review. */
export type PredictionTable = Readonly<{
  datasetName: string;
  datasetHash: string;
  runIds: readonly string[];
  rows: Int32Array;
  labels: Uint8Array;
  /** By run, NaN where there is none. */
  probabilities: readonly Float32Array[];
}>;

/** A run a line, as `runColumns` has it. */
export const runLines = ({ runs, metrics }: ReportData): Iterable<string> => {
  const byRun = new Map(metrics.map((of) => [of.runId, of]));
  return lines(
    runColumns,
    runs.map((run) => ({ run, of: byRun.get(run.runId) })),
  );
};

export const epochLines = (runs: readonly Run[]): Iterable<string> =>
  lines(
    epochColumns,
    runs.flatMap(({ runId, epochs }) => epochs.map((epoch) => ({ runId, epoch }))),
  );

export const outsideLines = (curves: readonly OutsideCurve[]): Iterable<string> =>
  lines(
    outsideColumns,
    curves.flatMap((curve) => curve.epochs.map((epoch) => ({ curve, epoch }))),
  );

export function* dictionaryLines({ outsideCurves }: ReportData): Generator<string> {
  for (const row of dictionaryRows(outsideCurves.length > 0)) yield csvLine(row);
}

function* lines<Row>(
  columns: readonly FigureColumn<Row>[],
  rows: readonly Row[],
): Generator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for (const row of rows) yield csvLine(columns.map(({ value }) => value(row)));
}

/** A test review a line: its truth, then what every run says, named by the run's id. */
export function* predictionLines(
  tables: readonly PredictionTable[],
): Generator<string | Uint8Array> {
  const runIds = tables.flatMap((table) => table.runIds);
  yield csvLine(['datasetHash', 'row', 'label', ...runIds]);
  let before = 0;
  for (const { datasetHash, rows, labels, probabilities } of tables) {
    const left = ','.repeat(before);
    const right = `${','.repeat(runIds.length - before - probabilities.length)}\r\n`;
    const line = new Uint8Array(probabilities.length * (1 + widestProbability));
    for (let index = 0; index < rows.length; index += 1) {
      yield `${datasetHash},${rows[index] ?? 0},${labels[index] ?? 0}${left}`;
      let end = 0;
      for (const column of probabilities) {
        line[end] = comma;
        end = writeProbability(line, end + 1, column[index] ?? NaN);
      }
      yield line.slice(0, end);
      yield right;
    }
    before += probabilities.length;
  }
}

/** Everything of the report as one JSON document, piece by piece; what is no number is null. */
export function* jsonParts(
  data: ReportData,
  tables: readonly PredictionTable[],
): Generator<string | Uint8Array> {
  const content = { ...reportContent(data), columns: fieldMeanings() };
  yield `${JSON.stringify(content).slice(0, -1)},"predictions":[`;
  for (const [index, table] of tables.entries()) {
    const { datasetName, datasetHash, rows, labels } = table;
    const head = { datasetName, datasetHash, split: 'test', rows: [...rows], labels: [...labels] };
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(head).slice(0, -1)},"probabilities":{`;
    for (const [run, column] of table.probabilities.entries()) {
      yield `${run === 0 ? '' : ','}\n${JSON.stringify(table.runIds[run])}:[`;
      yield probabilityList(column);
      yield ']';
    }
    yield '}}';
  }
  yield ']}\n';
}

/** What figures are of, by the place where they are in the document. */
const fieldMeanings = () => ({
  metrics: meanings(runColumns),
  'runs.epochs': meanings(epochColumns),
  predictions: { probabilities: m.report_field_probability() },
  settings: { none: m.report_dictionary_none_means(), null: m.report_dictionary_empty_means() },
});

const meanings = <Row>(columns: readonly FigureColumn<Row>[]): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, meaning }) => [name, meaning()]));

export const reportFormatVersion = 1;

/** What a reader of a report's file needs to compute with: runs whole, and every figure that is shown. */
export function reportContent(data: ReportData) {
  const { spec, createdAt, twofoldVersion, experimentName, runs, datasets } = data;
  const { metrics, concerns, pairs, judgement, baselines, embeddings, outsideCurves } = data;
  return {
    format: 'twofold-report',
    version: reportFormatVersion,
    title: spec.title,
    createdAt,
    twofoldVersion,
    weights: spec.weights,
    experimentName,
    runs,
    outsideCurves,
    datasets,
    metrics,
    concerns,
    pairs,
    judgement,
    // Of what the runs read; of whole reviews.
    baselines: baselines.filter(({ baseline }) => baseline.reading === 'run'),
    wholeBaselines: baselines.filter(({ baseline }) => baseline.reading === 'whole'),
    embeddings: embeddings?.diff ?? null,
  };
}
