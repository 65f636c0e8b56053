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
