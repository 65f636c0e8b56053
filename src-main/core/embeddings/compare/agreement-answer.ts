import type { Diff } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import { alignmentStrength, fairAgreement } from './alignment-strength.ts';
import { leastAgreement } from './noise-floor.ts';

type Pair = Diff['pairs'][number];

/**
 * How alike two tables are after a rotation, next to chance and to two seeds of one variant.
 *
 * `seeds`: as alike as two seeds of one variant, so that only a rotation and the noise of a seed differ. `weakSeeds`: the same, where two
 * seeds agree weakly themselves. `less`: beyond chance, and less than two seeds. `chance`: no more than unrelated tables. `noise`: two
 * seeds of one of the tables agree no better than chance. `oneSeed`: beyond chance, and there is no second seed.
 */
export type Agreement = Readonly<{
  kind: 'seeds' | 'weakSeeds' | 'less' | 'chance' | 'noise' | 'oneSeed';
  /** Held-out mean cosines: over pairs of seeds where there are any, else of the two tables themselves. */
  similarity: number;
  chance: number;
  /** Of two seeds of the first table's variant and of the second's: the lower and the higher; null without a second seed. */
  seeds: readonly [number, number] | null;
  /** Of the pair's tables, the one whose own seeds agree least; null without a second seed. */
  noisiest: number | null;
}>;

/** As alike as two seeds: so much of what two seeds share beyond chance. */
const asTwoSeeds = 0.9;

/** Null where nothing was fitted (two epochs of one table), or where the similarity is undefined. */
export function agreementOf(pair: Pair): Agreement | null {
  const strength = alignmentStrength(pair);
  const similarity = pair.floor?.across.heldOutCosine ?? strength?.heldOut ?? null;
  if (strength === null || similarity === null) return null;
  const chance = Math.max(0, strength.chance ?? 0);
  const within = pair.floor?.within.heldOutCosine ?? null;
  const sides = (pair.floor?.sides ?? [])
    .flatMap((side, at) => {
      const value = side?.heldOutCosine ?? null;
      return value === null ? [] : [{ value, table: at === 0 ? pair.first : pair.second }];
    })
    .sort((a, b) => a.value - b.value);
  const [low, high] = [sides[0]?.value ?? within, sides.at(-1)?.value ?? within];
  const seeds = low === null || high === null ? null : ([low, high] as const);
  const kindOf = (): Agreement['kind'] => {
    if (pair.floor?.isAtChance === true) return 'noise';
    if (similarity - chance < leastAgreement) return 'chance';
    if (within === null) return 'oneSeed';
    if (similarity - chance < asTwoSeeds * (within - chance)) return 'less';
    return similarity - chance >= fairAgreement ? 'seeds' : 'weakSeeds';
  };
  const noisiest = sides[0]?.table ?? (seeds === null ? null : pair.first);
  return { kind: kindOf(), similarity, chance, seeds, noisiest };
}

/** Of one pair, under its names: "As alike as two seeds of one variant." */
export const agreementText = (
  { kind, noisiest }: Agreement,
  nameOf: (table: number) => string,
): string => m.embeddings_agreement_pair({ kind, noisy: nameOf(noisiest ?? 0) });

/**
 * What a comparison of two or three tables found, in at most two sentences: the two tables that agree most, then a table that agrees
 * with no other, or the pair that agrees least where it differs from the first in kind. Empty where nothing was fitted.
 */
export function agreementHeadline(
  { pairs }: Pick<Diff, 'pairs'>,
  nameOf: (table: number) => string,
): readonly string[] {
  const read = pairs
    .flatMap(({ first, second }, index) => {
      const agreement = agreementOf(pairs[index] as Pair);
      return agreement === null ? [] : [{ first, second, agreement }];
    })
    .sort((a, b) => b.agreement.similarity - a.agreement.similarity);
  const [closest] = read;
  const least = read.at(-1);
  if (closest === undefined || least === undefined) return [];
  const say = ({ first, second, agreement: { kind, noisiest } }: typeof closest): string =>
    m.embeddings_agreement_headline({
      kind,
      first: nameOf(first),
      second: nameOf(second),
      noisy: nameOf(noisiest ?? first),
    });
  if (least.agreement.kind === closest.agreement.kind)
    return [
      read.length === 3
        ? m.embeddings_agreement_all({ kind: closest.agreement.kind })
        : say(closest),
    ];
  const lonely = [least.first, least.second].filter((table) =>
    read.every(
      ({ first, second, agreement }) =>
        (first !== table && second !== table) || agreement.kind === 'chance',
    ),
  );
  return [
    say(closest),
    lonely.length === 1 && lonely[0] !== undefined
      ? m.embeddings_agreement_lonely({ name: nameOf(lonely[0]) })
      : say(least),
  ];
}
