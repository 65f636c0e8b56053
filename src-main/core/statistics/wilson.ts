import type { Interval } from './student.ts';

/** The standard normal's 97.5 % point. */
const z = 1.959963984540054;

/** Wilson's 95 % interval of a share (Wilson 1927): it holds for few reviews and near 0 and 1 too. From 0 to 1 without reviews. */
export function wilsonInterval(successes: number, count: number): Interval {
  if (count === 0) return [0, 1];
  const share = successes / count;
  const scale = 1 + z ** 2 / count;
  const centre = (share + z ** 2 / (2 * count)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
