import type { TransplantPasses } from '#contract/transplant.ts';

import { rankOfId } from '../text/ids.ts';
import { withColumns, shifted, type Matrix } from './matrix.ts';
import type { Products } from './products.ts';
import type { SquareMatrix } from './rotation.ts';

/** From the frame of one table into that of another, as an alignment over the vocabulary found it. */
export type FrameChange = Readonly<{
  /** The compared words' means in either table, [d]. */
  fromMeans: Float64Array;
  toMeans: Float64Array;
  /** Orthogonal, [d, d]. */
  q: SquareMatrix;
  /** Length of the other table's vectors by those of this one. */
  lengthRatio: number;
}>;

/** The table where the other one lies: turned, as long, and about the other's mean; a narrower one in as many columns. */
export function inOtherFrame(
  table: Matrix,
  { fromMeans, toMeans, q, lengthRatio }: FrameChange,
  columns: number,
  products: Pick<Products, 'times'>,
): Matrix {
  const d = fromMeans.length;
  const turned = products.times(
    shifted(withColumns(table, d), fromMeans),
    q.map((value) => value * lengthRatio),
    d,
  );
  return withColumns(
    shifted(
      turned,
      toMeans.map((mean) => -mean),
    ),
    columns,
  );
}

/** The receiver's table with the donor's row wherever there is one: `rowOf` has -1 where the receiver keeps its own. */
export function withRowsOf(receiver: Matrix, donor: Matrix, rowOf: Int32Array): Matrix {
  const { columns } = receiver;
  const values = Float32Array.from(receiver.values);
  rowOf.forEach((from, row) => {
    if (from < 0) return;
    values.set(donor.values.subarray(from * columns, (from + 1) * columns), row * columns);
  });
  return { ...receiver, values };
}

/**
 * By row of the receiver the donor's row of the same word, else -1. Rows of no word mean the same in every run's table, and go along.
 */
export function donorRows(
  receiver: readonly (string | null)[],
  donor: readonly (string | null)[],
  hasSpecialRows: boolean,
): Readonly<{ rowOf: Int32Array; moved: number; kept: readonly string[] }> {
  const places = new Map<string, number>();
  donor.forEach((word, row) => {
    if (word !== null && !places.has(word)) places.set(word, row);
  });
  const kept: string[] = [];
  let moved = 0;
  const rowOf = Int32Array.from(receiver, (word, row) => {
    if (word === null) return hasSpecialRows && rankOfId(row) <= 0 ? row : -1;
    const place = places.get(word);
    if (place === undefined) kept.push(word);
    else moved += 1;
    return place ?? -1;
  });
  return { rowOf, moved, kept };
}

/** Accuracy of a pass minus that of the receiver's own table, with half the width of its 95 % interval over paired reviews. */
export function differenceFromOwn(
  pass: Readonly<{ accuracy: number; flips: number }>,
  own: Readonly<{ accuracy: number }>,
  reviews: number,
): Readonly<{ difference: number; margin: number }> {
  const difference = pass.accuracy - own.accuracy;
  // A review whose prediction flips is right in exactly one of the two.
  const variance = Math.max(0, pass.flips / reviews - difference ** 2) / reviews;
  return { difference, margin: 1.96 * Math.sqrt(variance) };
}

export type TransplantVerdict = Readonly<{
  /**
   * `unread`: what the own table gains over the untrained one is too little beside chance to be divided. `asIs`: the table needs no rotation.
   * Of what the own table gains over the untrained one, the aligned table keeps nearly all (`rotation`), some (`partly`), or hardly
   * any (`more`).
   */
  kind: 'unread' | 'asIs' | 'rotation' | 'partly' | 'more';
  /** Accuracy of the kept table minus that of the untrained one, never below 0. */
  kept: number;
  /** The own table's. */
  gain: number;
}>;

/** So many half widths of its interval the gain must have, for a share of it to be known within a quarter. */
const readableGain = 4;
const nearlyAll = 0.8;
const hardlyAny = 0.2;

export function transplantVerdict(passes: TransplantPasses, reviews: number): TransplantVerdict {
  const { own, raw, aligned, untrained } = passes;
  const { difference, margin } = differenceFromOwn(untrained, own, reviews);
  const gain = -difference;
  const above = ({ accuracy }: Readonly<{ accuracy: number }>): number =>
    Math.max(0, accuracy - untrained.accuracy);
  if (gain <= readableGain * margin) return { kind: 'unread', kept: above(aligned), gain };
  if (above(raw) >= nearlyAll * gain) return { kind: 'asIs', kept: above(raw), gain };
  const share = above(aligned) / gain;
  const kind = share >= nearlyAll ? 'rotation' : share <= hardlyAny ? 'more' : 'partly';
  return { kind, kept: above(aligned), gain };
}
