import { shuffledIndices, type RandomStream } from '../../util/random.ts';
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
 * Lays X over Y (both n x d, centred as the caller says). `isFixed` lays them as they are: two epochs of one run share a frame.
 */
export function align(
  x: Matrix,
  y: Matrix,
  products: Products,
  { random, isFixed = false }: Readonly<{ random: RandomStream; isFixed?: boolean }>,
): Alignment {
  const { q, nuclear } = fit(x, y, products, isFixed);
  const cosines = cosinesUnder(x, y, q, products, isFixed);
  return {
    q,
    nuclear,
    cosines,
    fittedCosine: meanOfDefined(cosines),
    heldOutCosine: heldOutCosine(x, y, products, { random, isFixed }),
  };
}

/** Mean cosine of one random half of the rows under the rotation fitted to the other. */
export function heldOutCosine(
  x: Matrix,
  y: Matrix,
  products: Products,
  { random, isFixed }: Readonly<{ random: RandomStream; isFixed: boolean }>,
): number {
  const order = shuffledIndices(x.rows, random);
  const [fitted, rest] = [
    order.subarray(0, Math.floor(x.rows / 2)).toSorted(),
    order.subarray(Math.floor(x.rows / 2)).toSorted(),
  ];
  const { q } = fit(gatherRows(x, fitted), gatherRows(y, fitted), products, isFixed);
  return meanOfDefined(
    cosinesUnder(gatherRows(x, rest), gatherRows(y, rest), q, products, isFixed),
  );
}

const fit = (x: Matrix, y: Matrix, products: Products, isFixed: boolean): Rotation => {
  const cross = products.columnsByColumns(x, y);
  return isFixed
    ? { q: identity(x.columns), nuclear: traceOf(cross, x.columns) }
    : rotationOf(cross, x.columns);
};

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
