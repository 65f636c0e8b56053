/** Occurrences in negative and in positive reviews: of one word, or of all. */
export type ClassCounts = Readonly<{ negative: number; positive: number }>;

export type LogOdds = Readonly<{
  /** How much more a word belongs to positive than to negative reviews, in natural logarithms; 0 is as much to both. */
  logOdds: number;
  /** The same in standard errors: what words are ranked by, since rare ones are uncertain. */
  z: number;
}>;

/** Words that the prior weighs as much as; 500 is the paper's. */
export const PRIOR_WORDS = 500;

/**
 * The weighted log-odds ratio under an informative Dirichlet prior: Monroe, Colaresi, Quinn, "Fightin' Words: Lexical Feature
 * Selection and Evaluation for Identifying the Content of Political Conflict", Political Analysis 16 (2008), equations 16, 20, 22
 * and 23:
 *
 *   d = ln((p + a) / (P + A - p - a)) - ln((n + a) / (N + A - n - a)),   z = d / sqrt(1 / (p + a) + 1 / (n + a))
 *
 * with p, n the word's counts, P, N those of all words, A = 500, and a = A (p + n) / (P + N), the word's share of all reviews: a
 * priori a word is as frequent in both classes.
 *
 * @returns null where a class has no words, or the word does not occur
 */
export function weightedLogOdds(word: ClassCounts, all: ClassCounts): LogOdds | null {
  const count = word.negative + word.positive;
  if (all.negative === 0 || all.positive === 0 || count === 0) return null;
  const prior = (PRIOR_WORDS * count) / (all.negative + all.positive);
  const logOf = (ofWord: number, ofAll: number) =>
    Math.log((ofWord + prior) / (ofAll + PRIOR_WORDS - ofWord - prior));
  const logOdds = logOf(word.positive, all.positive) - logOf(word.negative, all.negative);
  // A vocabulary of one word: nothing to compare it with.
  if (!Number.isFinite(logOdds)) return null;
  return {
    logOdds,
    z: logOdds / Math.sqrt(1 / (word.positive + prior) + 1 / (word.negative + prior)),
  };
}
