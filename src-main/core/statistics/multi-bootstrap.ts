import { binomialDraw } from '../comparison/binomial.ts';
import { quantileOfSorted } from '../quantile.ts';
import type { Interval } from './student.ts';

/** Which reviews a trained model judges right, 1 or 0 a review; all of one length and order. */
export type SeedPair = Readonly<{ first: Uint8Array; second: Uint8Array }>;

export type BootstrapEstimate = Readonly<{
  difference: number;
  interval: Interval;
  replicates: number;
}>;

/**
 * Multi-Bootstrap over paired seeds and reviews (Sellam et al. 2021, arXiv 2106.16163, section 3): every replicate draws seeds and
 * reviews with replacement and takes the mean difference in accuracy, second minus first. Stands beside the t interval over seeds:
 * with three to five seeds a percentile interval covers too little.
 *
 * Reviews matter only by how they differ over the seeds, so how often each value is drawn is drawn (multinomial) instead of single
 * reviews, which is the same distribution.
 *
 * It pauses after every few replicates, so that others get their turn.
 *
 * @param uniform numbers in [0, 1) of a seeded stream
 */
export function* multiBootstrap(
  pairs: readonly SeedPair[],
  uniform: () => number,
  replicates = 2000,
): Generator<undefined, BootstrapEstimate> {
  const rows = pairs[0]?.first.length ?? 0;
  if (rows === 0) return { difference: 0, interval: [0, 0], replicates: 0 };
  const seeds = pairs.length;
  const patterns = patternsOf(pairs, rows);
  const pauseAfter = Math.max(1, Math.floor(additionsAPause / (patterns.length * seeds)));
  const differences = new Float64Array(replicates);
  yield;
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    const times = new Float64Array(seeds);
    for (let draw = 0; draw < seeds; draw += 1) {
      const drawn = Math.floor(uniform() * seeds);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    // How many reviews have the sum -seeds ... seeds over the drawn seeds.
    const reviews = new Float64Array(2 * seeds + 1);
    for (const { differs, count } of patterns) {
      let sum = seeds;
      for (let seed = 0; seed < seeds; seed += 1) sum += (times[seed] ?? 0) * (differs[seed] ?? 0);
      reviews[sum] = (reviews[sum] ?? 0) + count;
    }
    differences[replicate] = drawnSum(reviews, rows, uniform) / (rows * seeds);
    if (replicate % pauseAfter === pauseAfter - 1) yield;
  }
  differences.sort();
  const total = patterns.reduce(
    (sum, { differs, count }) => sum + count * differs.reduce((a, b) => a + b, 0),
    0,
  );
  return {
    difference: total / (rows * seeds),
    interval: [quantileOfSorted(differences, 0.025), quantileOfSorted(differences, 0.975)],
    replicates,
  };
}

/** About 10 ms of them. */
const additionsAPause = 4e6;

/** Sum over as many reviews drawn with replacement, `reviews[seeds + value]` of them having the value. */
function drawnSum(reviews: Float64Array, rows: number, uniform: () => number): number {
  const middle = (reviews.length - 1) / 2;
  let left = rows;
  let rest = rows;
  let sum = 0;
  reviews.forEach((count, index) => {
    if (count === 0) return;
    const drawn = binomialDraw(left, Math.min(1, count / rest), uniform());
    left -= drawn;
    rest -= count;
    sum += drawn * (index - middle);
  });
  return sum;
}

type Pattern = Readonly<{
  /** A seed's second minus first: -1, 0 or 1. */ differs: Int8Array;
  count: number;
}>;

/** Reviews on which no seed differs are one pattern of zeros. */
function patternsOf(pairs: readonly SeedPair[], rows: number): Pattern[] {
  const counts = new Map<string, { differs: Int8Array; count: number }>();
  const differs = new Int8Array(pairs.length);
  for (let row = 0; row < rows; row += 1) {
    pairs.forEach(({ first, second }, seed) => {
      differs[seed] = (second[row] ?? 0) - (first[row] ?? 0);
    });
    const key = differs.join(',');
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { differs: differs.slice(), count: 1 });
    else known.count += 1;
  }
  return [...counts.values()];
}
