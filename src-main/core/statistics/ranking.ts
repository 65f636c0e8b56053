/** A point of a curve over thresholds: everything with a probability of at least `threshold` counts as positive. */
export type ThresholdPoint = Readonly<{
  threshold: number;
  truePositives: number;
  falsePositives: number;
}>;

export type Ranking = Readonly<{
  positives: number;
  negatives: number;
  /** By falling threshold, one point a different probability; begins with nothing called positive (threshold Infinity). */
  points: readonly ThresholdPoint[];
  /** Area under the ROC curve: how often a positive review gets the higher probability; ties count half. */
  rocArea: number;
  /** Sum over points of precision times the recall gained there; no interpolation (as scikit-learn has it). */
  averagePrecision: number;
}>;

/** How well probabilities order reviews by their labels (0 or 1). Areas are NaN where one class is missing. */
export function rankingOf(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Ranking {
  const points: ThresholdPoint[] = [{ threshold: Infinity, truePositives: 0, falsePositives: 0 }];
  const areas = rankingAreas(labels, probabilities, (threshold, truePositives, falsePositives) => {
    points.push({ threshold, truePositives, falsePositives });
  });
  return { ...areas, points };
}

/** The same without its points; they are told one after the other, but for the first. */
export function rankingAreas(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  onPoint?: (threshold: number, truePositives: number, falsePositives: number) => void,
): Omit<Ranking, 'points'> {
  const [negative, positive] = [
    falling(labels, probabilities, 0),
    falling(labels, probabilities, 1),
  ];
  const [positives, negatives] = [positive.length, negative.length];
  let [truePositives, falsePositives] = [0, 0];
  let [rocArea, averagePrecision] = [0, 0];
  while (truePositives < positive.length || falsePositives < negative.length) {
    const threshold = Math.max(
      positive[truePositives] ?? -Infinity,
      negative[falsePositives] ?? -Infinity,
    );
    const [before, falseBefore] = [truePositives, falsePositives];
    while (positive[truePositives] === threshold) truePositives += 1;
    while (negative[falsePositives] === threshold) falsePositives += 1;
    const gained = truePositives - before;
    rocArea += (falsePositives - falseBefore) * (before + gained / 2);
    averagePrecision += gained * (truePositives / (truePositives + falsePositives));
    onPoint?.(threshold, truePositives, falsePositives);
  }
  return {
    positives,
    negatives,
    rocArea: rocArea / (positives * negatives),
    averagePrecision: averagePrecision / positives,
  };
}

/** Of the reviews of one class, from the highest. */
function falling(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  side: 0 | 1,
): Float64Array {
  const values = new Float64Array(probabilities.length);
  let size = 0;
  for (let index = 0; index < probabilities.length; index += 1) {
    if ((labels[index] === 1 ? 1 : 0) !== side) continue;
    values[size] = probabilities[index] ?? 0;
    size += 1;
  }
  return values.subarray(0, size).sort().reverse();
}

export type CalibrationBin = Readonly<{
  /** Reviews in it. */
  count: number;
  meanProbability: number;
  /** Share of positive reviews. */
  positiveShare: number;
}>;

/** Reviews by predicted probability in bins of equal width; empty bins are left out (Guo et al. 2017). */
export function calibrationBins(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins = 15,
): CalibrationBin[] {
  const count = new Float64Array(bins);
  const probability = new Float64Array(bins);
  const positive = new Float64Array(bins);
  for (let index = 0; index < labels.length; index += 1) {
    const p = probabilities[index] ?? 0;
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    count[bin] = (count[bin] ?? 0) + 1;
    probability[bin] = (probability[bin] ?? 0) + p;
    positive[bin] = (positive[bin] ?? 0) + (labels[index] ?? 0);
  }
  return Array.from(count, (reviews, bin) => ({
    count: reviews,
    meanProbability: (probability[bin] ?? 0) / reviews,
    positiveShare: (positive[bin] ?? 0) / reviews,
  })).filter((bin) => bin.count > 0);
}
