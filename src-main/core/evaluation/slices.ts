import type { Interval } from '../statistics/student.ts';
import { wilsonInterval } from '../statistics/wilson.ts';

/** Reviews with a value from `from` to `to`, and how many of them a model judges right. */
export type Slice = Readonly<{
  from: number;
  to: number;
  count: number;
  right: number;
  accuracy: number;
  /** 95 %, Wilson's. */
  interval: Interval;
}>;

/**
 * About as many reviews in each of `parts` slices, by rising value. Reviews of one value stay together, so that there may be fewer
 * slices, of unlike size. NaN is no value.
 */
export function equalSlices(
  values: ArrayLike<number>,
  isRight: (index: number) => boolean,
  parts = 5,
): Slice[] {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const ends = Array.from(
    { length: parts },
    (_, part) => sorted[Math.ceil(((part + 1) * sorted.length) / parts) - 1],
  );
  return slicesUpTo(
    values,
    isRight,
    [...new Set(ends)].filter((end) => end !== undefined),
  );
}

/** A slice a value, by rising value: for ratings. */
export function valueSlices(
  values: ArrayLike<number>,
  isRight: (index: number) => boolean,
): Slice[] {
  const all = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  return slicesUpTo(
    values,
    isRight,
    [...new Set(all)].sort((a, b) => a - b),
  );
}

/** Slices that end at these values, rising; each begins above the one before. Slices without reviews are left out. */
export function slicesUpTo(
  values: ArrayLike<number>,
  isRight: (index: number) => boolean,
  ends: readonly number[],
): Slice[] {
  const parts = ends.map(() => ({ from: Infinity, to: -Infinity, count: 0, right: 0 }));
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    const part = parts[ends.findIndex((end) => value <= end)];
    if (part === undefined) continue;
    part.from = Math.min(part.from, value);
    part.to = Math.max(part.to, value);
    part.count += 1;
    part.right += Number(isRight(index));
  }
  return parts
    .filter(({ count }) => count > 0)
    .map((part) => ({
      ...part,
      accuracy: part.right / part.count,
      interval: wilsonInterval(part.right, part.count),
    }));
}
