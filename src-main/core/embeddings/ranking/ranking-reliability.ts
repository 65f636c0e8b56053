import { wordMeasures, type WordMeasure } from '#contract/embedding-diff.ts';

import { randomStream, shuffledIndices, type RandomStream } from '../../util/random.ts';
import {
  excess,
  noiseFloor,
  type FloorPlan,
  type Member,
  type Pair,
} from '../compare/noise-floor.ts';
import type { PairMeasures } from '../compare/pair-measures.ts';
import { rankCorrelation } from '../algebra/rank-correlation.ts';

/** Of either variant: each half of them needs two, which are a pair. */
export const leastSeeds = 4;
/** Ways to halve the seeds: all three of four seeds, some of many. */
const mostSplits = 20;

export type Reliability = Readonly<{ mean: number; least: number; most: number }>;
export type RankingReliability = Readonly<{
  /** Of the first table's variant, and of the second's. */
  seeds: readonly [number, number];
  splits: number;
  /** NaN where no word's excess is defined, or all are equal. */
  measures: Readonly<Record<WordMeasure, Reliability>>;
}>;

type Within = Readonly<{ within: readonly [readonly Pair[], readonly Pair[]] }>;
type Floor = Within & Readonly<{ across: readonly Pair[] }>;

/**
 * Split-half reliability of the ranking of words by their excess over the noise floor: the seeds are halved, each half ranks the words
 * with its own pairs of tables alone, and Spearman's correlation of the two rankings is averaged over the halvings. 0 is noise, 1 is a
 * ranking that any seeds repeat. It is that of half the seeds, not stepped up to all of them by the Spearman-Brown formula (C. Spearman,
 * "Correlation calculated from faulty data", and W. Brown, "Some experimental results in the correlation of mental abilities", British
 * Journal of Psychology 3, 1910).
 *
 * @returns null where a variant has fewer than four seeds
 */
export function rankingReliability(
  members: readonly Member[],
  plan: FloorPlan,
  measuresOf: (pair: Pair) => PairMeasures,
  seed: number,
): RankingReliability | null {
  if ('gap' in plan) return null;
  const sides = sidesOf(plan);
  const seeds = sides.map((side) => seedsOf(members, side)) as [number[], number[]];
  if (seeds.some(({ length }) => length < leastSeeds)) return null;
  const splits = splitsOf(seeds, randomStream(seed, `seed halves ${sides.join(' ')}`));
  const correlations = splits.map((half) => {
    const [inside, outside] = [true, false].map((isInside) => {
      const isOf = (pair: Pair): boolean =>
        pair.every((index) => half.has(members[index]?.seed ?? -1) === isInside);
      const measuresIn = (pairs: readonly Pair[]) => pairs.filter(isOf).map(measuresOf);
      return noiseFloor(
        [measuresIn(plan.within[0]), measuresIn(plan.within[1])],
        measuresIn(plan.across),
      );
    });
    if (inside === undefined || outside === undefined) throw new Error('A split has two halves.');
    return (measure: WordMeasure): number =>
      rankCorrelation(excess(inside, measure), excess(outside, measure));
  });
  return {
    seeds: [seeds[0].length, seeds[1].length],
    splits: splits.length,
    measures: Object.fromEntries(
      wordMeasures.map((measure) => {
        const values = correlations.map((of) => of(measure));
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return [measure, { mean, least: Math.min(...values), most: Math.max(...values) }];
      }),
    ) as Record<WordMeasure, Reliability>,
  };
}

/** The tables of either variant. */
function sidesOf({ within, across }: Floor): [number[], number[]] {
  const of = (side: 0 | 1): number[] => [
    ...new Set([...within[side].flat(), ...across.map((pair) => pair[side])]),
  ];
  return [of(0), of(1)];
}

const seedsOf = (members: readonly Member[], tables: readonly number[]): number[] =>
  [...new Set(tables.map((index) => members[index]?.seed ?? -1))].sort((a, b) => a - b);

/**
 * Different ways to halve the seeds, each as the half with the smallest one. A seed's tables of both variants go into the same half, as
 * runs of one seed may share initial tables; what only one variant has is dealt out evenly.
 */
function splitsOf(
  [first, second]: readonly [readonly number[], readonly number[]],
  random: RandomStream,
): Set<number>[] {
  const parts = [
    first.filter((seed) => second.includes(seed)),
    first.filter((seed) => !second.includes(seed)),
    second.filter((seed) => !first.includes(seed)),
  ];
  const smallest = Math.min(...first, ...second);
  const found = new Map<string, Set<number>>();
  for (let tries = 0; tries < 20 * mostSplits && found.size < mostSplits; tries += 1) {
    const common = parts[0]?.length ?? 0;
    const halves: [number[], number[]] = [[], []];
    parts.forEach((part, index) => {
      const order = shuffledIndices(part.length, random);
      // Where the common ones are odd, the larger half gets the fewer of the others.
      order.forEach((at, place) => {
        halves[(place + (index > 0 ? common : 0)) % 2 === 0 ? 0 : 1].push(part[at] as number);
      });
    });
    const half = halves[0].includes(smallest) ? halves[0] : halves[1];
    found.set([...half].sort((a, b) => a - b).join(), new Set(half));
  }
  return [...found.values()];
}
