import type { Diff } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import { unit } from '../../wording/number-text.ts';
import { variantName } from '../compare/floor-sides.ts';
import { leastReliability, rankingStanding } from './ranking-standing.ts';

const uncheckedTexts = {
  fewSeeds: m.embeddings_ranking_few_seeds,
  earlier: m.embeddings_ranking_earlier,
  sameVariant: m.embeddings_ranking_same_variant,
  outside: m.embeddings_ranking_outside,
} as const;

/**
 * What a pair's ranking of words is worth, in sentences. They are ranked by the excess of aligned cosine: how much less alike a word is
 * between the two tables' variants than between seeds of one.
 */
export function rankingText(tables: Diff['tables'], pair: Diff['pairs'][number]): string[] {
  const standing = rankingStanding(pair, 'alignedCosine');
  if (standing.kind === 'plain') return [];
  if (standing.kind === 'unchecked') return [uncheckedTexts[standing.why]()];
  const { reliability, splits, seeds } = standing;
  if (reliability === null) return [m.embeddings_ranking_undefined()];
  const figures = {
    mean: unit(reliability.mean),
    least: unit(reliability.least),
    most: unit(reliability.most),
    splits,
    first: seeds[0],
    firstName: variantName(tables, pair.first),
    second: seeds[1],
    secondName: variantName(tables, pair.second),
  };
  if (reliability.mean < leastReliability) return [m.embeddings_ranking_noise(figures)];
  const text = m.embeddings_ranking_reliability(figures);
  return standing.kind === 'reliable' ? [text] : [m.embeddings_ranking_at_chance(), text];
}
