import type { RandomStream } from '../util/random.ts';

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
