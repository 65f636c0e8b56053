/** Below this many points a smoothed line would hide more than it shows. */
export const minPointsToSmooth = 100;

/**
 * Debiased exponential moving average (Kingma and Ba's correction): value i is the weighted mean of the finite values up to i,
 * weights falling by `weight` a step. Non-finite values pass through and do not disturb the mean.
 */
export function smooth(values: readonly number[], weight: number): readonly number[] {
  if (weight <= 0) return values;
  let mean = 0;
  let mass = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}
