import { randomStream } from '#core/util/random.ts';
import type { Interval } from '#core/statistics/student.ts';
import { reviewVariance, type ScoredPair } from '#core/statistics/two-way.ts';
import { verdictOf, type Verdict } from '#core/statistics/verdict.ts';

/** Mean difference of each pair over the reviews, second minus first. */
export const differencesOf = (pairs: readonly ScoredPair[]): number[] =>
  pairs.map(
    ({ first, second }) =>
      Array.from(second, (value, row) => value - (first[row] ?? 0)).reduce((a, b) => a + b, 0) /
      first.length,
  );

export const judged = (pairs: readonly ScoredPair[], look?: Verdict['look']): Verdict =>
  verdictOf(differencesOf(pairs), 0.0025, look, reviewVariance(pairs));

/**
 * How often each interval holds the difference on new reviews, which is 0. A review's ease, a model's skill and the rest are normal;
 * `apart` is how much the two variants find different reviews easy.
 */
export function coverage({
  seeds,
  reviews,
  apart,
  skill,
  experiments,
}: Readonly<Record<'seeds' | 'reviews' | 'apart' | 'skill' | 'experiments', number>>) {
  const { normal } = randomStream(3, `two-way ${seeds} ${apart}`);
  const counts = { overSeeds: 0, twoWay: 0, rule: 0, decides: 0 };
  const holds = (interval: Interval | null | undefined): number =>
    interval !== null && interval !== undefined && interval[0] <= 0 && interval[1] >= 0 ? 1 : 0;
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const ease = Array.from({ length: reviews }, () => 0.8 + normal());
    const [own, others] = [0, 1].map(() => ease.map((value) => value + apart * normal()));
    const model = (eases: readonly number[] = []) => {
      const of = skill * normal();
      return Uint8Array.from(eases, (value) => Number(value + of + 0.6 * normal() > 0));
    };
    const verdict = judged(
      Array.from({ length: seeds }, () => ({ first: model(own), second: model(others) })),
    );
    counts.overSeeds += holds(verdict.interval95);
    counts.twoWay += holds(verdict.twoWay?.interval95);
    counts.decides += verdict.generalises === 'seeds' ? 0 : 1;
    counts.rule += holds(
      verdict.generalises === 'seeds' ? verdict.interval95 : verdict.twoWay?.interval95,
    );
  }
  return {
    overSeeds: counts.overSeeds / experiments,
    twoWay: counts.twoWay / experiments,
    rule: counts.rule / experiments,
    /** How often the two-way interval decides. */
    decides: counts.decides / experiments,
  };
}
