import { rightOf } from '../comparison/figures.ts';
import { comparePaired, isOneClass } from '../comparison/paired.ts';
import { randomStream } from '../util/random.ts';
import { meanOf } from '../statistics/mean.ts';
import { reviewVariance } from '../statistics/two-way.ts';
import { verdictOf } from '../statistics/verdict.ts';

type Judged = Readonly<{ labels: Uint8Array; probabilities: Float32Array }>;

/** How much more accurate a model is than the bag of words beside it, as a fraction. */
export type BaselineDifference = Readonly<{
  seeds: number;
  /** Mean over the seeds of model minus bag of words. */
  difference: number;
  /** 95 %; null where there is no spread to calculate it of. */
  interval: readonly [low: number, high: number] | null;
  /** What the interval is for: other seeds on these reviews, other seeds and other reviews, or other reviews for this one model. */
  generalises: 'seeds' | 'seedsAndReviews' | 'reviews';
}>;

/**
 * One bag of words stands beside every seed of a model: with several seeds their differences are judged as paired seeds are
 * (statistics/verdict.ts), with one seed by the bootstrap over reviews (comparison/paired.ts).
 *
 * Null without runs, and where all reviews have one label: accuracy then says only how often a model predicts it.
 *
 * @param baseline on the test reviews
 * @param runs of one configuration with other seeds, on the same reviews in the same order
 */
export function differenceFromBaseline(
  baseline: Judged,
  runs: readonly Judged[],
): BaselineDifference | null {
  const [only] = runs;
  if (only === undefined || isOneClass(baseline.labels)) return null;
  const seeds = runs.length;
  if (seeds === 1) {
    const { difference, interval } = comparePaired(
      { labels: baseline.labels, first: baseline.probabilities, second: only.probabilities },
      randomStream(1, 'paired bootstrap').uniform,
    );
    return { seeds, difference, interval, generalises: 'reviews' };
  }
  const first = rightOf(baseline.labels, baseline.probabilities);
  const pairs = runs.map(({ labels, probabilities }) => ({
    first,
    second: rightOf(labels, probabilities),
  }));
  const differences = pairs.map(({ second }) => meanOf([...second]).mean - meanOf([...first]).mean);
  const { generalises, interval95, twoWay } = verdictOf(
    differences,
    0,
    undefined,
    reviewVariance(pairs),
  );
  const interval = generalises === 'seeds' ? interval95 : (twoWay?.interval95 ?? null);
  return { seeds, difference: meanOf(differences).mean, interval, generalises };
}
