/** A spread cannot be estimated from fewer. */
const fewestPairs = 2;

/** No more pairs than these are suggested. */
export const mostPairs = 200;

/** How often `pairs` paired seeds can be looked at, equally spaced and each time with pairs enough; 1 is always possible. */
export function possibleLooks(pairs: number): readonly number[] {
  return Array.from({ length: Math.min(20, Math.max(1, pairs)) }, (_, index) => index + 1).filter(
    (looks) => looks === 1 || (pairs % looks === 0 && pairs / looks >= fewestPairs),
  );
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

export type TakenLook = Readonly<{ number: number; pairs: number }>;

/**
 * The looks taken so far, with how many pairs each had, in the order of the rounds. The last one is that of the verdict: between two
 * looks it stays, however many pairs have finished since. Every round that was added is a further look.
 */
export function takenLooks(
  [first, ...added]: readonly Round[],
  looks: number,
): readonly TakenLook[] {
  if (first === undefined) return [];
  const step = first.planned / looks;
  const taken = Array.from({ length: looks }, (_, index) => ({
    number: index + 1,
    pairs: step * (index + 1),
  })).filter(({ pairs }) => pairs <= first.finished);
  // Where no more will come, though some were lost, it is the last of the planned ones.
  const isComplete = first.pending === 0 && (looks === 1 || first.leftOut === 0);
  if (!isComplete) return looks === 1 ? [] : taken;
  const complete = [
    ...taken.filter(({ number }) => number < looks),
    { number: looks, pairs: first.finished },
  ];
  for (const round of added) {
    if (round.pending > 0) break;
    if (round.finished === 0) continue;
    const last = complete.at(-1) ?? { number: 0, pairs: 0 };
    complete.push({ number: Math.min(20, last.number + 1), pairs: last.pairs + round.finished });
  }
  return complete;
}
