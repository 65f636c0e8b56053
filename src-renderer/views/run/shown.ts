import type { JudgedReviews } from '#contract/evaluation.ts';
import { cellOf } from '#core/evaluation/confusion.ts';
import { equalSlices, slicesUpTo, valueSlices, type Slice } from '#core/evaluation/slices.ts';
import { count, percent, range } from '#core/wording/number-text.ts';
import * as m from '#messages';

export const sliceKinds = ['length', 'cut', 'oov', 'rating'] as const;
export type SliceKind = (typeof sliceKinds)[number];
export type ChosenSlice = Readonly<{ kind: SliceKind; from: number; to: number }>;
/** All reviews, the wrong ones, or those of a cell of the confusion. */
export type Chosen = 'all' | 'wrong' | 0 | 1 | 2 | 3;

export type ShownReview = Readonly<{
  row: number;
  label: number;
  probabilities: readonly number[];
}>;

/** Whole, then up to a quarter, half, three quarters, all of it cut off. */
const cutEnds = [0, 0.25, 0.5, 0.75, 1];

export function slicesOf(
  reviews: JudgedReviews,
  kind: SliceKind,
  isRight: (index: number) => boolean,
): Slice[] {
  const values = valuesOf(reviews, kind);
  if (kind === 'cut') return slicesUpTo(values, isRight, cutEnds);
  return kind === 'rating' ? valueSlices(values, isRight) : equalSlices(values, isRight);
}

/** The reviews that were chosen: those farthest from the threshold first, then by row. */
export function reviewsShown(
  reviews: JudgedReviews,
  {
    threshold,
    chosen,
    slice,
  }: Readonly<{ threshold: number; chosen: Chosen; slice: ChosenSlice | null }>,
): readonly ShownReview[] {
  const values = slice === null ? null : valuesOf(reviews, slice.kind);
  const found: ShownReview[] = [];
  reviews.rows.forEach((row, index) => {
    const label = reviews.labels[index] ?? 0;
    const probability = reviews.probabilities[index] ?? 0;
    const cell = cellOf(label, probability, threshold);
    if (chosen === 'wrong' ? cell === 0 || cell === 3 : chosen !== 'all' && cell !== chosen) return;
    const value = values?.[index] ?? Number.NaN;
    if (slice !== null && !(value >= slice.from && value <= slice.to)) return;
    found.push({ row, label, probabilities: [probability] });
  });
  const distance = ({ probabilities: [p = 0] }: ShownReview) => Math.abs(p - threshold);
  return found.sort((a, b) => distance(b) - distance(a) || a.row - b.row);
}

/** `12 to 80`, `4`, `0.0 % to 1.2 %` */
export function rangeText({ kind, from, to }: ChosenSlice): string {
  const text = (value: number): string =>
    kind === 'cut' || kind === 'oov' ? percent(value * 100) : count(value);
  return range(text(from), text(to));
}

export function sliceText(slice: ChosenSlice): string {
  return `${sliceHead(slice.kind)} ${rangeText(slice)}`;
}

export function sliceHead(kind: SliceKind): string {
  return {
    length: m.run_slice_length,
    cut: m.run_slice_cut,
    oov: m.common_unknown_words,
    rating: m.common_rating,
  }[kind]();
}

/** NaN where there is none; empty where the texts are not here. */
function valuesOf(reviews: JudgedReviews, kind: SliceKind): readonly number[] {
  switch (kind) {
    case 'length':
      return reviews.lengths ?? [];
    case 'cut':
      return reviews.cutShares ?? [];
    case 'oov':
      return reviews.oovShares ?? [];
    case 'rating':
      return (reviews.ratings ?? []).map((rating) => rating ?? Number.NaN);
  }
}
