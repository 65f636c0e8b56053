import { describe, expect, it } from 'vitest';

import type { EncodedSplit } from '../text/encoded-file.ts';
import { figuresOf } from '../comparison/figures.ts';
import { chooseRows } from '../config/row-choice.ts';
import { inverseDocumentFrequencies, tfIdf, wordCounts, type SparseRows } from './bag-of-words.ts';
import { baselineConfigOf, trainBaseline } from './baseline.ts';
import fixtures from './fixtures/baseline.json' with { type: 'json' };
import { fitLogistic, logisticProbabilities } from './logistic-regression.ts';
import { fitBagOfWords, tune, type LabelledCounts } from './tuning.ts';

const whole = { maxLength: 500, truncating: 'pre' } as const;

describe.each(fixtures.cases)('beside scikit-learn, penalty $penalty', (of) => {
  const [train, test] = [splitOf(of.train, of.labels), splitOf(of.test, of.testLabels)];
  const counts = wordCounts(train, allRows(train), { ...whole, numWords: of.numWords });
  const frequencies = inverseDocumentFrequencies(counts);
  const rows = tfIdf(counts, frequencies, of.isSublinear);
  const model = fitLogistic(rows, of.labels, { penalty: of.penalty });

  it('weighs words the same', () => {
    expectClose(frequencies, of.idf, 12);
    expectClose(dense(rows, 0), of.firstRow, 12);
  });

  it('finds the same minimum', () => {
    expectClose(model.weights, of.weights, 6);
    expect(model.bias).toBeCloseTo(of.bias, 6);
  });

  it('judges unseen reviews the same, those without a known word too', () => {
    const unseen = wordCounts(test, allRows(test), { ...whole, numWords: of.numWords });
    expectClose(
      logisticProbabilities(tfIdf(unseen, frequencies, of.isSublinear), model),
      of.probabilities,
      6,
    );
  });

  it('is the same every time', () => {
    expect(fitLogistic(rows, of.labels, { penalty: of.penalty })).toEqual(model);
  });
});

describe.each(fixtures.tunings)('tuning beside scikit-learn, C $c', (of) => {
  const cut = { ...whole, numWords: of.numWords };
  const read = (reviews: number[][], labels: number[]): LabelledCounts => {
    const split = splitOf(reviews, labels);
    return { counts: wordCounts(split, allRows(split), cut), labels: split.labels };
  };
  const [train, held] = [read(of.train, of.labels), read(of.held, of.heldLabels)];
  const test = read(of.test, of.testLabels);

  it('chooses the same setting on the validation reviews', () => {
    expect(tune(train, held)).toEqual({ c: of.c, isSublinear: of.isSublinear });
  });

  it('has the same loss and accuracy', () => {
    const { judge } = fitBagOfWords(train, of);
    expect(figuresOf(held.labels, judge(held.counts)).loss).toBeCloseTo(of.heldLoss, 6);
    const judged = figuresOf(test.labels, judge(test.counts));
    expect(judged.loss).toBeCloseTo(of.testLoss, 6);
    expect(judged.accuracy).toBeCloseTo(of.testAccuracy, 12);
  });
});

describe('the words that a model reads', () => {
  const split = splitOf([[1, 4, 5, 4, 9, 2, 6]], [1]);
  const counted = (cut: Parameters<typeof wordCounts>[2]) =>
    Array.from(dense(wordCounts(split, Int32Array.of(0), cut), 0));

  it('are counted without pads, start and words out of vocabulary', () => {
    expect(counted({ ...whole, numWords: 8 })).toEqual([2, 1, 1, 0]);
  });

  it('end where the review is cut', () => {
    expect(counted({ numWords: 8, maxLength: 4, truncating: 'pre' })).toEqual([1, 0, 1, 0]);
    expect(counted({ numWords: 8, maxLength: 4, truncating: 'post' })).toEqual([2, 1, 0, 0]);
  });
});

describe('logistic regression', () => {
  const rows: SparseRows = {
    starts: Uint32Array.of(0, 1, 2),
    columns: Int32Array.of(0, 0),
    values: Float64Array.of(1, -1),
    columnCount: 1,
  };

  it('ends where labels are of one kind, and where they can be told without error', () => {
    const certain = fitLogistic(rows, [1, 1], { penalty: 1 });
    expect(logisticProbabilities(rows, certain)[0]).toBeGreaterThan(0.999);
    const separable = fitLogistic(rows, [1, 0], { penalty: 1e-6 });
    expect(logisticProbabilities(rows, separable)[1]).toBeLessThan(1e-3);
  });

  it('gives every review the same where there are no words', () => {
    const none = {
      starts: Uint32Array.of(0, 0, 0, 0),
      columns: new Int32Array(0),
      values: new Float64Array(0),
      columnCount: 0,
    };
    const model = fitLogistic(none, [1, 0, 1], { penalty: 1 });
    expectClose(logisticProbabilities(none, model), [2 / 3, 2 / 3, 2 / 3], 6);
  });
});

