import { binomialDraw } from '../comparison/binomial.ts';
import { quantileOfSorted } from '../util/quantile.ts';
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
  const { counts, ends, changes } = patterns;
  const signed = new Int32Array(2 * seeds);
  const pauseAfter = Math.max(1, Math.floor(additionsAPause / Math.max(1, changes.length)));
  const differences = new Float64Array(replicates);
  yield;
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    const times = new Float64Array(seeds);
    for (let draw = 0; draw < seeds; draw += 1) {
      const drawn = Math.floor(uniform() * seeds);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    // By seed and sign, so that the loop over all of them only adds.
    for (let seed = 0; seed < seeds; seed += 1) {
      signed[2 * seed] = -(times[seed] ?? 0);
      signed[2 * seed + 1] = times[seed] ?? 0;
    }
    // How many reviews have the sum -seeds ... seeds over the drawn seeds.
    const reviews = new Float64Array(2 * seeds + 1);
    let at = 0;
    for (let pattern = 0; pattern < counts.length; pattern += 1) {
      let sum = seeds;
      for (const end = ends[pattern] ?? 0; at < end; at += 1) sum += signed[changes[at] ?? 0] ?? 0;
      reviews[sum] = (reviews[sum] ?? 0) + (counts[pattern] ?? 0);
    }
    differences[replicate] = drawnSum(reviews, rows, uniform) / (rows * seeds);
    if (replicate % pauseAfter === pauseAfter - 1) yield;
  }
  differences.sort();
  const total = counts.reduce((sum, count, pattern) => {
    const of = changes.subarray(ends[pattern - 1] ?? 0, ends[pattern]);
    return sum + count * of.reduce((signs, change) => signs + (change % 2 === 0 ? -1 : 1), 0);
  }, 0);
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

/** How reviews differ over the seeds, each way once. On most of them few seeds differ: only those are there. */
type Patterns = Readonly<{
  /** Reviews with the pattern. */
  counts: Int32Array;
  /** Where a pattern ends in the list below. */
  ends: Int32Array;
  /** Twice a seed that differs, and one more where its second is right and its first is not. */
  changes: Uint16Array;
}>;

function patternsOf(pairs: readonly SeedPair[], rows: number): Patterns {
  const known = new Map<string, number>();
  const [counts, ends, changes]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < rows; row += 1) {
    const start = changes.length;
    let key = '';
    for (const [seed, { first, second }] of pairs.entries()) {
      const difference = (second[row] ?? 0) - (first[row] ?? 0);
      if (difference === 0) continue;
      const change = 2 * seed + (difference > 0 ? 1 : 0);
      changes.push(change);
      key += String.fromCharCode(change);
    }
    const pattern = known.get(key);
    if (pattern === undefined) {
      known.set(key, counts.length);
      counts.push(1);
      ends.push(changes.length);
    } else {
      counts[pattern] = (counts[pattern] ?? 0) + 1;
      changes.length = start;
    }
  }
  return {
    counts: Int32Array.from(counts),
    ends: Int32Array.from(ends),
    changes: Uint16Array.from(changes),
  };
}
