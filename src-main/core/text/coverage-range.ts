export type CoverageRange = Readonly<{ from: number; to: number; step: number }>;

/** The range of the original experiment's table. */
export const usualRange: CoverageRange = { from: 100, to: 950, step: 50 };

/**
 * The usual range for reviews that are about as long as the original ones; for much shorter or longer ones as many round steps,
 * of which the last reaches the long reviews.
 *
 * @param long 99 % of the reviews are not longer
 */
export function coverageRangeOf(long: number): CoverageRange {
  if (long > usualRange.to / 2 && long <= usualRange.to * 1.5) return usualRange;
  const step = roundSteps.find((round) => round * STEPS >= long) ?? LARGEST_STEP;
  return { from: 2 * step, to: STEPS * step, step };
}

const STEPS = 19;
const LARGEST_STEP = 5000;
const roundSteps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, LARGEST_STEP];
