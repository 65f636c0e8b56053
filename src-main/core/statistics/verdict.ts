import { levelOfLook, type Look } from './looks.ts';
import { meanOf } from './mean.ts';
import { criticalT, twoSidedP, type Interval } from './student.ts';

/** What may be said of two variants; docs/statistics.md has the reasons. `second` is ahead where the difference is above zero. */
export type VerdictState =
  | SettledState
  | 'leaning' // holds zero, leaves the band on one side, and p is below 0.2
  | 'open' // holds zero otherwise, or all differences are one and nothing can be calculated
  | 'tooFewSeeds'
  | 'notComparable';

export type SettledState =
  | 'better' // beyond zero and beyond the band
  | 'ahead' // beyond zero, reaching into the band
  | 'aheadBelowMargin' // beyond zero, wholly inside the band
  | 'alike'; // the 90 % interval wholly inside the band (two one-sided tests at 5 %)

/** Two-sided t intervals around the mean difference with the coverage that the look asks for, and its p against zero. */
export type Inference = Readonly<{ interval95: Interval; interval90: Interval; p: number }>;

export type Verdict = Readonly<{
  state: VerdictState;
  /** Which side is ahead, or leaned to; null where neither is. */
  ahead: 'first' | 'second' | null;
  /** Mean over seeds of second minus first, as a fraction; null without pairs. */
  difference: number | null;
  /** Over seeds, on these reviews; with the coverage that this look asks for. */
  interval95: Interval | null;
  /** 1 minus the level of this look: 0.95 where one look was planned. Null without an interval. */
  coverage: number | null;
  interval90: Interval | null;
  p: number | null;
  /** The same over seeds and reviews; null where the scores of single reviews are not known. */
  twoWay: Inference | null;
  /** Over what the state generalises: new seeds on these reviews, or new seeds and new reviews. */
  generalises: 'seeds' | 'seedsAndReviews';
  margin: number;
  seeds: number;
  look: Look;
}>;

/** How much wider than the interval over seeds the two-way interval is at least where it decides. */
const decidingRatio = 1.1;
/** Differences that are all the same differ by rounding at most: there is no spread to calculate an interval or a p of. */
const noError = 1e-12;
const nothing = {
  ahead: null,
  interval95: null,
  coverage: null,
  interval90: null,
  p: null,
  twoWay: null,
} as const;
/** Above this p neither side is leaned to. */
const leaningP = 0.2;

/**
 * Judges paired differences over seeds (second minus first, higher is better) against a band of +-margin. The seed is the replicate:
 * two seeds of one variant differ as much on the same reviews as two variants do. Where the choice of the reviews widens the interval
 * by more than a tenth, the state is that of seeds and reviews together: the interval over seeds alone covers the difference on new
 * reviews too rarely there. Where all differences are the same, there is no interval and no p, and the state is open.
 *
 * @param look the interval widens so that all planned looks together are wrong in 5 % (looks.ts)
 * @param reviewVariance what the choice of the reviews adds to the variance of the mean (two-way.ts); null where it is not known
 */
export function verdictOf(
  differences: readonly number[],
  margin: number,
  look: Look = { number: 1, planned: 1 },
  reviewVariance: number | null = null,
): Verdict {
  const { count, mean, standardError } = meanOf(differences);
  const facts = { margin, seeds: count, look, generalises: 'seeds' } as const;
  if (count < 2) {
    return { ...facts, ...nothing, state: 'tooFewSeeds', difference: count === 0 ? null : mean };
  }
  const error = decidingError(standardError, reviewVariance ?? 0);
  if (error < noError) return { ...facts, ...nothing, state: 'open', difference: mean };
  const level = levelOfLook(look);
  const [reach95, reach90] = [criticalT(count - 1, 1 - level), criticalT(count - 1, 1 - 2 * level)];
  const inference = (error: number): Inference => ({
    interval95: [mean - reach95 * error, mean + reach95 * error],
    interval90: [mean - reach90 * error, mean + reach90 * error],
    p: twoSidedP(mean, error, count - 1),
  });
  const overSeeds = standardError < noError ? nothing : inference(standardError);
  const twoWayError = Math.sqrt(standardError ** 2 + (reviewVariance ?? 0));
  const { interval95, p } = inference(error);
  const settled = settledState(mean, reach95 * error, reach90 * error, margin);
  return {
    ...facts,
    ...(settled === null
      ? undecided(interval95, p, margin)
      : { state: settled, ahead: settled === 'alike' ? null : mean > 0 ? 'second' : 'first' }),
    difference: mean,
    interval95: overSeeds.interval95,
    interval90: overSeeds.interval90,
    p: overSeeds.p,
    coverage: 1 - level,
    twoWay: reviewVariance === null ? null : inference(twoWayError),
    generalises: error > standardError ? 'seedsAndReviews' : 'seeds',
  };
}

/** The standard error that decides: of seeds and reviews where that is wider by more than a tenth, else of seeds. */
export function decidingError(standardError: number, reviewVariance: number): number {
  const twoWay = Math.sqrt(standardError ** 2 + reviewVariance);
  return twoWay > decidingRatio * standardError ? twoWay : standardError;
}

/** What is settled by an estimate whose intervals of 95 and 90 % reach so far to either side; null where nothing is. */
export function settledState(
  mean: number,
  reach95: number,
  reach90: number,
  margin: number,
): SettledState | null {
  const size = Math.abs(mean);
  if (size > reach95) {
    if (size - reach95 > margin) return 'better';
    return size + reach95 < margin ? 'aheadBelowMargin' : 'ahead';
  }
  return size + reach90 < margin ? 'alike' : null;
}

function undecided(
  [low, high]: Interval,
  p: number,
  margin: number,
): Pick<Verdict, 'state' | 'ahead'> {
  if (p >= leaningP || (low < -margin && high > margin)) return { state: 'open', ahead: null };
  // Nearly settled: the interval leaves the band on one side at most.
  return { state: 'leaning', ahead: low + high > 0 ? 'second' : 'first' };
}
