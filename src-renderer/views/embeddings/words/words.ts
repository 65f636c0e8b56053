import type { dropReasons, floorGaps, TableMeasure, WordMeasure } from '#contract/embedding-diff.ts';

import * as m from '../../../messages/compiled/messages.js';
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

export const wordMeasureHints: Record<WordMeasure, () => string> = {
  alignedCosine: m.embeddings_word_cosine_hint,
  alignedL2: m.embeddings_word_l2_hint,
  jaccard10: m.embeddings_word_near_hint,
  jaccard50: m.embeddings_word_near_hint,
  jaccard250: m.embeddings_word_near_hint,
  secondOrder: m.embeddings_word_second_hint,
};

export const tableMeasureNames: Record<TableMeasure, () => string> = {
  fittedCosine: m.embeddings_fitted_cosine,
  heldOutCosine: m.embeddings_held_out,
  procrustesDistance: m.embeddings_procrustes,
  debiasedCka: m.embeddings_cka,
  rsa: m.embeddings_rsa,
  meanJaccard10: m.embeddings_mean_near10,
  meanJaccard50: m.embeddings_mean_near50,
  meanJaccard250: m.embeddings_mean_near250,
};

/** Where they are defined. */
export const tableMeasureTerms: Record<TableMeasure, TermName> = {
  fittedCosine: 'fittedCosine',
  heldOutCosine: 'heldOutCosine',
  procrustesDistance: 'procrustesDistance',
  debiasedCka: 'debiasedCka',
  rsa: 'rsa',
  meanJaccard10: 'jaccard',
  meanJaccard50: 'jaccard',
  meanJaccard250: 'jaccard',
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
