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
  const order = Array.from({ length: labels.length }, (_, index) => index).sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  );
  const points: ThresholdPoint[] = [{ threshold: Infinity, truePositives: 0, falsePositives: 0 }];
  let [truePositives, falsePositives] = [0, 0];
  order.forEach((index, place) => {
    if (labels[index] === 1) truePositives += 1;
    else falsePositives += 1;
    const threshold = probabilities[index] ?? 0;
    const next = order[place + 1];
    if (next !== undefined && probabilities[next] === threshold) return;
    points.push({ threshold, truePositives, falsePositives });
  });
  const [positives, negatives] = [truePositives, falsePositives];
  let rocArea = 0;
  let averagePrecision = 0;
  for (let index = 1; index < points.length; index += 1) {
    const [before, here] = [points[index - 1], points[index]];
    if (before === undefined || here === undefined) continue;
    const gained = here.truePositives - before.truePositives;
    const width = here.falsePositives - before.falsePositives;
    rocArea += width * (before.truePositives + gained / 2);
    averagePrecision += gained * (here.truePositives / (here.truePositives + here.falsePositives));
  }
  return {
    positives,
    negatives,
    points,
    rocArea: rocArea / (positives * negatives),
    averagePrecision: averagePrecision / positives,
  };
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
