import { shuffledIndices, type RandomStream } from '../random.ts';
import { gatherRows, type Matrix } from './matrix.ts';
import type { Products } from './products.ts';
import { identity, rotationOf, type Rotation, type SquareMatrix } from './rotation.ts';

export type Alignment = Readonly<{
  /** [d, d]: X Q lies over Y. */
  q: SquareMatrix;
  nuclear: number;
  /** Cosine of x Q and y by row; NaN where either is all zeros. */
  cosines: Float64Array;
  fittedCosine: number;
  /** Mean cosine of one random half of the rows under the rotation fitted to the other. */
  heldOutCosine: number;
}>;

/**
 * Lays X over Y (both n x d, centred as the caller says). `fixed` lays them as they are: two epochs of one run share a frame.
 */
export function align(
  x: Matrix,
  y: Matrix,
  products: Products,
  options: Readonly<{ random: RandomStream; isFixed?: boolean }>,
): Alignment {
  const fit = (a: Matrix, b: Matrix): Rotation =>
    options.isFixed === true
      ? { q: identity(a.columns), nuclear: traceOf(products.columnsByColumns(a, b), a.columns) }
      : rotationOf(products.columnsByColumns(a, b), a.columns);
  const { q, nuclear } = fit(x, y);
  const cosines = cosinesUnder(x, y, q, products, options.isFixed);
  const order = shuffledIndices(x.rows, options.random);
  const [fitted, rest] = [
    order.subarray(0, Math.floor(x.rows / 2)).toSorted(),
    order.subarray(Math.floor(x.rows / 2)).toSorted(),
  ];
  const half = fit(gatherRows(x, fitted), gatherRows(y, fitted));
  const heldOut = cosinesUnder(
    gatherRows(x, rest),
    gatherRows(y, rest),
    half.q,
    products,
    options.isFixed,
  );
  return {
    q,
    nuclear,
    cosines,
    fittedCosine: meanOfDefined(cosines),
    heldOutCosine: meanOfDefined(heldOut),
  };
}

/** What X Q is, or X itself where the rotation is none: not a last bit is changed. */
export const rotated = (x: Matrix, q: SquareMatrix, products: Products, isFixed = false): Matrix =>
  isFixed ? x : products.times(x, q, x.columns);

function cosinesUnder(
  x: Matrix,
  y: Matrix,
  q: SquareMatrix,
  products: Products,
  isFixed?: boolean,
): Float64Array {
  return rowCosines(rotated(x, q, products, isFixed), y);
}

/** By row; NaN where either row is all zeros. Of equal rows exactly 1. */
export function rowCosines(x: Matrix, y: Matrix): Float64Array {
  const cosines = new Float64Array(x.rows);
  for (let row = 0; row < x.rows; row += 1) {
    let [xy, xx, yy] = [0, 0, 0];
    for (let at = row * x.columns; at < (row + 1) * x.columns; at += 1) {
      const a = x.values[at] as number;
      const b = y.values[at] as number;
      xy += a * b;
      xx += a * a;
      yy += b * b;
    }
    cosines[row] = xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
  }
  return cosines;
}

/** NaN stands for undefined and is left out; NaN where nothing is defined. */
export function meanOfDefined(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function traceOf(matrix: SquareMatrix, d: number): number {
  let sum = 0;
  for (let index = 0; index < d; index += 1) sum += matrix[index * (d + 1)] ?? 0;
  return sum;
}
