import { confusionAt, type Confusion } from '../evaluation/confusion.ts';

/** Figures of one trained model over one split, from labels 0/1 and P(positive). */
export type Figures = Readonly<{
  accuracy: number;
  /** Binary cross-entropy in nats, probabilities clipped to [1e-7, 1 - 1e-7] as Keras does. */
  loss: number;
  /** Mean squared error of the probability (Brier 1950). */
  brier: number;
  /** Expected calibration error over 15 bins of equal width (Guo et al. 2017). */
  calibrationError: number;
  /** At 0.5. */
  confusion: Confusion;
}>;

const bins = 15;
const clip = 1e-7;

/** Binary cross-entropy of one review in nats. */
export function clippedLoss(probability: number, label: number): number {
  const clipped = Math.min(1 - clip, Math.max(clip, probability));
  return label === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
}

export function figuresOf(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Figures {
  const n = labels.length;
  const confusion = confusionAt(labels, probabilities, 0.5);
  const binPositive = new Float64Array(bins);
  const binProbability = new Float64Array(bins);
  let loss = 0;
  let brier = 0;
  for (let i = 0; i < n; i++) {
    const label = labels[i] === 1 ? 1 : 0;
    const p = probabilities[i] ?? 0;
    loss += clippedLoss(p, label);
    brier += (p - label) ** 2;
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    binPositive[bin] = (binPositive[bin] ?? 0) + label;
    binProbability[bin] = (binProbability[bin] ?? 0) + p;
  }
  let calibrationError = 0;
  for (let bin = 0; bin < bins; bin++) {
    calibrationError +=
      Math.abs((binPositive[bin] ?? 0) - (binProbability[bin] ?? 0)) / Math.max(1, n);
  }
  const size = Math.max(1, n);
  return {
    accuracy: (confusion[0] + confusion[3]) / size,
    loss: loss / size,
    brier: brier / size,
    calibrationError,
    confusion,
  };
}
