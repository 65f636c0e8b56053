import { rankOfId } from '../../text/ids.ts';
import { withColumns, shifted, type Matrix } from '../algebra/matrix.ts';
import type { Products } from '../algebra/products.ts';
import type { SquareMatrix } from '../algebra/rotation.ts';

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
