import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

import { levelOfLook, nextLook, type Look } from './looks.ts';
import { meanOf } from './mean.ts';
import { criticalT } from './student.ts';
import { decidingError, settledState } from './verdict.ts';

/** The share of such experiments that the pairs are to settle. */
const power = 0.8;
/** Coverage of the range, which is an interval for the standard deviation. */
const spreadCoverage = 0.8;

export type PairsNeeded = Readonly<{
  /** Null where more than `most`. */
  pairs: number | null;
  /** With the standard deviation at the ends of its interval. */
  range: readonly [low: number | null, high: number | null];
}>;

/**
 * How many more pairs would settle the question in four of five such experiments, if the true mean and spread are what they were so
 * far. The rule of the verdict itself is applied to the pairs so far together with new ones: a difference is found, or both are
 * alike. They are a look more, so the level is that of the next look. Of m new pairs the mean is normal and the sum of squares is
 * chi-square with m - 1 degrees, whatever the single values: the share is summed over a grid of these two. Four pairs know their
 * spread only within a factor of five, hence the range: the central 80 % interval of the standard deviation (s^2 (n - 1) over
 * quantiles of chi-square). 'unknown' below four pairs.
 *
 * @param reviewVariance what the choice of the reviews adds to the variance of the mean, which more pairs do not make smaller
 */
export function morePairs(
  differences: readonly number[],
  margin: number,
  {
    look = { number: 1, planned: 1 },
    reviewVariance = 0,
    most,
  }: Readonly<{ look?: Look; reviewVariance?: number; most: number }>,
): PairsNeeded | 'unknown' {
  const { count, mean, standardDeviation } = meanOf(differences);
  if (count < 4) return 'unknown';
  const level = levelOfLook(nextLook(look));
  const sofar = { count, mean, squares: standardDeviation ** 2 * (count - 1), margin };
  const needed = (deviation: number, from: number): number | null => {
    for (let added = from; added <= most; added += 1)
      if (settledShare(sofar, { deviation, added, level, reviewVariance }) >= power) return added;
    return null;
  };
  const spread = (probability: number): number =>
    Math.sqrt(sofar.squares / chiSquareQuantile(probability, count - 1));
  // More spread asks for more pairs, so that each search goes on from the one before.
  const low = needed(spread((1 + spreadCoverage) / 2), 1);
  const pairs = low === null ? null : needed(standardDeviation, low);
  const high = pairs === null ? null : needed(spread((1 - spreadCoverage) / 2), pairs);
  return { pairs, range: [low, high] };
}

type SoFar = Readonly<{ count: number; mean: number; squares: number; margin: number }>;

/** Share of experiments that `added` new pairs settle, of the mean so far and of this standard deviation. */
export function settledShare(
  { count, mean, squares, margin }: SoFar,
  {
    deviation,
    added,
    level,
    reviewVariance = 0,
  }: Readonly<{ deviation: number; added: number; level: number; reviewVariance?: number }>,
): number {
  const all = count + added;
  const [reach95, reach90] = [criticalT(all - 1, 1 - level), criticalT(all - 1, 1 - 2 * level)];
  const weight = added / all;
  let share = 0;
  for (const [newSquares, probability] of chiSquareGrid(added - 1)) {
    let settled = 0;
    for (const z of normalGrid) {
      const apart = (deviation * z) / Math.sqrt(added);
      const sum = squares + deviation ** 2 * newSquares + apart * apart * count * weight;
      const error = decidingError(Math.sqrt(sum / (all - 1) / all), reviewVariance);
      const state = settledState(mean + apart * weight, reach95 * error, reach90 * error, margin);
      if (state !== null) settled += 1;
    }
    share += (probability * settled) / normalGrid.length;
  }
  return share;
}

/** Equally likely values. */
const normalGrid = Array.from({ length: 100 }, (_, index) =>
  normalQuantile((index + 0.5) / 100, 0, 1),
);

/** Values of chi-square with their probabilities, equally spaced in its square root. */
function chiSquareGrid(degreesOfFreedom: number): readonly (readonly [number, number])[] {
  if (degreesOfFreedom === 0) return [[0, 1]];
  const points = 24;
  const centre = Math.sqrt(degreesOfFreedom);
  const [low, high] = [Math.max(0, centre - 3.5), centre + 3.5];
  const roots = Array.from(
    { length: points },
    (_, index) => low + ((index + 0.5) / points) * (high - low),
  );
  const logs = roots.map((root) => (degreesOfFreedom - 1) * Math.log(root) - (root * root) / 2);
  const highest = Math.max(...logs);
  const densities = logs.map((log) => Math.exp(log - highest));
  const total = densities.reduce((sum, density) => sum + density, 0);
  return roots.map((root, index) => [root * root, (densities[index] ?? 0) / total]);
}
