/**
 * Debiased exponential moving average (Kingma and Ba's correction): value i is the weighted mean of the finite values up to i,
 * weights falling by `weight` a step. Non-finite values pass through and do not disturb the mean.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let mean = 0;
  let mass = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (Number.isFinite(value)) {
      mean = weight * mean + (1 - weight) * value;
      mass = weight * mass + (1 - weight);
    }
    smoothed[index] = Number.isFinite(value) ? mean / mass : value;
  }
  return smoothed;
}

/** So many values before another no longer show in its average, in single precision. */
export function memoryOf(weight: number): number {
  return weight <= 0 ? 0 : Math.ceil(Math.log(2 ** -24) / Math.log(weight));
}
