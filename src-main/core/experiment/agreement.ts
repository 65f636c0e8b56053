import type { Flip } from '../comparison/differences.ts';
import { meanOf } from '../statistics/mean.ts';

/** P(positive) of every test review by one trained model; all of one length and order. */
export type Probabilities = ArrayLike<number>;

/** Share of the reviews that two trained models judge differently (threshold 0.5). */
export function disagreement(first: Probabilities, second: Probabilities): number {
  let differing = 0;
  for (let row = 0; row < first.length; row += 1)
    if (isPositive(first[row]) !== isPositive(second[row])) differing += 1;
  return first.length === 0 ? 0 : differing / first.length;
}

/** Mean disagreement over all pairs of models; null for fewer than two. */
export function meanDisagreement(models: readonly Probabilities[]): number | null {
  const count = models.length;
  if (count < 2) return null;
  // Of a review that `positive` models judge positive, so many pairs differ: no pair has to be looked at.
  const differing = positiveCounts(models).reduce(
    (sum, positive) => sum + positive * (count - positive),
    0,
  );
  return differing / pairsWith(models, (count * (count - 1)) / 2);
}

/** Mean disagreement of two sides of equal length, over pairs of different places in them, and over pairs of the same place. */
export function meanDisagreementBetween(
  first: readonly Probabilities[],
  second: readonly Probabilities[],
): Readonly<{ between: number; same: number }> {
  const count = first.length;
  const same = meanOf(first.map((model, index) => disagreement(model, second[index] ?? []))).mean;
  const other = positiveCounts(second);
  const differing = positiveCounts(first).reduce((sum, positive, row) => {
    const otherPositive = other[row] ?? 0;
    return sum + positive * (count - otherPositive) + otherPositive * (count - positive);
  }, 0);
  const inSame = Math.round(same * pairsWith(first, count));
  return { between: (differing - inSame) / pairsWith(first, count * (count - 1)), same };
}

/** How many models judge each review positive. */
function positiveCounts(models: readonly Probabilities[]): Int32Array {
  const counts = new Int32Array(models[0]?.length ?? 0);
  for (const model of models)
    for (let row = 0; row < counts.length; row += 1)
      if (isPositive(model[row])) counts[row] = (counts[row] ?? 0) + 1;
  return counts;
}

/** Judgements in so many pairs; without reviews nothing differs. */
const pairsWith = (models: readonly Probabilities[], pairs: number): number =>
  Math.max(1, models[0]?.length ?? 0) * pairs;

/** Mean of a measure over all pairs of items, such as the seeds of one variant; null for fewer than two items. */
export function meanOverPairs<T>(
  items: readonly T[],
  measure: (a: T, b: T) => number,
): number | null {
  const values = items.flatMap((a, index) => items.slice(index + 1).map((b) => measure(a, b)));
  return values.length === 0 ? null : meanOf(values).mean;
}

/**
 * Reviews that one side judges one way with every seed and the other side the other way with every seed, with the mean probability
 * of each side: the widest distance first, then by row. What flips with some seeds only is churn.
 */
export function stableFlips(
  rows: ArrayLike<number>,
  labels: ArrayLike<number>,
  first: readonly Probabilities[],
  second: readonly Probabilities[],
): Flip[] {
  const flips: Flip[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const side = isPositive(first[0]?.[index]);
    if (!first.every((model) => isPositive(model[index]) === side)) continue;
    if (!second.every((model) => isPositive(model[index]) !== side)) continue;
    const mean = (models: readonly Probabilities[]) =>
      meanOf(models.map((model) => model[index] ?? 0)).mean;
    flips.push({
      row: rows[index] ?? 0,
      label: labels[index] ?? 0,
      probabilities: [mean(first), mean(second)],
    });
  }
  const distance = ({ probabilities: [a, b] }: Flip) => Math.abs(a - b);
  return flips.sort((x, y) => distance(y) - distance(x) || x.row - y.row);
}

/** Threshold 0.5. */
export function isPositive(probability: number | undefined): boolean {
  return (probability ?? 0) >= 0.5;
}
