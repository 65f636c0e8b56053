import type { Comparison } from '#contract/comparison.ts';

type Flip = Comparison['flips'][number];
export type FlipFilter = 'all' | 'firstRight' | 'secondRight';

/** Of the reviews that two runs judge differently: all, or those one of them gets right (threshold 0.5). */
export function filterFlips(flips: readonly Flip[], filter: FlipFilter): readonly Flip[] {
  if (filter === 'all') return flips;
  const side = filter === 'firstRight' ? 0 : 1;
  return flips.filter((flip) => (flip.probabilities[side] >= 0.5 ? 1 : 0) === flip.label);
}
