import type { BaselineFit, BaselineReading } from '#contract/baseline.ts';
import type { RunConfig } from '#contract/run-config.ts';

import { figuresOf } from '../comparison/figures.ts';
import type { EncodedSplit } from '../text/encoded-file.ts';
import { heldOutRows, type RowChoice, type RowFields } from '../config/row-choice.ts';
import { wordCounts, type Cut } from './bag-of-words.ts';
import { fitBagOfWords, tune, type LabelledCounts, type Tuning } from './tuning.ts';

/** What of a configuration the baseline depends on: which reviews, and which of their words. */
export type BaselineConfig = Pick<RunConfig, 'numWords' | 'maxLength' | 'truncating'> & RowFields;

/** `test`: rows of the full split, and P(positive) of each. */
export type BaselineResult = BaselineFit &
  Readonly<{ test: Readonly<{ rows: Int32Array; probabilities: Float32Array }> }>;

/** Grows with every change that would give other figures. */
export const baselineVersion = 2;

/** Of the training reviews, for a run that validates on the test split: that split must not choose. */
const heldShare = 0.2;

/** Fields that make two baselines of one dataset the same one, in one order. */
export function baselineConfigOf(
  { numWords, maxLength, truncating, limit, validation, subset, seed }: BaselineConfig,
  reading: BaselineReading,
) {
  const rows = { limit, validation, ...(subset === 'seed' ? { subset, seed } : {}) };
  return reading === 'whole'
    ? { reading, ...rows }
    : { reading, numWords, maxLength, truncating, ...rows };
}

/**
 * Logistic regression on a tf-idf bag of words: what can be told from which words occur, without their order. It learns from the
 * same reviews as a run of this configuration does, and is judged on the same test reviews. `run` reads the same ids of each
 * review as the run; `whole` reads the whole review with all words of the training reviews. The validation split of the run
 * chooses the penalty and the form of the term frequency; where that is the test split, a fifth of the training reviews does, and
 * the model is then fitted again to all of them.
 */
export function trainBaseline(
  splitOf: (split: 'train' | 'test' | 'validation') => EncodedSplit,
  choice: RowChoice,
  config: BaselineConfig,
  reading: BaselineReading,
  datasetHash: string,
): BaselineResult {
  const trainSplit = splitOf('train');
  const cut = reading === 'run' ? config : wholeReviews(trainSplit);
  const read = (split: EncodedSplit, rows: Int32Array): LabelledCounts => ({
    counts: wordCounts(split, rows, cut),
    labels: Uint8Array.from(rows, (row) => split.labels[row] ?? 0),
  });
  const train = read(trainSplit, choice.train);
  const validation = read(splitOf(choice.validationSplit), choice.validation);
  const tuning = choice.validationSplit === 'test' ? tuneWithin() : tune(train, validation);
  const model = fitBagOfWords(train, tuning);
  const figures = ({ counts, labels }: LabelledCounts) => figuresOf(labels, model.judge(counts));
  const held = figures(validation);
  const test = splitOf('test');
  return {
    ...tuning,
    words: model.words,
    trainAccuracy: figures(train).accuracy,
    valAccuracy: held.accuracy,
    valLoss: held.loss,
    test: { rows: choice.test, probabilities: model.judge(wordCounts(test, choice.test, cut)) },
  };

  function tuneWithin(): Tuning {
    const stream = `${datasetHash}/baseline-hold-out`;
    const held = heldOutRows(choice.train, trainSplit.labels, heldShare, stream);
    const isHeld = new Set(held);
    const rest = choice.train.filter((row) => !isHeld.has(row));
    return tune(read(trainSplit, rest), read(trainSplit, held));
  }
}

/** Every word of the split, of reviews of any length. */
function wholeReviews({ tokens }: EncodedSplit): Cut {
  const largest = tokens.reduce((most, id) => Math.max(most, id), 0);
  return { numWords: largest + 1, maxLength: Infinity, truncating: 'pre' };
}
