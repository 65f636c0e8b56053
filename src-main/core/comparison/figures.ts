import { confusionAt, type Confusion } from '../evaluation/confusion.ts';

/** Figures of one trained model over one split, from labels 0/1 and P(positive). */
export type Figures = Readonly<{
  accuracy: number;
  /** Binary cross-entropy in nats, probabilities clipped to [1e-7, 1 - 1e-7] as Keras does. */
  loss: number;
  /** Mean squared error of the probability (Brier 1950). */
  brier: number;
  /** Expected calibration error of P(positive): its mean against the share of positive reviews. */
  calibrationError: number;
  /**
   * Expected calibration error of the confidence max(p, 1 - p): its mean against the share of right predictions (C. Guo, G. Pleiss,
   * Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017).
   */
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
export function rightOf(labels: Uint8Array, probabilities: Float32Array): Uint8Array {
  const right = new Uint8Array(labels.length);
  for (let index = 0; index < right.length; index += 1)
    right[index] = (probabilities[index] ?? 0) >= 0.5 === (labels[index] === 1) ? 1 : 0;
  return right;
}

export function figuresOf(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Figures {
  const n = labels.length;
  const confusion = confusionAt(labels, probabilities, 0.5);
  const ofPositive = calibrationBins();
  const ofConfidence = calibrationBins();
  let loss = 0;
  let brier = 0;
  for (let i = 0; i < n; i++) {
    const label = labels[i] === 1 ? 1 : 0;
    const p = probabilities[i] ?? 0;
    loss += clippedLoss(p, label);
    brier += (p - label) ** 2;
    ofPositive.add(p, label);
    const predicted = p >= 0.5 ? 1 : 0;
    ofConfidence.add(Math.max(p, 1 - p), predicted === label ? 1 : 0);
  }
  const size = Math.max(1, n);
  return {
    accuracy: (confusion[0] + confusion[3]) / size,
    loss: loss / size,
    brier: brier / size,
    calibrationError: ofPositive.sumOfGaps() / size,
    confidenceCalibrationError: ofConfidence.sumOfGaps() / size,
    confusion,
  };
}

/** 15 bins of equal width over 0 to 1; a value on an edge belongs to the bin above it. */
function calibrationBins() {
  const bins = 15;
  /** Of each bin, how often the event came true minus how often it was expected. */
  const gaps = new Float64Array(bins);
  return {
    add(probability: number, cameTrue: 0 | 1): void {
      const bin = Math.min(bins - 1, Math.floor(probability * bins));
      gaps[bin] = (gaps[bin] ?? 0) + cameTrue - probability;
    },
    sumOfGaps: (): number => gaps.reduce((sum, gap) => sum + Math.abs(gap), 0),
  };
}
