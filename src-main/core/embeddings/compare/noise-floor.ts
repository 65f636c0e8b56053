import {
  tableMeasures,
  wordMeasures,
  type floorGaps,
  type TableMeasure,
  type WordMeasure,
} from '#contract/embedding-diff.ts';

import { meanOfDefined } from '../algebra/alignment.ts';
import type { PairMeasures } from './pair-measures.ts';

/** A table of a comparison, one that is shown or another seed's in its place. */
export type Member = Readonly<{
  runId: string;
  seed: number;
  /** The same for all seeds of one configuration, branch and dataset; null for a table from outside. */
  group: string | null;
}>;

/** Indices of two tables. */
export type Pair = readonly [number, number];

export type FloorGap = (typeof floorGaps)[number];

/** `within`: of the first table's variant, and of the second's; one of them may have no pair. */
export type FloorPlan =
  | Readonly<{ within: readonly [readonly Pair[], readonly Pair[]]; across: readonly Pair[] }>
  | Readonly<{ gap: FloorGap }>;

/**
 * Which pairs of tables tell how far two seeds of the same variant differ (`within`), and which how far the two variants do, with
 * different seeds on both sides (`across`): two runs of one seed may share initial tables. Two branches of one run are paired as they
 * are.
 */
export function planFloor(members: readonly Member[], first: number, second: number): FloorPlan {
  const [a, b] = [members[first], members[second]];
  if (a === undefined || b === undefined) throw new Error('There is no such table.');
  if (a.group === null || b.group === null) return { gap: 'outside' };
  if (a.group === b.group) return { gap: a.runId === b.runId ? 'sameRun' : 'sameVariant' };
  const side = (group: string): number[] =>
    [...members.keys()].filter((index) => members[index]?.group === group);
  const [firsts, seconds] = [side(a.group), side(b.group)];
  const ofSeeds = (indices: readonly number[]): Pair[] =>
    pairsOf(indices).filter(([i, j]) => seedsDiffer(members, i, j));
  const within = [ofSeeds(firsts), ofSeeds(seconds)] as const;
  const isPaired = a.runId === b.runId;
  const across = firsts.flatMap((i) =>
    seconds
      .filter((j) =>
        isPaired ? members[i]?.runId === members[j]?.runId : seedsDiffer(members, i, j),
      )
      .map((j): Pair => [i, j]),
  );
  const hasSeeds = within.some((pairs) => pairs.length > 0);
  return hasSeeds && across.length > 0 ? { within, across } : { gap: 'oneSeed' };
}

type Means = Readonly<{
  words: Readonly<Record<WordMeasure, Float32Array>>;
  whole: Readonly<Record<TableMeasure, number>>;
}>;

export type NoiseFloor = Readonly<{
  /**
   * Mean of both sides, however many pairs each has: what `across` would be if the variants were one, as in the energy distance
   * 2 E|X - Y| - E|X - X'| - E|Y - Y'| (Szekely & Rizzo 2013).
   */
  within: Means;
  /** Of the first table's variant, and of the second's; null where it has one seed. One may be all noise where the other is not. */
  sides: readonly [Means | null, Means | null];
  across: Means;
  /** Two seeds of a variant agree no better than chance: nothing can be ranked beyond that. */
  isAtChance: readonly [boolean, boolean];
}>;

/** Below it, what one half of the words tells of the other's place is as good as nothing. */
export const leastAgreement = 0.05;

export function noiseFloor(
  within: readonly [readonly PairMeasures[], readonly PairMeasures[]],
  across: readonly PairMeasures[],
): NoiseFloor {
  const [first, second] = [sideOf(within[0]), sideOf(within[1])];
  return {
    within: meansOf([first, second].filter((side) => side !== null)),
    sides: [first, second],
    across: meansOf(across),
    isAtChance: [isAtChance(first), isAtChance(second)],
  };
}

const sideOf = (pairs: readonly PairMeasures[]): Means | null =>
  pairs.length === 0 ? null : meansOf(pairs);

const isAtChance = (side: Means | null): boolean =>
  side !== null && !(side.whole.heldOutCosine >= leastAgreement);

/** How much further a word moves between the variants than between two seeds of one; only distance measures grow with change. */
export function excess(floor: NoiseFloor, measure: WordMeasure): Float32Array {
  const sign = measure === 'alignedL2' ? 1 : -1;
  const within = floor.within.words[measure];
  return floor.across.words[measure].map(
    (value, word) => sign * (value - (within[word] as number)),
  );
}

function meansOf(pairs: readonly Means[]): Means {
  return {
    words: recordOf(wordMeasures, (measure) =>
      meanByWord(pairs.map(({ words }) => words[measure])),
    ),
    whole: recordOf(tableMeasures, (measure) =>
      meanOfDefined(pairs.map(({ whole }) => whole[measure])),
    ),
  };
}

/** By word the mean over several columns of what is defined in them; NaN where nothing is. */
function meanByWord(columns: readonly Float32Array[]): Float32Array {
  const words = columns[0]?.length ?? 0;
  const sums = new Float64Array(words);
  const counts = new Uint32Array(words);
  for (const column of columns) {
    for (let word = 0; word < words; word += 1) {
      const value = column[word] as number;
      if (Number.isNaN(value)) continue;
      sums[word] = (sums[word] as number) + value;
      counts[word] = (counts[word] as number) + 1;
    }
  }
  return Float32Array.from(sums, (sum, word) => sum / (counts[word] as number));
}

const recordOf = <K extends string, V>(keys: readonly K[], valueOf: (key: K) => V) =>
  Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;

function pairsOf(indices: readonly number[]): Pair[] {
  return indices.flatMap((i, at) => indices.slice(at + 1).map((j): Pair => [i, j]));
}

const seedsDiffer = (members: readonly Member[], i: number, j: number): boolean =>
  members[i]?.seed !== members[j]?.seed;
