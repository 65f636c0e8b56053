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
 * Reviews matter only by how they differ over the seeds, so whole patterns are drawn (multinomial) instead of single reviews, which
 * is the same distribution.
 *
 * @param uniform numbers in [0, 1) of a seeded stream
 */
export function multiBootstrap(
  pairs: readonly SeedPair[],
  uniform: () => number,
  replicates = 2000,
): BootstrapEstimate {
  const rows = pairs[0]?.first.length ?? 0;
  if (rows === 0) return { difference: 0, interval: [0, 0], replicates: 0 };
  const patterns = patternsOf(pairs, rows);
  const differences = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    const times = new Float64Array(pairs.length);
    for (let draw = 0; draw < pairs.length; draw += 1) {
      const drawn = Math.floor(uniform() * pairs.length);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    let left = rows;
    let leftShare = 1;
    let sum = 0;
    for (const { differs, count } of patterns) {
      const share = count / rows;
      const drawn = binomialDraw(left, Math.min(1, share / leftShare), uniform());
      left -= drawn;
      leftShare -= share;
      if (drawn === 0) continue;
      let weighted = 0;
      for (let seed = 0; seed < times.length; seed += 1)
        weighted += (times[seed] ?? 0) * (differs[seed] ?? 0);
      sum += drawn * weighted;
    }
    differences[replicate] = sum / (rows * pairs.length);
  }
  differences.sort();
  const total = patterns.reduce(
    (sum, { differs, count }) => sum + count * differs.reduce((a, b) => a + b, 0),
    0,
  );
  return {
    difference: total / (rows * pairs.length),
    interval: [quantileOfSorted(differences, 0.025), quantileOfSorted(differences, 0.975)],
    replicates,
  };
}

type Pattern = Readonly<{
  /** A seed's second minus first: -1, 0 or 1. */ differs: Int8Array;
  count: number;
}>;

/** The most frequent first; reviews on which no seed differs are one pattern of zeros. */
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
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
