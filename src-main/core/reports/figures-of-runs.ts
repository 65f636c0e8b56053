import { outsideFigures, type OutsideCurve } from '#contract/outside-curve.ts';
import type { Run } from '#contract/run.ts';
import * as m from '#messages';

import { csvLine } from '../charts/csv.ts';
import { configFieldNames } from '../run-config.ts';
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

const epochFields = [
  'epoch',
  'loss',
  'accuracy',
  'valLoss',
  'valAccuracy',
  'testLoss',
  'testAccuracy',
  'trainSeconds',
  'evalSeconds',
  'trainSamplesPerSecond',
  'evalSamplesPerSecond',
] as const;

const measureFields = [
  'epoch',
  'accuracy',
  'loss',
  'valAccuracy',
  'valLoss',
  'trainAccuracy',
  'brier',
  'calibrationError',
  'rocArea',
  'averagePrecision',
] as const;

/** A run a line: who it is, its whole configuration, its figures with the weights that are named. */
export function* runLines({ runs, metrics }: ReportData): Generator<string> {
  const facts = ['runId', 'name', 'state', 'dataset', 'datasetHash', 'variant'];
  const results = ['weights', ...measureFields, 'lastEpoch', 'lastAccuracy', 'parameters'];
  const cost = ['epochCount', 'trainedSeconds', 'usedBackend', 'bestWeightsHash', 'weightsHash'];
  // In the table of epochs `accuracy` and `loss` are those of training: here they have names of their own as well. New columns follow.
  const plain = ['testAccuracy', 'testLoss', 'confidenceCalibrationError'];
  yield csvLine([...facts, ...configFieldNames, ...results, ...cost, ...plain]);
  const byRun = new Map(metrics.map((of) => [of.runId, of]));
  for (const run of runs) {
    const of = byRun.get(run.runId);
    yield csvLine([
      ...[run.runId, run.name, run.state, run.datasetName, run.datasetHash, run.variant],
      ...configFieldNames.map((field) => run.config[field]),
      of?.weights ?? null,
      ...measureFields.map((field) => finite(of?.[field])),
      ...[run.last?.epoch ?? null, finite(run.last?.testAccuracy), run.parameters],
      ...[run.epochs.length, finite(run.trainedSeconds), run.backend, run.bestWeightsHash],
      ...[run.weightsHash, finite(of?.accuracy), finite(of?.loss)],
      finite(of?.confidenceCalibrationError),
    ]);
  }
}

/** An epoch of a run a line. */
export function* epochLines(runs: readonly Run[]): Generator<string> {
  yield csvLine(['runId', ...epochFields]);
  for (const { runId, epochs } of runs)
    for (const epoch of epochs)
      yield csvLine([runId, ...epochFields.map((field) => finite(epoch[field]))]);
}

/** An epoch of an outside curve a line. */
export function* outsideLines(curves: readonly OutsideCurve[]): Generator<string> {
  yield csvLine(['curveId', 'name', 'fileName', 'epoch', ...outsideFigures]);
  for (const { curveId, name, fileName, epochs } of curves)
    for (const of of epochs)
      yield csvLine([
        curveId,
        name,
        fileName,
        of.epoch,
        ...outsideFigures.map((figure) => of[figure]),
      ]);
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

/** What figures are of, which have the same names in different places. */
const fieldMeanings = () => ({
  metrics: {
    accuracy: m.report_field_accuracy(),
    loss: m.report_field_loss(),
    valAccuracy: m.report_field_val(),
    valLoss: m.report_field_val(),
    trainAccuracy: m.report_field_train_accuracy(),
  },
  'runs.epochs': {
    accuracy: m.report_field_epoch_accuracy(),
    loss: m.report_field_epoch_loss(),
    valAccuracy: m.report_field_val(),
    valLoss: m.report_field_val(),
    testAccuracy: m.report_field_test(),
    testLoss: m.report_field_test(),
  },
  predictions: { probabilities: m.report_field_probability() },
});

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

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;
