import type { Matrix } from './matrix.ts';

/**
 * The products of tall matrices, where nearly all the time of a comparison goes. The analysis child does them with the native
 * library; `plainProducts` needs nothing.
 */
export type Products = Readonly<{
  /** A B^T, [a.rows, b.rows]. */
  rowsByRows: (a: Matrix, b: Matrix) => Float32Array;
  /** A^T B summed in float64, [a.columns, b.columns]. */
  columnsByColumns: (a: Matrix, b: Matrix) => Float64Array;
  /** A Q with Q [a.columns, columns]. */
  times: (a: Matrix, q: Float64Array, columns: number) => Matrix;
}>;

export const plainProducts: Products = {
  rowsByRows(a, b) {
    const [left, right, width] = [a.values, b.values, a.columns];
    const result = new Float32Array(a.rows * b.rows);
    for (let i = 0; i < a.rows; i += 1) {
      for (let j = 0; j < b.rows; j += 1) {
        let sum = 0;
        for (let at = 0; at < width; at += 1) {
          sum += (left[i * width + at] as number) * (right[j * width + at] as number);
        }
        result[i * b.rows + j] = sum;
      }
    }
    return result;
  },
  columnsByColumns(a, b) {
    const [left, right, width] = [a.values, b.values, b.columns];
    const result = new Float64Array(a.columns * width);
    for (let row = 0; row < a.rows; row += 1) {
      for (let i = 0; i < a.columns; i += 1) {
        const factor = left[row * a.columns + i] as number;
        for (let j = 0; j < width; j += 1) {
          result[i * width + j] =
            (result[i * width + j] as number) + factor * (right[row * width + j] as number);
        }
      }
    }
    return result;
  },
  times(a, q, columns) {
    const [left, values] = [a.values, new Float32Array(a.rows * columns)];
    const sums = new Float64Array(columns);
    for (let row = 0; row < a.rows; row += 1) {
      sums.fill(0);
      for (let i = 0; i < a.columns; i += 1) {
        const factor = left[row * a.columns + i] as number;
        for (let j = 0; j < columns; j += 1) {
          sums[j] = (sums[j] as number) + factor * (q[i * columns + j] as number);
        }
      }
      values.set(sums, row * columns);
    }
    return { rows: a.rows, columns, values };
  },
};
