import {
  tableMeasures,
  wordMeasures,
  type floorGaps,
  type TableMeasure,
  type WordMeasure,
} from '#contract/embedding-diff.ts';

import { meanOfDefined } from './alignment.ts';
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

export type FloorPlan =
  Readonly<{ within: readonly Pair[]; across: readonly Pair[] }> | Readonly<{ gap: FloorGap }>;

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
  const within = [...pairsOf(firsts), ...pairsOf(seconds)].filter(([i, j]) =>
    seedsDiffer(members, i, j),
  );
  const isPaired = a.runId === b.runId;
  const across = firsts.flatMap((i) =>
    seconds
      .filter((j) =>
        isPaired ? members[i]?.runId === members[j]?.runId : seedsDiffer(members, i, j),
      )
      .map((j): Pair => [i, j]),
  );
  return within.length === 0 || across.length === 0 ? { gap: 'oneSeed' } : { within, across };
}

type Means = Readonly<{
  words: Readonly<Record<WordMeasure, Float32Array>>;
  whole: Readonly<Record<TableMeasure, number>>;
}>;

export type NoiseFloor = Readonly<{
  within: Means;
  across: Means;
  /** Two seeds of one variant agree no better than chance: nothing can be ranked beyond that. */
  isAtChance: boolean;
}>;

/** Below it, what one half of the words tells of the other's place is as good as nothing. */
const leastAgreement = 0.05;

export function noiseFloor(
  within: readonly PairMeasures[],
  across: readonly PairMeasures[],
): NoiseFloor {
  const inside = meansOf(within);
  return {
    within: inside,
    across: meansOf(across),
    isAtChance: !(inside.whole.heldOutCosine >= leastAgreement),
  };
}

/** How much further a word moves between the variants than between two seeds of one; only distance measures grow with change. */
export function excess(floor: NoiseFloor, measure: WordMeasure): Float32Array {
  const sign = measure === 'alignedL2' ? 1 : -1;
  const within = floor.within.words[measure];
  return floor.across.words[measure].map(
    (value, word) => sign * (value - (within[word] as number)),
  );
}

function meansOf(pairs: readonly PairMeasures[]): Means {
  const count = pairs[0]?.words.alignedCosine.length ?? 0;
  const column = (measure: WordMeasure): Float32Array =>
    Float32Array.from({ length: count }, (_, word) =>
      meanOfDefined(pairs.map(({ words }) => words[measure][word] as number)),
    );
  return {
    words: recordOf(wordMeasures, column),
    whole: recordOf(tableMeasures, (measure) =>
      meanOfDefined(pairs.map(({ whole }) => whole[measure])),
    ),
  };
}

const recordOf = <K extends string, V>(keys: readonly K[], valueOf: (key: K) => V) =>
  Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;

function pairsOf(indices: readonly number[]): Pair[] {
  return indices.flatMap((i, at) => indices.slice(at + 1).map((j): Pair => [i, j]));
}

const seedsDiffer = (members: readonly Member[], i: number, j: number): boolean =>
  members[i]?.seed !== members[j]?.seed;
