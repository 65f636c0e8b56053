import type { Diff, WordMeasure } from '#contract/embedding-diff.ts';

import type { Reliability } from './ranking-reliability.ts';

type Pair = Diff['pairs'][number];

/** Below it, most of a ranking changes with the seeds. */
export const leastReliability = 0.3;

/**
 * What a ranking of words is worth. `unreliable`: two halves of the seeds rank the words otherwise, undefined is null, or seeds of a
 * variant have nothing in common; `unchecked`: too few seeds, or an earlier version compared. `plain`: no seed enters.
 */
export type RankingStanding =
  | Readonly<{
      kind: 'reliable' | 'unreliable';
      reliability: Reliability | null;
      splits: number;
      seeds: readonly [number, number];
    }>
  | Readonly<{ kind: 'unchecked'; why: 'fewSeeds' | 'earlier' | 'sameVariant' | 'outside' }>
  | Readonly<{ kind: 'plain' }>;

export function rankingStanding(
  {
    floor,
    floorGap,
    rankingReliability: found,
  }: Pick<Pair, 'floor' | 'floorGap' | 'rankingReliability'>,
  measure: WordMeasure,
): RankingStanding {
  if (floorGap === 'sameRun') return { kind: 'plain' };
  if (floorGap === 'sameVariant' || floorGap === 'outside')
    return { kind: 'unchecked', why: floorGap };
  if (floor !== null && found === undefined) return { kind: 'unchecked', why: 'earlier' };
  if (floor === null || found == null) return { kind: 'unchecked', why: 'fewSeeds' };
  const reliability = found.measures[measure];
  const isReliable =
    reliability !== null && reliability.mean >= leastReliability && !floor.isAtChance;
  return {
    kind: isReliable ? 'reliable' : 'unreliable',
    reliability,
    splits: found.splits,
    seeds: found.seeds,
  };
}

/** Whether words may be named as those that differ most. */
export const mayNameWords = ({ kind }: RankingStanding): boolean =>
  kind === 'reliable' || kind === 'plain';
