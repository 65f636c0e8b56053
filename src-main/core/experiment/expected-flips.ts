import type { Judgement } from '#contract/experiment.ts';

import { isPositive, type Probabilities } from './agreement.ts';

/** How many stable disagreements seeds alone lead to, and whether there are more. */
export type ExpectedFlips = Readonly<NonNullable<Judgement['expectedStableFlips']>>;
type Spread = ExpectedFlips['within']['first'];

export const alpha = 0.05;

/**
 * The number of stable disagreements (reviews) of k paired seeds that seeds alone lead to, by two comparisons; a finding needs more
 * than both.
 *
 * 1. All 2k models are divided into two halves in every other way: what is expected if A and B are the same up to their seeds (an exact
 *    permutation test, one-sided, at 5 %). A review is stable in one division at most, because its positive models are one half
 *    of it: one pass over the reviews counts for all divisions. Below 4 pairs there are fewer than 20 divisions, and even the largest
 *    count has p > 0.05. Runs of one seed that resemble each other make the test conservative.
 * 2. The first comparison is only right where both variants have the same seed noise. Let a seed of A predict a review positive with
 *    probability a, one of B with probability b, and let both predict it positive at least half the time. Then
 *    a^k (1-b)^k + (1-a)^k b^k <= (b (1-b))^(k/2) + (a (1-a))^(k/2). The right side is the mean of the counts that two halves of A's
 *    seeds and two halves of B's seeds give. Whatever the noise of each, seeds alone are not expected to give more than the larger of
 *    both counts (`limit`). Of an odd number, each seed is left out in turn.
 *
 * @param first P(positive) by each model of A: k vectors of one length and order
 * @param second the same of B; k >= 2
 */
export function expectedFlips(
  first: readonly Probabilities[],
  second: readonly Probabilities[],
): ExpectedFlips {
  const seeds = first.length;
  const counts = countsOfDivisions([...first, ...second]);
  const ownDivision = '0'.repeat(seeds) + '1'.repeat(seeds);
  const observed = counts.get(ownDivision) ?? 0;
  counts.delete(ownDivision);
  const others = [...counts.values()];
  const divisions = divisionsOf(seeds);
  const asMany = observed === 0 ? divisions - 1 : others.filter((of) => of >= observed).length;
  const p = (1 + asMany) / divisions;
  const within = withinVariants(first, second);
  return {
    ...spreadOf(others, divisions - 1),
    divisions,
    p,
    within,
    isFinding: p <= alpha && observed > within.limit,
  };
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
    const key = models.map((model) => (isPositive(model[row]) === side ? '0' : '1')).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
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
