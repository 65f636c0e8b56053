import type { Comparison } from '#contract/comparison.ts';

type Flip = Comparison['flips'][number];
export type FlipFilter = 'stable' | 'all' | 'firstRight' | 'secondRight';

/** Of the reviews that two runs judge differently: all (or the stable ones that were given), or those one of them gets right (threshold 0.5). */
export function filterFlips(flips: readonly Flip[], filter: FlipFilter): readonly Flip[] {
  if (filter === 'all' || filter === 'stable') return flips;
  const side = filter === 'firstRight' ? 0 : 1;
  return flips.filter((flip) => (flip.probabilities[side] >= 0.5 ? 1 : 0) === flip.label);
}
