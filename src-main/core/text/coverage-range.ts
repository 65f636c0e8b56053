/** `end`: one row more, beyond the last step. */
export type CoverageRange = Readonly<{ from: number; to: number; step: number; end?: number }>;

/** The range of the original experiment's table. */
export const usualRange = { from: 100, to: 950, step: 50 } as const satisfies CoverageRange;

/**
 * The usual range for reviews that are as long as the original ones; for others as many round steps, of which the last reaches the
 * long reviews, and the longest review at the end.
 *
 * @param long 99 % of the reviews are not longer
 */
export function coverageRangeOf(long: number, longest: number): CoverageRange {
  if (Math.abs(long - usualRange.to) < usualRange.to / 5) return usualRange;
  const step = roundSteps.find((round) => round * STEPS >= long) ?? LARGEST_STEP;
  const range = { from: 2 * step, to: STEPS * step, step };
  return longest > range.to ? { ...range, end: longest } : range;
}

const STEPS = 19;
const LARGEST_STEP = 5000;
const roundSteps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, LARGEST_STEP];
