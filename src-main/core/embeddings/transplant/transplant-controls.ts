import type { TransplantControl } from '#contract/transplant.ts';

import { randomStream, shuffledIndices } from '../../util/random.ts';
import { gatherRows, shifted, type Matrix } from '../algebra/matrix.ts';
import type { Products } from '../algebra/products.ts';
import {
  leftSingularVectors,
  multiply,
  randomRotation,
  transposed,
  type SquareMatrix,
} from '../algebra/rotation.ts';
import { inOtherFrame, withRowsOf, type FrameChange } from './transplant.ts';

/** A table that stands in the receiver's place beside the aligned one. */
export type ControlPlan = Pick<TransplantControl, 'kind' | 'k' | 'seed'>;

/** With its mirror images nine rotations bound chance at 5 in 100 (core/embeddings/transplant-reading.ts). */
const seeds = { randomRotation: 9, permutedAxes: 3 } as const;

/** `directions` for k = 1, 2, 4, ... below their number, which is the donor's dimensions: all of them are the aligned table. */
export function controlPlans(directions: number): ControlPlan[] {
  const plans: ControlPlan[] = [];
  for (let k = 1; k < directions; k *= 2) plans.push({ kind: 'directions', k });
  for (const kind of ['randomRotation', 'permutedAxes'] as const) {
    for (let seed = 1; seed <= seeds[kind]; seed += 1) plans.push({ kind, seed });
  }
  return plans;
}

export type ControlInput = Readonly<{
  donor: Matrix;
  receiver: Matrix;
  /** By row of the receiver the donor's row that goes there, else -1. */
  rowOf: Int32Array;
  frame: FrameChange;
  /** Of either table, its rows of the words that the alignment was fitted to. */
  fittedRows: Readonly<{ donor: Int32Array; receiver: Int32Array }>;
  /** Of the random rotations and orders. */
  seed: number;
}>;

/** Makes the table of a plan, of the receiver's shape; the decomposition that all `directions` share is done once. */
export function controlTables(
  input: ControlInput,
  products: Pick<Products, 'times' | 'columnsByColumns'>,
): (plan: ControlPlan) => Matrix {
  const { donor, receiver, rowOf, frame, fittedRows, seed } = input;
  const d = frame.fromMeans.length;
  let directions: SquareMatrix | undefined;
  const sharedDirections = (): SquareMatrix => {
    const x = shifted(gatherRows(donor, fittedRows.donor, d), frame.fromMeans);
    const y = shifted(gatherRows(receiver, fittedRows.receiver, d), frame.toMeans);
    return leftSingularVectors(products.columnsByColumns(x, y), d);
  };
  const placed = (q: SquareMatrix): Matrix =>
    withRowsOf(receiver, inOtherFrame(donor, { ...frame, q }, receiver.columns, products), rowOf);
  return (plan) => {
    switch (plan.kind) {
      case 'directions':
        directions ??= sharedDirections();
        return placed(alongDirections(directions, frame.q, d, plan.k ?? d));
      case 'randomRotation': {
        const random = randomStream(seed, `random rotation ${plan.seed}`);
        return placed(widened(randomRotation(receiver.columns, random), receiver.columns, d));
      }
      case 'permutedAxes': {
        const random = randomStream(seed, `axis order ${plan.seed}`);
        return withColumnsInOrder(receiver, shuffledIndices(receiver.columns, random));
      }
    }
  };
}

/**
 * The alignment Q = U V^T of M = X^T Y = U S V^T without all but its k leading directions: U_k U_k^T Q, which is U_k V_k^T, [d, d].
 * Rows keep what they have along the first k pairs of singular vectors, with the length that the alignment gives it; what they have
 * along the other directions becomes 0 after centring, so that every word gets the mean of the receiver's table there.
 *
 * @param u the left singular vectors of M, as columns
 */
export function alongDirections(
  u: SquareMatrix,
  q: SquareMatrix,
  d: number,
  k: number,
): SquareMatrix {
  const leading = u.map((value, index) => (index % d < k ? value : 0));
  return multiply(multiply(leading, transposed(leading, d), d), q, d);
}

/** Columns in another order, in every row. */
export function withColumnsInOrder(table: Matrix, order: ArrayLike<number>): Matrix {
  const { columns, values } = table;
  return {
    ...table,
    values: values.map((_, at) => values[at - (at % columns) + (order[at % columns] ?? 0)] ?? 0),
  };
}

/** [from, from] in the first rows and columns of [to, to]; a frame may have more columns than the two tables that it is used for. */
function widened(q: SquareMatrix, from: number, to: number): SquareMatrix {
  const wide = new Float64Array(to * to);
  for (let row = 0; row < from; row += 1) {
    wide.set(q.subarray(row * from, (row + 1) * from), row * to);
  }
  return wide;
}