describe('the bag of words of a run', () => {
  /** Each ends with "good" (4) or "bad" (5) by its label, 20 other words later than a run of 8 ids sees. */
  const review = (label: number) => [1, label === 1 ? 4 : 5, ...Array<number>(20).fill(6)];
  const labels = Array.from({ length: 40 }, (_, row) => row % 2);
  const splits = {
    train: splitOf(labels.map(review), labels),
    test: splitOf([review(0), review(1), review(1)], [0, 1, 1]),
  };
  const base = {
    numWords: 100,
    truncating: 'post',
    limit: 'none',
    subset: 'fixed',
    seed: 1,
  } as const;
  const short = { ...base, maxLength: 8, validation: 0.2 } as const;
  const trained = (
    config: Parameters<typeof trainBaseline>[2],
    reading: 'run' | 'whole',
    of: typeof splits = splits,
  ) => {
    const labelsOf = { train: of.train.labels, test: of.test.labels };
    const choice = chooseRows(labelsOf, config, 'hash');
    return trainBaseline((name) => of[name as keyof typeof of], choice, config, reading, 'hash');
  };

  it('learns from its own rows and judges its test rows', () => {
    const result = trained(short, 'run');
    expect(result).toMatchObject({ words: 3, trainAccuracy: 1, valAccuracy: 1 });
    expect([...result.test.rows]).toEqual([0, 1, 2]);
    expect(result.test.probabilities[0]).toBeLessThan(0.5);
    expect(result.test.probabilities[1]).toBeGreaterThan(0.5);
  });

  it('reads whole reviews with all words where it is asked to, and what the run reads else', () => {
    const cut = { ...short, truncating: 'pre' } as const;
    expect(trained(cut, 'run')).toMatchObject({ words: 1, valAccuracy: 0.5 });
    expect(trained(cut, 'whole')).toMatchObject({ words: 3, valAccuracy: 1 });
    expect(trained({ ...cut, numWords: 6 }, 'whole').words).toBe(3);
  });

  it('reads the same whole reviews for every length and vocabulary', () => {
    const other = { ...short, numWords: 50, maxLength: 20, truncating: 'pre' } as const;
    expect(baselineConfigOf(other, 'whole')).toEqual(baselineConfigOf(short, 'whole'));
    expect(baselineConfigOf(other, 'run')).not.toEqual(baselineConfigOf(short, 'run'));
  });

  it('is one for all seeds, or one for each where each seed has its own training sample', () => {
    const key = (subset: 'fixed' | 'seed', seed: number) =>
      baselineConfigOf({ ...short, subset, seed }, 'whole');
    expect(key('fixed', 1)).toEqual(key('fixed', 2));
    expect(key('seed', 1)).not.toEqual(key('seed', 2));
  });

  it('lets no test review choose where the run validates on the test split', () => {
    const config = { ...short, validation: 'test' } as const;
    const flipped = { ...splits, test: splitOf([review(0), review(1), review(1)], [1, 0, 0]) };
    const { c, isSublinear, valAccuracy } = trained(config, 'run');
    expect(trained(config, 'run', flipped)).toMatchObject({ c, isSublinear, valAccuracy: 0 });
    expect(valAccuracy).toBe(1);
  });
});

function splitOf(reviews: readonly (readonly number[])[], labels: readonly number[]): EncodedSplit {
  const offsets = new Uint32Array(reviews.length + 1);
  reviews.forEach((ids, row) => (offsets[row + 1] = (offsets[row] ?? 0) + ids.length));
  return {
    count: reviews.length,
    labels: Uint8Array.from(labels),
    offsets,
    tokens: Int32Array.from(reviews.flat()),
  };
}

function allRows(split: EncodedSplit): Int32Array {
  return Int32Array.from({ length: split.count }, (_, row) => row);
}

function dense({ starts, columns, values, columnCount }: SparseRows, row: number): Float64Array {
  const result = new Float64Array(columnCount);
  for (let at = starts[row]!; at < starts[row + 1]!; at += 1) result[columns[at]!] = values[at]!;
  return result;
}

function expectClose(found: ArrayLike<number>, wanted: readonly number[], digits: number): void {
  expect(found.length).toBe(wanted.length);
  const worst = Math.max(...wanted.map((value, at) => Math.abs(value - found[at]!)));
  expect(worst).toBeLessThan(10 ** -digits);
}
