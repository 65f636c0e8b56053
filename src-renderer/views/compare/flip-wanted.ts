import type { JudgedReviews } from '#contract/evaluation.ts';

/** What is asked of reviews; empty fields ask nothing. */
export type Wanted = Readonly<{ tokensFrom: string; tokensTo: string; unknownMost: string }>;

export const nothingWanted: Wanted = { tokensFrom: '', tokensTo: '', unknownMost: '' };

export const asksFacts = (wanted: Wanted): boolean =>
  Object.values(wanted).some((text) => numberOf(text) !== null);

/** Rows whose facts are as asked. */
export function rowsAsWanted(reviews: JudgedReviews, wanted: Wanted): ReadonlySet<number> {
  const from = numberOf(wanted.tokensFrom) ?? 0;
  const to = numberOf(wanted.tokensTo) ?? Infinity;
  const most = (numberOf(wanted.unknownMost) ?? 100) / 100;
  return new Set(
    reviews.rows.filter((_, index) => {
      const length = reviews.lengths?.[index] ?? 0;
      return length >= from && length <= to && (reviews.oovShares?.[index] ?? 0) <= most;
    }),
  );
}

/** Null for what is no number: it asks nothing. */
function numberOf(text: string): number | null {
  const trimmed = text.trim().replaceAll(',', '');
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) ? null : value;
}
