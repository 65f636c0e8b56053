import type { Paired } from '#contract/comparison.ts';

import * as m from '#messages';

import { quantileOfSorted } from '../util/quantile.ts';
import { binomialCumulative, binomialDraw } from './binomial.ts';

/** What two trained models say of the same reviews, in the same order. */
export type PairedInput = Readonly<{
  labels: ArrayLike<number>;
  /** P(positive); a review counts as positive from 0.5 on. */
  first: ArrayLike<number>;
  second: ArrayLike<number>;
}>;

export type PairedCounts = Pick<
  Paired,
  'onlyFirstRight' | 'onlySecondRight' | 'bothRight' | 'bothWrong'
>;

const replicates = 10_000;

/**
 * Paired counts of two trained models with McNemar's exact test and a percentile bootstrap over reviews. It speaks of these two
 * trained models on these reviews, not of the variants: two seeds of one variant differ as "clearly".
 *
 * A resample of n reviews only matters through its counts of "only the first right" and "only the second right", which are
 * multinomial; they are drawn directly (binomial, then binomial of the rest), which is the same distribution as drawing rows.
 *
 * Where no review tells the models apart, or all have one label, there is nothing to test: interval and p are null, with the reason.
 *
 * @param uniform numbers in [0, 1) of a seeded stream
 */
export function comparePaired(input: PairedInput, uniform: () => number): Paired {
  const counts = countPaired(input);
  const { onlyFirstRight, onlySecondRight } = counts;
  const rows = input.labels.length;
  const reason = reasonAgainst(input.labels, onlyFirstRight + onlySecondRight);
  return {
    rows,
    ...counts,
    mcnemarP: reason === null ? mcnemarExact(onlyFirstRight, onlySecondRight) : null,
    difference: rows === 0 ? 0 : (onlySecondRight - onlyFirstRight) / rows,
    interval:
      reason === null ? bootstrapInterval(rows, onlyFirstRight, onlySecondRight, uniform) : null,
    reason,
  };
}

/** Why two models cannot be tested on reviews of these labels, of which they disagree on so many; null where they can. */
function reasonAgainst(labels: ArrayLike<number>, disagreements: number): string | null {
  if (labels.length === 0) return m.runs_untested_no_review();
  if (isOneClass(labels)) return m.runs_untested_one_class({ rows: labels.length });
  return disagreements === 0 ? m.runs_untested_no_disagreement({ rows: labels.length }) : null;
}

/** Whether all reviews have one label: accuracy then says only how often a model predicts it. */
export function isOneClass(labels: ArrayLike<number>): boolean {
  for (let i = 1; i < labels.length; i++) if (labels[i] !== labels[0]) return false;
  return true;
}

/** Reviews by which of the two models judges them right. */
export function countPaired({ labels, first, second }: PairedInput): PairedCounts {
  let onlyFirstRight = 0;
  let onlySecondRight = 0;
  let bothRight = 0;
  let bothWrong = 0;
  for (let i = 0; i < labels.length; i++) {
    const isFirstRight = isPositive(first[i]) === (labels[i] === 1);
    const isSecondRight = isPositive(second[i]) === (labels[i] === 1);
    if (isFirstRight && isSecondRight) bothRight += 1;
    else if (isFirstRight) onlyFirstRight += 1;
    else if (isSecondRight) onlySecondRight += 1;
    else bothWrong += 1;
  }
  return { onlyFirstRight, onlySecondRight, bothRight, bothWrong };
}

/** McNemar's exact two-sided p: twice the smaller binomial(b + c, 1/2) tail, at most 1 (McNemar 1947; Fagerland et al. 2013). */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  if (n === 0) return 1;
  return Math.min(1, 2 * binomialCumulative(Math.min(onlyFirst, onlySecond), n, 0.5));
}

function bootstrapInterval(
  rows: number,
  onlyFirst: number,
  onlySecond: number,
  uniform: () => number,
): [number, number] {
  const differences = new Float64Array(replicates);
  const rest = rows - onlyFirst;
  for (let i = 0; i < replicates; i++) {
    const first = binomialDraw(rows, onlyFirst / rows, uniform());
    const second = rest === 0 ? 0 : binomialDraw(rows - first, onlySecond / rest, uniform());
    differences[i] = (second - first) / rows;
  }
  differences.sort();
  return [quantileOfSorted(differences, 0.025), quantileOfSorted(differences, 0.975)];
}

function isPositive(probability: number | undefined): boolean {
  return (probability ?? 0) >= 0.5;
}
