import * as m from '#messages';

/** What the words of statistics and of comparing tables mean, once for every screen. */
export const definitions = {
  spread: m.terms_spread,
  goal: m.terms_goal,
  look: m.terms_look,
  holm: m.terms_holm,
  seedsAndReviews: m.terms_seeds_and_reviews,
  morePairs: m.terms_more_pairs,
  stableDisagreement: m.terms_stable_disagreement,
  heldOutCosine: m.terms_held_out_cosine,
  fittedCosine: m.terms_fitted_cosine,
  procrustesDistance: m.terms_procrustes,
  debiasedCka: m.terms_cka,
  rsa: m.terms_rsa,
  jaccard: m.terms_jaccard,
  secondOrder: m.terms_second_order,
  rankingReliability: m.terms_ranking_reliability,
} as const satisfies Readonly<Record<string, () => string>>;

export type TermName = keyof typeof definitions;
