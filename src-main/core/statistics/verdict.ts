import { lookLevels } from './looks.ts';
import { meanOf } from './mean.ts';
import { intervalAround, meanP, type Interval } from './student.ts';

/** What may be said of two variants; statistics.md has the reasons. `second` is ahead where the difference is above zero. */
export type VerdictState =
  | 'better' // beyond zero and beyond the band
  | 'ahead' // beyond zero, reaching into the band
  | 'aheadBelowMargin' // beyond zero, wholly inside the band
  | 'alike' // the 90 % interval wholly inside the band (two one-sided tests at 5 %)
  | 'leaning' // holds zero, leaves the band on one side
  | 'open' // leaves the band on both sides
  | 'tooFewSeeds'
  | 'notComparable';

export type Verdict = Readonly<{
  state: VerdictState;
  /** Which side is ahead, or leaned to; null where neither is. */
  ahead: 'first' | 'second' | null;
  /** Mean over seeds of second minus first, as a fraction; null without pairs. */
  difference: number | null;
  /** With the coverage that this look asks for. */
  interval95: Interval | null;
  /** 1 minus the level of this look: 0.95 where one look was planned. Null without an interval. */
  coverage: number | null;
  interval90: Interval | null;
  p: number | null;
  margin: number;
  seeds: number;
  look: Readonly<{ number: number; planned: number }>;
}>;

/**
 * Judges paired differences over seeds (second minus first, higher is better) against a band of +-margin. The seed is the replicate:
 * two seeds of one variant differ as much on the same reviews as two variants do.
 *
 * @param look which of the planned looks this is; the interval widens so that all looks together are wrong in 5 % (looks.ts). A
 * look that was not planned is judged as the last of as many as there were: the earlier ones were not as strict as they should be
 */
export function verdictOf(
  differences: readonly number[],
  margin: number,
  look: Verdict['look'] = { number: 1, planned: 1 },
): Verdict {
  const estimate = meanOf(differences);
  const { count, mean, standardError } = estimate;
  const facts = { margin, seeds: count, look };
  if (count < 2) {
    return {
      ...facts,
      state: 'tooFewSeeds',
      ahead: null,
      difference: count === 0 ? null : mean,
      interval95: null,
      coverage: null,
      interval90: null,
      p: null,
    };
  }
  const level = lookLevels(Math.max(look.planned, look.number))[look.number - 1];
  if (level === undefined) throw new Error(`There is no look ${look.number} of ${look.planned}.`);
  const interval95 = intervalAround(mean, standardError, count - 1, 1 - level);
  const interval90 = intervalAround(mean, standardError, count - 1, 1 - 2 * level);
  return {
    ...facts,
    ...stateOf(mean, interval95, interval90, margin),
    difference: mean,
    interval95,
    coverage: 1 - level,
    interval90,
    p: meanP(estimate),
  };
}

function stateOf(
  mean: number,
  [low, high]: Interval,
  [low90, high90]: Interval,
  margin: number,
): Pick<Verdict, 'state' | 'ahead'> {
  const side = mean > 0 ? 'second' : 'first';
  if (low > 0 || high < 0) {
    const [near, far] = low > 0 ? [low, high] : [-high, -low];
    if (near > margin) return { state: 'better', ahead: side };
    return { state: far < margin ? 'aheadBelowMargin' : 'ahead', ahead: side };
  }
  const isZero = low === 0 && high === 0;
  if (isZero || (low90 > -margin && high90 < margin)) return { state: 'alike', ahead: null };
  if (low < -margin && high > margin) return { state: 'open', ahead: null };
  // Leaves the band on one side, or touches it without the 90 % interval being wholly inside.
  return { state: 'leaning', ahead: high > margin ? 'second' : low < -margin ? 'first' : side };
}
