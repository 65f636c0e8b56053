import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/**
 * How many standard deviations the best of `count` equally good ones lies above their mean by luck alone: the expected largest of
 * that many standard normal values (Blom 1958, Statistical Estimates and Transformed Beta-Variables; within 0.03).
 */
export const luckOfTheBest = (count: number): number =>
  normalQuantile((count - 0.375) / (count + 0.25), 0, 1);
