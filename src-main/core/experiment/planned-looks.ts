/** A spread cannot be estimated from fewer. */
const fewestPairs = 2;

/** How often `pairs` paired seeds can be looked at, equally spaced and each time with pairs enough; 1 is always possible. */
export function possibleLooks(pairs: number): readonly number[] {
  return Array.from({ length: Math.min(20, Math.max(1, pairs)) }, (_, index) => index + 1).filter(
    (looks) => looks === 1 || (pairs % looks === 0 && pairs / looks >= fewestPairs),
  );
}

/** The last look whose pairs have all finished, with their number; null before the first. */
export function reachedLook(
  finished: number,
  { pairs, looks }: Readonly<{ pairs: number; looks: number }>,
): Readonly<{ number: number; pairs: number }> | null {
  const step = pairs / looks;
  const number = Math.min(looks, Math.floor(finished / step));
  return number < 1 ? null : { number, pairs: number * step };
}

/** Pairs that were planned together: at the start, or added later. */
export type Round = Readonly<{
  planned: number;
  /** Among those that are judged. */
  finished: number;
  /** May still finish. */
  pending: number;
  /** Finished, but not judged. */
  leftOut: number;
}>;

/**
 * The look that a verdict is of, and how many pairs it takes, in the order of the rounds: between two looks the verdict is that of
 * the last one, however many pairs have finished since. Every round that was added is a further look. Null before the first.
 */
export function lookAt(
  [first, ...added]: readonly Round[],
  looks: number,
): Readonly<{ number: number; pairs: number }> | null {
  if (first === undefined) return null;
  // Where no more will come, though some were lost, it is the last of the planned ones.
  const isComplete = first.pending === 0 && (looks === 1 || first.leftOut === 0);
  if (!isComplete) {
    return looks === 1 ? null : reachedLook(first.finished, { pairs: first.planned, looks });
  }
  let [number, pairs] = [looks, first.finished];
  for (const round of added) {
    if (round.pending > 0) break;
    if (round.finished === 0) continue;
    number += 1;
    pairs += round.finished;
  }
  return { number: Math.min(20, number), pairs };
}
