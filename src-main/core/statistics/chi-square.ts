import type { RandomStream } from '../random.ts';

/** P(X <= x) for X chi-square: the series of the incomplete gamma function (Abramowitz and Stegun 6.5.29). */
function chiSquareCumulative(x: number, degreesOfFreedom: number): number {
  if (x <= 0) return 0;
  const [shape, half] = [degreesOfFreedom / 2, x / 2];
  let term = Math.exp(shape * Math.log(half) - half - logGamma(degreesOfFreedom) - Math.log(shape));
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= half / (shape + n);
    sum += term;
  }
  return Math.min(1, sum);
}

/** The value that a share `probability` in (0, 1) stays below, by bisection. */
export function chiSquareQuantile(probability: number, degreesOfFreedom: number): number {
  let [low, high] = [0, degreesOfFreedom];
  while (chiSquareCumulative(high, degreesOfFreedom) < probability) [low, high] = [high, 2 * high];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (chiSquareCumulative(middle, degreesOfFreedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A draw, as twice a gamma variable of half as many degrees (Marsaglia and Tsang, ACM Trans. Math. Softw. 26, 2000); 0 for none. */
export function chiSquareDraw(degreesOfFreedom: number, random: RandomStream): number {
  if (degreesOfFreedom === 0) return 0;
  // Their method needs a shape of at least 1.
  if (degreesOfFreedom === 1) return random.normal() ** 2;
  const d = degreesOfFreedom / 2 - 1 / 3;
  for (;;) {
    const z = random.normal();
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * z * z + d * (1 - v + Math.log(v)))
      return 2 * d * v;
  }
}

/** ln gamma(n / 2) of a whole n. */
function logGamma(n: number): number {
  let sum = n % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let k = n % 2 === 0 ? 2 : 1; k < n; k += 2) sum += Math.log(k / 2);
  return sum;
}
