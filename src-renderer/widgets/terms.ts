import * as m from '../messages/compiled/messages.js';

/** What the words of statistics mean, once for every screen. */
export const definitions = {
  spread: m.terms_spread,
  goal: m.terms_goal,
  gap: m.terms_gap,
  brier: m.terms_brier,
  calibration: m.terms_calibration,
  rocArea: m.terms_roc_area,
  averagePrecision: m.terms_average_precision,
  look: m.terms_look,
  holm: m.terms_holm,
  seedsAndReviews: m.terms_seeds_and_reviews,
  pairing: m.terms_pairing,
} as const satisfies Readonly<Record<string, () => string>>;

export type TermName = keyof typeof definitions;
