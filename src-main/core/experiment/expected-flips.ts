import type { Judgement } from '#contract/experiment.ts';

import { isPositive, type Probabilities } from './agreement.ts';

/** How many stable disagreements seeds alone lead to, and whether there are more. */
export type ExpectedFlips = Readonly<NonNullable<Judgement['expectedStableFlips']>>;
type Spread = ExpectedFlips['within']['first'];

export const alpha = 0.05;

/** Below so many pairs even the largest count has p > alpha: there are fewer than 1 / alpha ways to exchange A and B. */
export const pairsForFinding = 1 + Math.ceil(Math.log2(1 / alpha));

/**
 * The number of stable disagreements (reviews) of k paired seeds that seeds alone lead to, by two comparisons; a finding needs more
 * than both.
 *
 * 1. The two models of a seed are exchanged, in every other combination of seeds: what is expected if it makes no difference which of
 *    the two is A (an exact permutation test within pairs, one-sided, at 5 %). Both models of a seed start from one state and read one
 *    order of reviews, so they resemble each other; dividing all 2k models freely would ignore that and expect too many. A review is
 *    stable in one combination only: one pass over the reviews counts for all 2^(k-1) of them.
 * 2. The first comparison is only right where both variants have the same seed noise. Let a seed of A predict a review positive with
 *    probability a, one of B with probability b, and let both predict it positive at least half the time. Then
 *    a^k (1-b)^k + (1-a)^k b^k <= (b (1-b))^(k/2) + (a (1-a))^(k/2). The right side is the mean of the counts that two halves of A's
 *    seeds and two halves of B's seeds give; that both models of a seed resemble each other makes the left side smaller. Whatever the
 *    noise of each, seeds alone are not expected to give more than the larger of both counts (`limit`), and rarely more than a Poisson
 *    count with that mean (one-sided, at 5 %). Of an odd number, each seed is left out in turn.
 *
 * Source of the test within pairs: R. A. Fisher, The Design of Experiments, 1935, section 21.
 *
 * @param first P(positive) by each model of A: k vectors of one length and order
 * @param second the same of B, each of the same seed as its model of A; k >= 2
 */
export function expectedFlips(
  first: readonly Probabilities[],
  second: readonly Probabilities[],
): ExpectedFlips {
  const counts = countsOfExchanges(first, second);
  const asTrained = '0'.repeat(first.length);
  const observed = counts.get(asTrained) ?? 0;
  counts.delete(asTrained);
  const others = [...counts.values()];
  const divisions = 2 ** (first.length - 1);
  const asMany = observed === 0 ? divisions - 1 : others.filter((of) => of >= observed).length;
  const p = (1 + asMany) / divisions;
  const within = withinVariants(first, second);
  return {
    ...spreadOf(others, divisions - 1),
    divisions,
    p,
    within,
    isFinding: p <= alpha && poissonTail(observed, within.limit) <= alpha,
  };
}

/**
 * By combination of exchanged seeds, the number of reviews that are stable once those are exchanged; combinations without such a review
 * are left out. The key has 1 for each seed whose model of A predicts otherwise than that of the first seed.
 */
function countsOfExchanges(
  first: readonly Probabilities[],
  second: readonly Probabilities[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < (first[0]?.length ?? 0); row += 1) {
    const side = isPositive(first[0]?.[row]);
    const areApart = first.every(
      (model, seed) => isPositive(model[row]) !== isPositive(second[seed]?.[row]),
    );
    if (areApart) add(counts, keyOf(first, row, side));
  }
  return counts;
}

/** P(X >= least) of a Poisson count X. */
function poissonTail(least: number, mean: number): number {
  // By logarithms: above a mean of 745, exp(-mean) is 0.
  let [logTerm, below] = [-mean, 0];
  for (let count = 0; count < least; count += 1) {
    below += Math.exp(logTerm);
    logTerm += Math.log(mean / (count + 1));
  }
  return 1 - below;
}

function withinVariants(
  first: readonly Probabilities[],
  second: readonly Probabilities[],
): ExpectedFlips['within'] {
  const [a, b] = [halvesOf(first), halvesOf(second)];
  return {
    seeds: Math.floor(first.length / 2),
    first: a,
    second: b,
    limit: Math.max(a.mean, b.mean),
  };
}

/** Stable disagreements of two halves of these models. */
function halvesOf(models: readonly Probabilities[]): Spread {
  const even =
    models.length % 2 === 0
      ? [models]
      : models.map((_, left) => models.filter((_model, index) => index !== left));
  const counts = even.flatMap((all) => [...countsOfDivisions(all).values()]);
  return spreadOf(counts, even.length * divisionsOf(Math.floor(models.length / 2)));
}

/**
 * By division into two halves, the number of reviews that one half predicts positive and the other negative; divisions without such a
 * review are left out. Its key has 0 for each model on the side of the first, 1 for the others.
 */
function countsOfDivisions(models: readonly Probabilities[]): Map<string, number> {
  const [one, ...others] = models;
  const counts = new Map<string, number>();
  for (let row = 0; row < (one?.length ?? 0); row += 1) {
    const side = isPositive(one?.[row]);
    let differing = 0;
    for (const model of others) if (isPositive(model[row]) !== side) differing += 1;
    if (differing * 2 !== models.length) continue;
    add(counts, keyOf(models, row, side));
  }
  return counts;
}

/** 0 for each model that predicts the review like `side`, 1 for the others. */
const keyOf = (models: readonly Probabilities[], row: number, side: boolean): string =>
  models.map((model) => (isPositive(model[row]) === side ? '0' : '1')).join('');

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Ways to divide twice as many models into two halves: half of "2 size choose size". */
function divisionsOf(size: number): number {
  let ways = 1;
  for (let index = 1; index <= size; index += 1) ways = (ways * (size + index)) / index;
  return Math.round(ways / 2);
}

/** Over all divisions; those without a count have 0. */
function spreadOf(counts: readonly number[], divisions: number): Spread {
  const mean = counts.reduce((sum, of) => sum + of, 0) / divisions;
  const squares = counts.reduce((sum, of) => sum + (of - mean) ** 2, 0);
  return { mean, sd: Math.sqrt((squares + (divisions - counts.length) * mean ** 2) / divisions) };
}
