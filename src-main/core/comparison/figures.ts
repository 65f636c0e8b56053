import { confusionAt, type Confusion } from '../evaluation/confusion.ts';
import { calibrationBins } from '../statistics/ranking.ts';

/** Figures of one trained model over one split, from labels 0/1 and P(positive). */
export type Figures = Readonly<{
  accuracy: number;
  /** Binary cross-entropy in nats, probabilities clipped to [1e-7, 1 - 1e-7] as Keras does. */
  loss: number;
  /** Mean squared error of the probability (Brier 1950). */
  brier: number;
  /** Of P(positive). */
  calibrationError: number;
  /** Of the confidence max(p, 1 - p) (Guo et al., "On calibration of modern neural networks", ICML 2017). */
  confidenceCalibrationError: number;
  /** At 0.5. */
  confusion: Confusion;
}>;

const clip = 1e-7;

/** Binary cross-entropy of one review in nats. */
export function clippedLoss(probability: number, label: number): number {
  const clipped = Math.min(1 - clip, Math.max(clip, probability));
  return label === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
}

/** Which reviews are judged right, 1 or 0 a review. */
export function rightOf(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Uint8Array {
  const right = new Uint8Array(labels.length);
  for (let index = 0; index < right.length; index += 1)
    right[index] = (probabilities[index] ?? 0) >= 0.5 === (labels[index] === 1) ? 1 : 0;
  return right;
}

export function figuresOf(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Figures {
  const confusion = confusionAt(labels, probabilities, 0.5);
  const confidences = new Float64Array(labels.length);
  let loss = 0;
  let brier = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] === 1 ? 1 : 0;
    const p = probabilities[i] ?? 0;
    loss += clippedLoss(p, label);
    brier += (p - label) ** 2;
    confidences[i] = Math.max(p, 1 - p);
  }
  const size = Math.max(1, labels.length);
  return {
    accuracy: (confusion[0] + confusion[3]) / size,
    loss: loss / size,
    brier: brier / size,
    calibrationError: calibrationErrorOf(labels, probabilities),
    confidenceCalibrationError: calibrationErrorOf(rightOf(labels, probabilities), confidences),
    confusion,
  };
}

/** How far probabilities are from how often the event came true, over bins of equal width. */
const calibrationErrorOf = (
  cameTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): number =>
  calibrationBins(cameTrue, probabilities).reduce(
    (sum, { count, meanProbability, positiveShare }) =>
      sum + count * Math.abs(positiveShare - meanProbability),
    0,
  ) / Math.max(1, cameTrue.length);
