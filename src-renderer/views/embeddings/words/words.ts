import type {
  Diff,
  dropReasons,
  floorGaps,
  ShownTableMeasure,
  TableMeasure,
  WordMeasure,
} from '#contract/embedding-diff.ts';
import { unit } from '#core/wording/number-text.ts';
import * as m from '#messages';

import type { TermName } from '../../../widgets/terms.ts';

/** At Frobenius norm 1 the distance of one word is small. */
export const digitsOf = (measure: WordMeasure): number => (measure === 'alignedL2' ? 4 : 2);

/** How measures and reasons are called. */
export const wordMeasureNames: Record<WordMeasure, () => string> = {
  alignedCosine: m.embeddings_word_cosine,
  alignedL2: m.embeddings_word_l2,
  jaccard10: m.embeddings_word_near10,
  jaccard50: m.embeddings_word_near50,
  jaccard250: m.embeddings_word_near250,
  secondOrder: m.embeddings_word_second,
};

const wordMeasureHints: Record<WordMeasure, () => string> = {
  alignedCosine: m.embeddings_word_cosine_hint,
  alignedL2: m.embeddings_word_l2_hint,
  jaccard10: m.embeddings_word_near_hint,
  jaccard50: m.embeddings_word_near_hint,
  jaccard250: m.embeddings_word_near_hint,
  secondOrder: m.embeddings_word_second_hint,
};

/** Of the mean over words; the distance of one word has none. */
const chanceMeasures: Record<WordMeasure, TableMeasure | null> = {
  alignedCosine: 'fittedCosine',
  alignedL2: null,
  jaccard10: 'meanJaccard10',
  jaccard50: 'meanJaccard50',
  jaccard250: 'meanJaccard250',
  secondOrder: 'meanSecondOrder',
};

/** What a measure is, and what unrelated tables give. */
export function wordMeasureHint(
  measure: WordMeasure,
  pair: Pick<Diff['pairs'][number], 'chance'> | undefined,
): string {
  const name = chanceMeasures[measure];
  const chance = name === null ? null : (pair?.chance[name] ?? null);
  return [
    wordMeasureHints[measure](),
    ...(chance === null ? [] : [m.embeddings_word_chance({ chance: unit(chance) })]),
  ].join(' ');
}

export const tableMeasureNames: Record<ShownTableMeasure, () => string> = {
  fittedCosine: m.embeddings_fitted_cosine,
  heldOutCosine: m.embeddings_held_out,
  procrustesDistanceRoot: m.embeddings_procrustes,
  debiasedCka: m.common_cka_debiased,
  rsa: m.common_rsa,
  meanJaccard10: m.embeddings_mean_near10,
  meanJaccard50: m.embeddings_mean_near50,
  meanJaccard250: m.embeddings_mean_near250,
  meanSecondOrder: m.embeddings_mean_second,
};

/** Where they are defined. */
export const tableMeasureTerms: Record<ShownTableMeasure, TermName> = {
  fittedCosine: 'fittedCosine',
  heldOutCosine: 'heldOutCosine',
  procrustesDistanceRoot: 'procrustesDistance',
  debiasedCka: 'debiasedCka',
  rsa: 'rsa',
  meanJaccard10: 'jaccard',
  meanJaccard50: 'jaccard',
  meanJaccard250: 'jaccard',
  meanSecondOrder: 'secondOrder',
};

type Count = { count: string };
export const dropNames: Record<(typeof dropReasons)[number], (inputs: Count) => string> = {
  missing: m.embeddings_drop_missing,
  untrained: m.embeddings_drop_untrained,
  rare: m.embeddings_drop_rare,
  repeated: m.embeddings_drop_repeated,
};

export const gapNames: Record<(typeof floorGaps)[number], () => string> = {
  oneSeed: m.embeddings_gap_one_seed,
  sameVariant: m.embeddings_gap_same_variant,
  sameRun: m.embeddings_gap_same_run,
  outside: m.embeddings_gap_outside,
};
