import { shuffledIndices, type RandomStream } from '../random.ts';
import { gatherRows, squaredLengths, unitRows, type Matrix } from './matrix.ts';
import { correlation } from './neighbours.ts';
import type { Products } from './products.ts';
import type { SquareMatrix } from './rotation.ts';

/** A table with centred columns, and its product with itself. */
export type CentredTable = Readonly<{ table: Matrix; gram: SquareMatrix }>;

/**
 * Debiased linear CKA: 1 where one table is the other rotated and scaled, about 0 for unrelated tables of any size (S. Kornblith et
 * al., "Similarity of neural network representations revisited", ICML 2019, with the unbiased terms of L. Song et al., "Feature
 * selection via dependence maximization", JMLR 13, 2012). NaN where a denominator is not above 0.
 *
 * @param cross A^T B
 */
export function debiasedCka(a: CentredTable, b: CentredTable, cross: SquareMatrix): number {
  const n = a.table.rows;
  const [squaresA, squaresB] = [squaredLengths(a.table), squaredLengths(b.table)];
  const term = (gram: SquareMatrix, rowsX: Float64Array, rowsY: Float64Array): number =>
    sumOf(gram.map((value) => value * value)) -
    (n / (n - 2)) * sumOf(rowsX.map((value, row) => value * (rowsY[row] as number))) +
    (sumOf(rowsX) * sumOf(rowsY)) / ((n - 1) * (n - 2));
  const ofA = term(a.gram, squaresA, squaresA);
  const ofB = term(b.gram, squaresB, squaresB);
  if (!(n > 3 && ofA > 0 && ofB > 0)) return Number.NaN;
  return term(cross, squaresA, squaresB) / Math.sqrt(ofA * ofB);
}

/**
 * Of two centred tables at unit Frobenius norm under the best rotation: the squared distance, 2 - 2 (sum of singular values), from 0
 * to 2 (F. Ding, J.-S. Denain, J. Steinhardt, "Grounding representation similarity through statistical testing", NeurIPS 2021).
 */
export function procrustesDistance(nuclear: number, lengthX: number, lengthY: number): number {
  if (lengthX === 0 || lengthY === 0) return Number.NaN;
  return Math.max(0, 2 - (2 * nuclear) / (lengthX * lengthY));
}

export type SimilarityAnalysis = Readonly<{ value: number; chance: number; sampled: number }>;

/**
 * Representational similarity: the correlation of all cosines between words in one table and in the other, over at most `most`
 * sampled words; `chance` is the same with the second table's words in another order.
 */
export function similarityAnalysis(
  a: Matrix,
  b: Matrix,
  products: Products,
  options: Readonly<{ most: number; random: RandomStream }>,
): SimilarityAnalysis {
  const { most, random } = options;
  const both = [squaredLengths(a), squaredLengths(b)] as const;
  const defined = Int32Array.from({ length: a.rows }, (_, row) => row).filter(
    (row) => both[0][row] !== 0 && both[1][row] !== 0,
  );
  const order = shuffledIndices(defined.length, random).subarray(0, most);
  const sample = order.map((index) => defined[index] as number).sort();
  const cosinesOf = (table: Matrix, rows: Int32Array): Float32Array => {
    const unit = unitRows(gatherRows(table, rows));
    return pairsOf(products.rowsByRows(unit, unit), rows.length);
  };
  const first = cosinesOf(a, sample);
  const other = shuffledIndices(sample.length, random).map((index) => sample[index] as number);
  return {
    value: correlation(first, cosinesOf(b, sample)),
    chance: correlation(first, cosinesOf(b, other)),
    sampled: sample.length,
  };
}

/** Each pair once. */
function pairsOf(square: Float32Array, n: number): Float32Array {
  const pairs = new Float32Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i += 1) {
    const row = square.subarray(i * n + i + 1, (i + 1) * n);
    pairs.set(row, at);
    at += row.length;
  }
  return pairs;
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
