import type { Transplant, TransplantControl } from '#contract/transplant.ts';

/**
 * Accuracy of a pass minus that of a reference over the same reviews, with half the width of its 95 % interval (Wald, paired).
 *
 * @param flips reviews that the two predict differently: each is right in exactly one of them
 */
export function pairedDifference(
  pass: Readonly<{ accuracy: number }>,
  reference: Readonly<{ accuracy: number }>,
  flips: number,
  reviews: number,
): Readonly<{ difference: number; margin: number }> {
  const difference = pass.accuracy - reference.accuracy;
  const variance = Math.max(0, flips / reviews - difference ** 2) / reviews;
  return { difference, margin: 1.96 * Math.sqrt(variance) };
}

export type DirectionsNeeded = Readonly<{
  k: number;
  of: number;
  /** Accuracy with k directions minus that of the aligned table, with half the width of its 95 % interval. */
  difference: number;
  margin: number;
}>;

/**
 * The smallest evaluated k whose accuracy does not lie below that of the aligned table by more than their paired sampling error: the
 * 95 % interval of the difference reaches 0. All directions are the aligned table itself, so there always is one.
 */
export function directionsNeeded(
  controls: readonly TransplantControl[],
  aligned: Readonly<{ accuracy: number }>,
  reviews: number,
): DirectionsNeeded | null {
  const tried = controls
    .flatMap((control) => (control.kind === 'directions' ? { ...control, k: control.k ?? 0 } : []))
    .sort((a, b) => a.k - b.k);
  const of = tried.at(-1)?.k ?? 0;
  for (const control of tried) {
    const found = pairedDifference(control, aligned, control.flipsFromAligned, reviews);
    if (found.difference + found.margin >= 0) return { k: control.k, of, ...found };
  }
  return null;
}

export type TransplantReading = Readonly<{
  /**
   * Whether what the receiver's model uses survives the alignment. `unread`: what its own table gains over the untrained one is too
   * little beside chance to be divided. `asIs`: no alignment is needed. Of that gain the aligned table keeps nearly all (`survives`)
   * or some (`partly`). `lost`: it keeps hardly any, or is no better than a randomly rotated table.
   */
  kind: 'unread' | 'asIs' | 'survives' | 'partly' | 'lost';
  /** Accuracy of the kept table minus that of the untrained one, never below 0. */
  kept: number;
  /** The own table's. */
  gain: number;
  /** Null where nothing survives, or where the controls were not run. */
  directions: DirectionsNeeded | null;
  /** Accuracy of the best random rotation; null where the controls were not run. */
  chance: number | null;
}>;

/** So many half widths of its interval the gain must have, for a share of it to be known within a quarter. */
const readableGain = 4;
const nearlyAll = 0.8;
const hardlyAny = 0.2;

export function transplantReading({
  passes,
  controls,
  reviews,
}: Pick<Transplant, 'passes' | 'controls' | 'reviews'>): TransplantReading {
  const { own, raw, aligned, untrained } = passes;
  const rotated = (controls ?? []).filter(({ kind }) => kind === 'randomRotation');
  const chance = controls === null ? null : Math.max(...rotated.map(({ accuracy }) => accuracy));
  const { difference, margin } = pairedDifference(untrained, own, untrained.flips, reviews);
  const gain = -difference;
  const above = ({ accuracy }: Readonly<{ accuracy: number }>): number =>
    Math.max(0, accuracy - untrained.accuracy);
  const read = (kind: TransplantReading['kind'], kept: number): TransplantReading => ({
    kind,
    kept,
    gain,
    directions:
      controls === null || kind === 'unread' || kind === 'lost'
        ? null
        : directionsNeeded(controls, aligned, reviews),
    chance,
  });
  if (gain <= readableGain * margin) return read('unread', above(aligned));
  if (above(raw) >= nearlyAll * gain) return read('asIs', above(raw));
  const share = above(aligned) / gain;
  const isAtChance = rotated.some((control) => {
    const beyond = pairedDifference(aligned, control, control.flipsFromAligned, reviews);
    return beyond.difference <= beyond.margin;
  });
  if (isAtChance || share <= hardlyAny) return read('lost', above(aligned));
  return read(share >= nearlyAll ? 'survives' : 'partly', above(aligned));
}
