import { intervalAround, type Interval } from './student.ts';
import type { SeedPair } from './multi-bootstrap.ts';

export type TwoWayEstimate = Readonly<{ difference: number; interval: Interval }>;

/**
 * Mean difference in accuracy, second minus first, where both the seeds and the reviews are samples: an analysis of variance with
 * two crossed random effects, one value a cell. Its variance is (MS_seeds + MS_reviews - MS_rest) / (seeds x reviews), as readers
 * and cases of medical images are judged (Dorfman, Berbaum and Metz, Investigative Radiology 27, 1992). The degrees of freedom are
 * those of the seeds, so that it is never narrower than the interval over seeds: with Satterthwaite's it covered 93 % for two seeds
 * where it said 95 %. A percentile bootstrap covers 51 % there, and 83 % for five.
 *
 * Null below two seeds or two reviews.
 */
export function twoWayEstimate(pairs: readonly SeedPair[], level = 0.95): TwoWayEstimate | null {
  const seeds = pairs.length;
  const reviews = pairs[0]?.first.length ?? 0;
  if (seeds < 2 || reviews < 2) return null;

  const ofSeed = new Float64Array(seeds);
  const ofReview = new Float64Array(reviews);
  let squares = 0;
  pairs.forEach(({ first, second }, seed) => {
    let sum = 0;
    for (let row = 0; row < reviews; row += 1) {
      const differs = (second[row] ?? 0) - (first[row] ?? 0);
      sum += differs;
      squares += differs * differs;
      ofReview[row] = (ofReview[row] ?? 0) + differs;
    }
    ofSeed[seed] = sum;
  });
  const total = ofSeed.reduce((sum, value) => sum + value, 0);
  const count = seeds * reviews;
  const constant = (total * total) / count;
  const ssSeeds = squareSum(ofSeed) / reviews - constant;
  const ssReviews = squareSum(ofReview) / seeds - constant;
  const ssRest = Math.max(0, squares - constant - ssSeeds - ssReviews);

  const [dfSeeds, dfReviews] = [seeds - 1, reviews - 1];
  const dfRest = dfSeeds * dfReviews;
  const msSeeds = ssSeeds / dfSeeds;
  // A negative component of the reviews is none: the interval is then the one over seeds.
  const hasReviews = ssReviews / dfReviews > ssRest / dfRest;
  const msReviews = hasReviews ? ssReviews / dfReviews : 0;
  const msRest = hasReviews ? ssRest / dfRest : 0;
  const sum = msSeeds + msReviews - msRest;
  const difference = total / count;
  return {
    difference,
    interval: intervalAround(difference, Math.sqrt(sum / count), dfSeeds, level),
  };
}

const squareSum = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value * value, 0);
