import type { RunConfig } from '#contract/run-config.ts';

import { figuresOf } from '../comparison/figures.ts';
import type { EncodedSplit } from '../encoded-file.ts';
import type { RowChoice } from '../row-choice.ts';
import { inverseDocumentFrequencies, tfIdf, wordCounts } from './bag-of-words.ts';
import { fitLogistic, logisticProbabilities } from './logistic-regression.ts';

/** What of a configuration the baseline depends on: which reviews, and which of their words. */
export type BaselineConfig = Pick<
  RunConfig,
  'numWords' | 'maxLength' | 'truncating' | 'limit' | 'validation'
>;

export type BaselineResult = Readonly<{
  /** Words of the training reviews that it has a weight for. */
  words: number;
  trainAccuracy: number;
  valAccuracy: number;
  valLoss: number;
  /** Rows of the full split, and P(positive) of each. */
  test: Readonly<{ rows: Int32Array; probabilities: Float32Array }>;
}>;

/** The strength of the penalty is scikit-learn's default and never tuned, so that no split has chosen it. */
const penalty = 1;

/** Grows with every change that would give other figures. */
export const baselineVersion = 1;

/** Fields that make two baselines of one dataset the same one, in one order. */
export function baselineConfigOf(config: BaselineConfig): BaselineConfig {
  const { numWords, maxLength, truncating, limit, validation } = config;
  return { numWords, maxLength, truncating, limit, validation };
}

/**
 * Logistic regression on a tf-idf bag of words: what can be told from which words occur, without their order. It reads the same
 * ids of the same reviews as a run of this configuration does; padding means nothing to it.
 */
export function trainBaseline(
  splitOf: (split: 'train' | 'test' | 'validation') => EncodedSplit,
  choice: RowChoice,
  config: BaselineConfig,
): BaselineResult {
  const train = splitOf('train');
  const counts = wordCounts(train, choice.train, config);
  const frequencies = inverseDocumentFrequencies(counts);
  const trainRows = tfIdf(counts, frequencies);
  const trainLabels = labelsOf(train, choice.train);
  const model = fitLogistic(trainRows, trainLabels, { penalty });
  const judge = (split: EncodedSplit, rows: Int32Array): Float32Array =>
    logisticProbabilities(tfIdf(wordCounts(split, rows, config), frequencies), model);

  const held = splitOf(choice.validationSplit);
  const validation = figuresOf(labelsOf(held, choice.validation), judge(held, choice.validation));
  return {
    words: new Set(counts.columns).size,
    trainAccuracy: figuresOf(trainLabels, logisticProbabilities(trainRows, model)).accuracy,
    valAccuracy: validation.accuracy,
    valLoss: validation.loss,
    test: { rows: choice.test, probabilities: judge(splitOf('test'), choice.test) },
  };
}

const labelsOf = (split: EncodedSplit, rows: Int32Array): Uint8Array =>
  Uint8Array.from(rows, (row) => split.labels[row] ?? 0);
