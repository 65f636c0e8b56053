import {
  EigenvalueDecomposition,
  Matrix as Square,
  QrDecomposition,
  SingularValueDecomposition,
} from 'ml-matrix';

import type { RandomStream } from '../../util/random.ts';

/** A small square matrix, row-major [d, d]. */
export type SquareMatrix = Float64Array;

export type Rotation = Readonly<{
  /** Orthogonal; reflections are allowed. */
  q: SquareMatrix;
  /** The sum of the singular values: how much of the two tables the rotation brings together. */
  nuclear: number;
}>;

/** The orthogonal Q nearest to M = X^T Y = U S V^T, so that X Q is as near to Y as a rotation can bring it: Q = U V^T. */
export function rotationOf(m: SquareMatrix, d: number): Rotation {
  const svd = new SingularValueDecomposition(asSquare(m, d));
  const q = svd.leftSingularVectors.mmul(svd.rightSingularVectors.transpose());
  return { q: flat(q, d), nuclear: svd.diagonal.reduce((sum, value) => sum + value, 0) };
}

/** U of M = U S V^T, [d, d]: the left singular vectors as columns, that of the largest singular value first. */
export function leftSingularVectors(m: SquareMatrix, d: number): SquareMatrix {
  return flat(new SingularValueDecomposition(asSquare(m, d)).leftSingularVectors, d);
}

/**
 * An orthogonal matrix (reflections included), [d, d], from the uniform (Haar) distribution: Q of the QR decomposition of a Gaussian
 * matrix, with the signs that make the diagonal of R positive (F. Mezzadri, "How to generate random matrices from the classical compact
 * groups", Notices of the AMS 54, 2007).
 */
export function randomRotation(d: number, { normal }: Pick<RandomStream, 'normal'>): SquareMatrix {
  const gaussian = Float64Array.from({ length: d * d }, normal);
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(asSquare(gaussian, d));
  return flat(orthogonalMatrix, d).map((value, index) => {
    const column = index % d;
    return upperTriangularMatrix.get(column, column) < 0 ? -value : value;
  });
}

export const identity = (d: number): SquareMatrix =>
  Float64Array.from({ length: d * d }, (_, index) => Number(index % (d + 1) === 0));

export function multiply(a: SquareMatrix, b: SquareMatrix, d: number): SquareMatrix {
  const result = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) {
    for (let k = 0; k < d; k += 1) {
      const left = a[i * d + k] as number;
      for (let j = 0; j < d; j += 1) {
        result[i * d + j] = (result[i * d + j] as number) + left * (b[k * d + j] as number);
      }
    }
  }
  return result;
}

export function transposed(a: SquareMatrix, d: number): SquareMatrix {
  return a.map((_, index) => a[(index % d) * d + Math.floor(index / d)] ?? 0);
}

/**
 * Eigenvectors as columns and eigenvalues of a symmetric matrix, the largest first. Of an eigenvector and its opposite the one whose
 * largest component is positive, so that the same tables always give the same picture.
 */
export function principalAxes(
  symmetric: SquareMatrix,
  d: number,
): Readonly<{ axes: SquareMatrix; variances: Float64Array }> {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    asSquare(symmetric, d),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value);
  const axes = new Float64Array(d * d);
  order.forEach(({ index }, column) => {
    const vector = eigenvectorMatrix.getColumn(index);
    const largest = vector.reduce(
      (top, value) => (Math.abs(value) > Math.abs(top) ? value : top),
      0,
    );
    vector.forEach((value, row) => {
      axes[row * d + column] = largest < 0 ? -value : value;
    });
  });
  return { axes, variances: Float64Array.from(order, ({ value }) => Math.max(0, value)) };
}

function asSquare(values: SquareMatrix, d: number): Square {
  return Square.from1DArray(d, d, values);
}

function flat(matrix: Square, d: number): SquareMatrix {
  const values = new Float64Array(d * d);
  for (let row = 0; row < d; row += 1) values.set(matrix.getRow(row), row * d);
  return values;
}
