import normalCumulative from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** Which one it is, from 1, and how many were planned; a number above that was added. */
export type Look = Readonly<{ number: number; planned: number }>;

/**
 * The two-sided level that each of several equally spaced looks at growing data may use, so that all of them together are wrong
 * with probability `alpha`: O'Brien and Fleming's boundaries (Biometrics 35, 1979), |z_k| >= C sqrt(K / k), with C found by the
 * recursive integration of Armitage, McPherson and Rowe (J. R. Statist. Soc. A 132, 1969).
 *
 * @param looks planned before the first one, from 1 to 20
 * @returns one level a look, rising; the last is just below `alpha`
 */
export function lookLevels(looks: number, alpha = 0.05): readonly number[] {
  if (!Number.isInteger(looks) || looks < 1 || looks > 20)
    throw new Error(`Looks are whole numbers from 1 to 20, not ${looks}.`);
  const constant = boundaryConstant(looks, alpha);
  return Array.from(
    { length: looks },
    (_, index) => 2 * normalCumulative(-constant * Math.sqrt(looks / (index + 1)), 0, 1),
  );
}

/**
 * The two-sided level of one look at growing data. One that was added is judged as the last of as many as there are by then: the
 * looks before it were not as strict as that asks for, which `attainedError` counts.
 */
export function levelOfLook({ number, planned }: Look): number {
  const looks = Math.max(planned, number);
  const levels = known.get(looks) ?? lookLevels(looks);
  known.set(looks, levels);
  const level = levels[number - 1];
  if (level === undefined) throw new Error(`There is no look ${number} of ${planned}.`);
  return level;
}

/** The one after it, planned or added. Those above 20 are judged as the twentieth. */
export const nextLook = ({ number, planned }: Look): Look => ({
  number: Math.min(20, number + 1),
  planned,
});

/** Levels by the number of looks: each is an integration. */
const known = new Map<number, readonly number[]>();

/** C of O'Brien and Fleming: by bisection, since more of it is always less error. */
export function boundaryConstant(looks: number, alpha: number): number {
  let low = normalQuantile(1 - alpha / 2, 0, 1);
  if (looks === 1) return low;
  let high = low + 1;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (crossingProbability(middle, looks) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * How likely a sum of independent standard normal terms leaves (-b, b), b = C sqrt(K), after any of K terms: in terms of the sum,
 * O'Brien and Fleming's boundary is flat. The density of sums still inside is carried from look to look on a grid (Simpson's rule).
 */
function crossingProbability(constant: number, looks: number): number {
  const bound = constant * Math.sqrt(looks);
  const points = GRID * 2 + 1;
  const width = (2 * bound) / (points - 1);
  const at = (index: number): number => -bound + index * width;
  const weight = (index: number): number =>
    (width / 3) * (index === 0 || index === points - 1 ? 1 : index % 2 === 1 ? 4 : 2);
  let density = Float64Array.from({ length: points }, (_, index) => normalDensity(at(index)));
  let crossed = 2 * normalCumulative(-bound, 0, 1);
  for (let look = 2; look <= looks; look += 1) {
    const before = density;
    let leaving = 0;
    for (let from = 0; from < points; from += 1) {
      const mass = weight(from) * (before[from] ?? 0);
      leaving +=
        mass *
        (normalCumulative(-bound - at(from), 0, 1) + normalCumulative(at(from) - bound, 0, 1));
    }
    crossed += leaving;
    if (look === looks) break;
    density = Float64Array.from({ length: points }, (_, to) => {
      let sum = 0;
      for (let from = 0; from < points; from += 1)
        sum += weight(from) * (before[from] ?? 0) * normalDensity(at(to) - at(from));
      return sum;
    });
  }
  return crossed;
}

const GRID = 60;

const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
