import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import { randomStream, shuffledIndices } from '../util/random.ts';

/** Which rows of a dataset's splits a run uses: indices in the full split, ascending. */
export type RowChoice = Readonly<{
  train: Int32Array;
  test: Int32Array;
  validation: Int32Array;
  /** Where the validation rows live. */
  validationSplit: 'train' | 'test' | 'validation';
}>;

export type SplitLabels = Readonly<{
  train: Uint8Array;
  test: Uint8Array;
  validation?: Uint8Array | undefined;
}>;

/** What of a configuration decides which rows a run uses. */
export type RowFields = Pick<RunConfig, 'limit' | 'validation' | 'subset' | 'seed'>;

/**
 * The subset (`limit`) and the hold-out (`validation`) of a run, both stratified by label. With `subset: fixed` they depend on the
 * dataset and these two fields only, so that all seeds see the same reviews. With `subset: seed` the sample of the train split and
 * the hold-out are drawn for each seed, so that the spread over seeds holds what another training sample does (Bouthillier et al.
 * 2021); runs of one seed share the draw, and the test rows are the same for all.
 *
 * @throws Error with one sentence where `own` is asked of a dataset without a validation split.
 */
export function chooseRows(
  labels: SplitLabels,
  { limit, validation, subset, seed }: RowFields,
  datasetHash: string,
): RowChoice {
  const trainStream = subset === 'seed' ? `${datasetHash}/seed ${seed}` : datasetHash;
  const limited = (
    split: 'train' | 'test' | 'validation',
    all: Uint8Array,
    stream = datasetHash,
  ): Int32Array =>
    limit === 'none' || limit >= all.length
      ? Int32Array.from({ length: all.length }, (_, row) => row)
      : balancedRows(all, limit, `${stream}/subset/${split}`);

  const train = limited('train', labels.train, trainStream);
  const test = limited('test', labels.test);
  if (validation === 'test') return { train, test, validation: test, validationSplit: 'test' };
  if (validation === 'own') {
    if (labels.validation === undefined) {
      throw new Error(m.runs_no_own_validation());
    }
    const own = limited('validation', labels.validation);
    return { train, test, validation: own, validationSplit: 'validation' };
  }
  const held = heldOutRows(train, labels.train, validation, `${trainStream}/hold-out`);
  const isHeld = new Set(held);
  return {
    train: train.filter((row) => !isHeld.has(row)),
    test,
    validation: held,
    validationSplit: 'train',
  };
}

/** `count` rows, half of them positive, one more negative where it is odd. A larger count contains a smaller one's rows. */
function balancedRows(labels: Uint8Array, count: number, stream: string): Int32Array {
  const wanted = [Math.ceil(count / 2), Math.floor(count / 2)];
  const chosen = [0, 1].flatMap((label) =>
    shuffledRowsOf(allRows(labels.length), labels, label, stream).slice(0, wanted[label]),
  );
  return Int32Array.from(chosen).sort();
}

/** A share of each class, rounded; at least one row where there are two. */
export function heldOutRows(
  rows: Int32Array,
  labels: Uint8Array,
  share: number,
  stream: string,
): Int32Array {
  const chosen = [0, 1].flatMap((label) => {
    const shuffled = shuffledRowsOf(rows, labels, label, stream);
    const count = Math.min(Math.max(1, Math.round(shuffled.length * share)), shuffled.length - 1);
    return shuffled.slice(0, Math.max(0, count));
  });
  return Int32Array.from(chosen).sort();
}

function shuffledRowsOf(
  rows: Int32Array,
  labels: Uint8Array,
  label: number,
  stream: string,
): number[] {
  const members = rows.filter((row) => labels[row] === label);
  const order = shuffledIndices(members.length, randomStream(1, `${stream}/${label}`));
  return Array.from(order, (index) => members[index] ?? 0);
}

const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);
