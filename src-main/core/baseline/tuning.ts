import { figuresOf } from '../comparison/figures.ts';
import { inverseDocumentFrequencies, tfIdf, type SparseRows } from './bag-of-words.ts';
import { fitLogistic, logisticProbabilities, type LogisticModel } from './logistic-regression.ts';

/** Word counts of reviews with their labels, 0 or 1 by row. */
export type LabelledCounts = Readonly<{ counts: SparseRows; labels: Uint8Array }>;

/** What a validation split chooses. */
export type Tuning = Readonly<{
  /** The inverse strength of the penalty, as in scikit-learn's LogisticRegression. */
  c: number;
  /** Whether a word that occurs n times counts as 1 + ln(n). */
  isSublinear: boolean;
}>;

/** P(positive) by row, and the words that it has a weight for. */
export type BagOfWords = Readonly<{ judge: (counts: SparseRows) => Float32Array; words: number }>;

/** Ascending: each minimum is where the search for the next one begins. */
const strengths = [0.25, 1, 4, 16, 64] as const;
/** Enough to rank settings by their loss; the model that judges is fitted to the default of `fitLogistic`. */
const tuningTolerance = 1e-4;

/**
 * The setting of the grid with the least log loss on the validation reviews; of equal ones, the first. Ten models are fitted on the
 * training reviews alone.
 */
export function tune(train: LabelledCounts, held: LabelledCounts): Tuning {
  const weights = inverseDocumentFrequencies(train.counts);
  let best: Tuning = { c: 1, isSublinear: false };
  let leastLoss = Infinity;
  for (const isSublinear of [false, true]) {
    const rows = tfIdf(train.counts, weights, isSublinear);
    const heldRows = tfIdf(held.counts, weights, isSublinear);
    let start: LogisticModel | undefined;
    for (const c of strengths) {
      start = fitLogistic(rows, train.labels, {
        penalty: 1 / c,
        tolerance: tuningTolerance,
        ...(start === undefined ? {} : { start }),
      });
      const { loss } = figuresOf(held.labels, logisticProbabilities(heldRows, start));
      if (loss >= leastLoss) continue;
      leastLoss = loss;
      best = { c, isSublinear };
    }
  }
  return best;
}

/** Logistic regression on tf-idf, with the vocabulary and the document frequencies of the training reviews. */
export function fitBagOfWords(
  { counts, labels }: LabelledCounts,
  { c, isSublinear }: Tuning,
): BagOfWords {
  const weights = inverseDocumentFrequencies(counts);
  const model = fitLogistic(tfIdf(counts, weights, isSublinear), labels, { penalty: 1 / c });
  return {
    judge: (unseen) => logisticProbabilities(tfIdf(unseen, weights, isSublinear), model),
    words: weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0),
  };
}
