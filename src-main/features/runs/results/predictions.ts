import type { SplitName } from '#contract/dataset.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { AppError } from '#contract/failure.ts';
import { splitWord, stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { getBlob } from '../../../db/blobs.ts';
import type { Databases } from '../../../db/open.ts';
import type { DatasetsPort, Judged, Prediction, WeightsChoice } from '../../services.ts';
import { isUnderway } from '../train/follow.ts';
import { findPredictions } from './results-store.ts';
import { toRun, type RunRow } from '../store/rows.ts';

export type PredictionSource = Readonly<{ databases: Databases; datasets: DatasetsPort }>;

type PredictionChoice = Readonly<{ split: 'test' | 'validation'; weights: WeightsChoice }>;
type StoredBlob = Readonly<{ blobHash: string; count: number; epoch: number }>;

/** Stored predictions with the truth beside them, ascending by row. */
export async function readPredictions(
  source: PredictionSource,
  row: RunRow,
  choice: PredictionChoice,
): Promise<Judged> {
  const { stored, split } = findChosen(source, row, choice);
  return readJudged(source, stored, { datasetId: row.dataset_id, split });
}

/** The same, one by one. The truth is null where neither the reviews nor their labels are in this home: an older bundle brought the run. */
export async function listPredictions(
  source: PredictionSource,
  row: RunRow,
  choice: PredictionChoice,
): Promise<Prediction[]> {
  const { stored, split } = findChosen(source, row, choice);
  const place = { datasetId: row.dataset_id, split };
  const hasLabels = source.datasets.hasLabels(place.datasetId, split);
  const { rows, labels, probabilities } = hasLabels
    ? await readJudged(source, stored, place)
    : readUnlabelled(source, stored);
  return Array.from(rows, (place, index) => ({
    row: place,
    label: hasLabels ? (labels[index] ?? 0) : null,
    probability: probabilities[index] ?? Number.NaN,
  }));
}

/** Where the chosen predictions are, and the split that their rows count in. */
function findChosen(
  { databases }: PredictionSource,
  row: RunRow,
  choice: PredictionChoice,
): Readonly<{ stored: StoredBlob; split: SplitName }> {
  const { config } = toRun(row, []);
  const epoch = epochOf(row, choice.weights);
  // Validated on test: the same rows, stored once.
  const split =
    choice.split === 'validation' && config.validation === 'test' ? 'test' : choice.split;
  const stored = findPredictions(databases.main, row.run_key, epoch, split);
  if (stored === null) {
    throw new AppError(
      'notFound',
      m.runs_no_predictions({ name: row.name, split: splitWord(choice.split), epoch }),
    );
  }
  return { stored: { ...stored, epoch }, split: labelSplitOf(split, config) };
}

/** The split of the dataset in which the rows of stored predictions count: a validation share is drawn from the training reviews. */
export function labelSplitOf(split: SplitName, { validation }: RunConfig): SplitName {
  return split === 'validation' && validation !== 'own' ? 'train' : split;
}

/** That a run has no predictions to be read, or the truth of its reviews is not in this home; anything else is a defect. */
export const isWithoutPredictions = (error: unknown): error is AppError =>
  error instanceof AppError && ['notFound', 'storage', 'unavailable'].includes(error.kind);

/** A blob of rows of a split and their probabilities, with the truth beside them, ascending by row. */
export async function readJudged(
  source: PredictionSource,
  stored: StoredBlob,
  { datasetId, split }: Readonly<{ datasetId: string; split: SplitName }>,
): Promise<Judged> {
  const judged = readUnlabelled(source, stored);
  const all = await source.datasets.labels(datasetId, split);
  return { ...judged, labels: labelsOf(judged.rows, all) };
}

/** Ascending by row; the truth of each is 0, whatever it is. */
function readUnlabelled(
  { databases }: PredictionSource,
  { blobHash, count, epoch }: StoredBlob,
): Judged {
  const blob = getBlob(databases.blobs, blobHash);
  const rows = new Int32Array(blob, 0, count);
  const probabilities = new Float32Array(blob, count * 4, count);
  return sortedByRow({ epoch, rows, probabilities, labels: new Uint8Array(count) });
}

/** The epoch whose weights are meant; throws where the run has none. */
export function epochOf(row: RunRow, weights: WeightsChoice): number {
  const last = row.last === null ? null : (JSON.parse(row.last) as { epoch: number }).epoch;
  const epoch = weights === 'best' ? row.best_epoch : weights === 'last' ? last : weights.epoch;
  const { name, state } = row;
  if (epoch === null || last === null) {
    throw new AppError(
      'notFound',
      isUnderway(state)
        ? m.runs_no_epoch({ name })
        : m.runs_ended_without_epoch({ name, state: stateWord(state) }),
    );
  }
  if (epoch > last) throw new AppError('notFound', m.runs_no_such_epoch({ name, epoch, last }));
  return epoch;
}

function sortedByRow(judged: Judged): Judged {
  const { rows } = judged;
  if (isAscending(rows)) return judged;
  // Rows are indices of a split, each there once: by place, which is many times as fast as sorting.
  const places = new Int32Array(1 + rows.reduce((most, row) => Math.max(most, row), 0)).fill(-1);
  rows.forEach((row, index) => (places[row] = index));
  const order = places.filter((index) => index >= 0);
  return {
    epoch: judged.epoch,
    rows: order.map((index) => rows[index] ?? 0),
    labels: Uint8Array.from(order, (index) => judged.labels[index] ?? 0),
    probabilities: Float32Array.from(order, (index) => judged.probabilities[index] ?? 0),
  };
}

// A loop: the typed arrays' `from` and `every` call back for every review of every run, which is ten times as slow.
function labelsOf(rows: Int32Array, all: Uint8Array): Uint8Array {
  const labels = new Uint8Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) labels[index] = all[rows[index] ?? 0] ?? 0;
  return labels;
}

function isAscending(rows: Int32Array): boolean {
  for (let index = 1; index < rows.length; index += 1)
    if ((rows[index] ?? 0) <= (rows[index - 1] ?? 0)) return false;
  return true;
}
