import type { Ranking, ThresholdPoint } from '../statistics/ranking.ts';

export type CurvePoint = Readonly<{ x: number; y: number; threshold: number }>;

/** False positive rate against true positive rate, from nothing called positive to everything; empty where a class is missing. */
export function rocPoints({ points, positives, negatives }: Ranking): CurvePoint[] {
  if (positives === 0 || negatives === 0) return [];
  return points.map(({ threshold, truePositives, falsePositives }) => ({
    x: falsePositives / negatives,
    y: truePositives / positives,
    threshold,
  }));
}

/** Recall against precision, by falling threshold; without the point where nothing is called positive, which has no precision. */
export function precisionRecallPoints({ points, positives, negatives }: Ranking): CurvePoint[] {
  if (positives === 0 || negatives === 0) return [];
  const called = ({ truePositives, falsePositives }: ThresholdPoint) =>
    truePositives + falsePositives;
  return points
    .filter((point) => called(point) > 0)
    .map((point) => ({
      x: point.truePositives / positives,
      y: point.truePositives / called(point),
      threshold: point.threshold,
    }));
}

/** Those that can be told apart when both axes have `steps` places; the first and the last stay. */
export function thinned(points: readonly CurvePoint[], steps = 400): CurvePoint[] {
  const kept: CurvePoint[] = [];
  points.forEach((point, index) => {
    const last = kept.at(-1);
    const isFar =
      last === undefined ||
      Math.abs(point.x - last.x) * steps >= 1 ||
      Math.abs(point.y - last.y) * steps >= 1;
    if (isFar || index === points.length - 1) kept.push(point);
  });
  return kept;
}
