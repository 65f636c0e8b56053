import type { Matrix } from './matrix.ts';
import type { Products } from './products.ts';
import {
  identity,
  multiply,
  principalAxes,
  rotationOf,
  transposed,
  type SquareMatrix,
} from './rotation.ts';

/** A^T B of every two tables, each at unit Frobenius norm: `grams[i][j]` is [d, d]. */
export type Grams = readonly (readonly SquareMatrix[])[];

export type CommonFrame = Readonly<{
  /** By table: into the common frame, columns along its principal axes. Orthogonal, [d, d]. */
  transforms: readonly SquareMatrix[];
  /** By axis, the share of the stacked tables' variance; falls, and adds up to 1. */
  shares: Float64Array;
}>;

/**
 * One frame for several tables, so that all differences between them agree: generalised Procrustes, each table in turn rotated
 * towards the mean of all (J. C. Gower, "Generalized Procrustes analysis", Psychometrika 40, 1975); with a reference every table is
 * rotated onto that one instead. All of it is arithmetic on the tables' products: no row is touched.
 */
export function commonFrame(grams: Grams, d: number, reference: number | null): CommonFrame {
  const rotations =
    reference === null
      ? towardsMean(grams, d)
      : grams.map((row, index) => rotationTo(row, index, reference, d));
  const stacked = new Float64Array(d * d);
  rotations.forEach((q, index) => {
    const own = multiply(multiply(transposed(q, d), gramOf(grams, index, index), d), q, d);
    own.forEach((value, at) => {
      stacked[at] = (stacked[at] ?? 0) + value;
    });
  });
  const { axes, variances } = principalAxes(stacked, d);
  const total = variances.reduce((sum, value) => sum + value, 0);
  return {
    transforms: rotations.map((q) => multiply(q, axes, d)),
    shares: variances.map((value) => (total === 0 ? 0 : value / total)),
  };
}

/** Of tables that share their frame: the columns as they are. */
export function ownFrame(grams: Grams, d: number): CommonFrame {
  const variances = Float64Array.from({ length: d }, (_, column) =>
    grams.reduce((sum, __, index) => sum + (gramOf(grams, index, index)[column * (d + 1)] ?? 0), 0),
  );
  const total = variances.reduce((sum, value) => sum + value, 0);
  return {
    transforms: grams.map(() => identity(d)),
    shares: variances.map((value) => (total === 0 ? 0 : value / total)),
  };
}

/** How many of the frame's axes are shown beside one another. */
export const shownAxes = 32;

/**
 * Centred rows in the frame, along its first `count` axes. The root mean square of the compared rows' lengths becomes 1, so that tables
 * of different lengths lie on one another.
 */
export function laidRows(
  centred: Matrix,
  frobenius: number,
  transform: SquareMatrix,
  count: number,
  products: Pick<Products, 'times'>,
  comparedRows: number = centred.rows,
): Matrix {
  const d = centred.columns;
  const scale = frobenius === 0 ? 0 : Math.sqrt(comparedRows) / frobenius;
  const first = new Float64Array(d * count);
  for (let row = 0; row < d; row += 1) {
    for (let axis = 0; axis < count; axis += 1) {
      first[row * count + axis] = scale * (transform[row * d + axis] as number);
    }
  }
  return products.times(centred, first, count);
}

function rotationTo(
  row: readonly SquareMatrix[],
  index: number,
  reference: number,
  d: number,
): SquareMatrix {
  const gram = row[reference];
  return index === reference || gram === undefined ? identity(d) : rotationOf(gram, d).q;
}

function towardsMean(grams: Grams, d: number): SquareMatrix[] {
  let rotations = grams.map((row, index) => rotationTo(row, index, 0, d));
  let before = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    let agreement = 0;
    for (const index of grams.keys()) {
      // X_i^T times the sum of the others as they lie now; the table itself would only hold it back.
      const towards = new Float64Array(d * d);
      rotations.forEach((q, other) => {
        if (other === index) return;
        multiply(gramOf(grams, index, other), q, d).forEach((value, at) => {
          towards[at] = (towards[at] ?? 0) + value;
        });
      });
      const { q, nuclear } = rotationOf(towards, d);
      rotations = rotations.with(index, q);
      agreement += nuclear;
    }
    if (agreement - before <= tolerance * agreement) break;
    before = agreement;
  }
  return rotations;
}

const mostRounds = 30;
const tolerance = 1e-6;

function gramOf(grams: Grams, i: number, j: number): SquareMatrix {
  const gram = grams[i]?.[j];
  if (gram === undefined) throw new Error(`There is no product of tables ${i} and ${j}.`);
  return gram;
}
