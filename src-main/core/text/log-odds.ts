/** Occurrences in negative and in positive reviews: of one word, or of all. */
export type ClassCounts = Readonly<{ negative: number; positive: number }>;

/** Added to each word's count in each class: a word that a class never uses has finite odds, and rare words shrink towards 0. */
export const SMOOTHING = 0.5;

/**
 * How much more a word belongs to positive than to negative reviews, in natural logarithms; 0 is as much to both:
 *
 *   ln((p + a) / (P + aV - p - a)) - ln((n + a) / (N + aV - n - a))
 *
 * with p, n the word's counts, P, N those of all words, V different words and a = 0.5. This is the log-odds ratio under a
 * symmetric Dirichlet prior: Monroe, Colaresi, Quinn, "Fightin' Words", Political Analysis 16 (2008), equation 15.
 *
 * @returns null where a class has no words, or the word does not occur
 */
export function logOdds(word: ClassCounts, all: ClassCounts, vocabularySize: number): number | null {
  if (all.negative === 0 || all.positive === 0 || word.negative + word.positive === 0) return null;
  const logOf = (count: number, total: number) => {
    const smoothed = count + SMOOTHING;
    return Math.log(smoothed / (total + SMOOTHING * vocabularySize - smoothed));
  };
  const value = logOf(word.positive, all.positive) - logOf(word.negative, all.negative);
  // A vocabulary of one word: nothing to compare it with.
  return Number.isFinite(value) ? value : null;
}
