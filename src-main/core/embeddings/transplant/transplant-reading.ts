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

/** Accuracy with the k strongest directions minus that of the aligned table, with half the width of its 95 % interval. */
export type DirectionsPass = Readonly<{ k: number; difference: number; margin: number }>;
export type DirectionsNeeded = DirectionsPass &
  Readonly<{
    of: number;
    /** The largest smaller k that was evaluated: its accuracy lies below by more than the error. Null where there is none. */
    below: DirectionsPass | null;
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
  let below: DirectionsPass | null = null;
  for (const control of tried) {
    const found = {
      k: control.k,
      ...pairedDifference(control, aligned, control.flipsFromAligned, reviews),
    };
    if (found.difference + found.margin >= 0) return { ...found, of, below };
    below = found;
  }
  return null;
}

export type TransplantReading = Readonly<{
  /**
   * Whether what the receiver's model uses survives the alignment. `unread`: what its own table gains over the untrained one is too
   * little beside chance to be divided. `asIs`: no alignment is needed. `anyRotation`: a random rotation keeps nearly all of that gain
   * too. `lost`: the aligned table is no better than chance. Of the gain it keeps nearly all (`survives`) or less (`partly`).
   */
  kind: 'unread' | 'asIs' | 'anyRotation' | 'survives' | 'partly' | 'lost';
  /** Accuracy of the kept table minus that of the untrained one. */
  kept: number;
  /** Accuracy of the kept table minus that of the own one, with half the width of its 95 % interval. */
  againstOwn: Readonly<{ difference: number; margin: number }>;
  /** The own table's. */
  gain: number;
  /** Null where nothing survives, or where the controls were not run. */
  directions: DirectionsNeeded | null;
  /** The best accuracy of the random rotations and their mirror images; null where the controls were not run. */
  chance: number | null;
}>;

/** So many half widths of its interval the gain must have, for a share of it to be known within a quarter. */
const readableGain = 4;
const nearlyAll = 0.8;

/**
 * Chance is what random rotations reach. A model that reads few directions can be lucky with one of them, so the aligned table has to
 * lie above every one, by more than their paired sampling error. A rotation and its mirror image are equally likely, and the mirror
 * image reverses nearly every prediction: its accuracy counts as 1 - a. With nine rotations an alignment that is one more random rotation passes in
 * at most 1/2 * 1/10 = 5 % of cases.
 */
export function transplantReading({
  passes,
  controls,
  reviews,
}: Pick<Transplant, 'passes' | 'controls' | 'reviews'>): TransplantReading {
  const { own, raw, aligned, untrained } = passes;
  const rotated = (controls ?? [])
    .filter(({ kind }) => kind === 'randomRotation')
    .flatMap(({ accuracy, flipsFromAligned }) => [
      { accuracy, flips: flipsFromAligned },
      { accuracy: 1 - accuracy, flips: reviews - flipsFromAligned },
    ]);
  const chance = controls === null ? null : Math.max(...rotated.map(({ accuracy }) => accuracy));
  const { difference, margin } = pairedDifference(untrained, own, untrained.flips, reviews);
  const gain = -difference;
  const above = ({ accuracy }: Readonly<{ accuracy: number }>): number =>
    accuracy - untrained.accuracy;
  const read = (
    kind: TransplantReading['kind'],
    pass: Transplant['passes']['own'] = aligned,
  ): TransplantReading => ({
    kind,
    kept: pass.accuracy - untrained.accuracy,
    againstOwn: pairedDifference(pass, own, pass.flips, reviews),
    gain,
    directions:
      controls === null || !['asIs', 'survives', 'partly'].includes(kind)
        ? null
        : directionsNeeded(controls, aligned, reviews),
    chance,
  });
  if (gain <= readableGain * margin) return read('unread');
  if (above(raw) >= nearlyAll * gain) return read('asIs', raw);
  const keepsNearlyAll = above(aligned) >= nearlyAll * gain;
  const isAtChance = rotated.some((rotation) => {
    const beyond = pairedDifference(aligned, rotation, rotation.flips, reviews);
    return beyond.difference <= beyond.margin;
  });
  if (isAtChance) return read(keepsNearlyAll ? 'anyRotation' : 'lost');
  return read(keepsNearlyAll ? 'survives' : 'partly');
}
