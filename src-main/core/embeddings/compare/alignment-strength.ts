import type { Diff } from '#contract/embedding-diff.ts';

import { leastAgreement } from './noise-floor.ts';

/**
 * How far an alignment can be believed: by what the rotation that was fitted to one half of the words tells of the other half's places,
 * beside the same of permuted rows. `chance`: as good as nothing. `weak`: rows share less than a quarter of their squared length.
 */
export type AlignmentStrength = Readonly<{
  kind: 'chance' | 'weak' | 'fair';
  /** Mean cosines; null is undefined. */
  heldOut: number | null;
  chance: number | null;
}>;

/** A cosine of 0.5 is a quarter of the squared length. */
export const fairAgreement = 0.5;

/** Null where nothing was fitted: two epochs of one table share their frame. */
export function alignmentStrength({
  isSameFrame,
  figures,
  chance: byChance,
}: Pick<Diff['pairs'][number], 'isSameFrame' | 'figures' | 'chance'>): AlignmentStrength | null {
  if (isSameFrame) return null;
  const [heldOut, chance] = [figures.heldOutCosine, byChance.heldOutCosine];
  const beyond = heldOut === null ? 0 : heldOut - Math.max(0, chance ?? 0);
  const kind = beyond < leastAgreement ? 'chance' : beyond < fairAgreement ? 'weak' : 'fair';
  return { kind, heldOut, chance };
}
