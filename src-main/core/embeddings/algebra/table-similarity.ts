import { shuffledIndices, type RandomStream } from '../../util/random.ts';
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
 * Of two centred tables at unit Frobenius norm under the best rotation: the **squared** distance 2 - 2 tr S (S: the singular values of
 * X^T Y), from 0 to 2. The residual is that of P. H. Schoenemann, "A generalized solution of the orthogonal Procrustes problem",
 * Psychometrika 31, 1966; its root, from 0 to 1.41, is the distance.
 */
export function squaredProcrustes(nuclear: number, lengthX: number, lengthY: number): number {
  if (lengthX === 0 || lengthY === 0) return Number.NaN;
  return Math.max(0, 2 - (2 * nuclear) / (lengthX * lengthY));
}

/** `chances`: the same with the second table's words in other orders. */
export type SimilarityAnalysis = Readonly<{
  value: number;
  chances: readonly number[];
  sampled: number;
}>;

/**
 * Representational similarity: the correlation of all cosines between words in one table and in the other, over at most `most`
 * sampled words; and of what chance gives, so many times.
 */
export function similarityAnalysis(
  a: Matrix,
  b: Matrix,
  products: Products,
  options: Readonly<{ most: number; orders: number; random: RandomStream }>,
): SimilarityAnalysis {
  const { most, orders, random } = options;
  const both = [squaredLengths(a), squaredLengths(b)] as const;
  const defined = Int32Array.from({ length: a.rows }, (_, row) => row).filter(
    (row) => both[0][row] !== 0 && both[1][row] !== 0,
  );
  const order = shuffledIndices(defined.length, random).subarray(0, most);
  const sample = order.map((index) => defined[index] as number).sort();
  const cosinesOf = (table: Matrix): Float32Array => {
    const unit = unitRows(gatherRows(table, sample));
    return products.rowsByRows(unit, unit);
  };
  const asTheyAre = sample.map((_, index) => index);
  const first = pairsOf(cosinesOf(a), asTheyAre);
  const second = cosinesOf(b);
  const against = (places: Int32Array): number => correlation(first, pairsOf(second, places));
  return {
    value: against(asTheyAre),
    chances: Array.from({ length: orders }, () => against(shuffledIndices(sample.length, random))),
    sampled: sample.length,
  };
}

/** Each pair of rows once, the rows in an order. */
function pairsOf(square: Float32Array, order: Int32Array): Float32Array {
  const n = order.length;
  const pairs = new Float32Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i += 1) {
    const row = (order[i] as number) * n;
    for (let j = i + 1; j < n; j += 1) {
      pairs[at] = square[row + (order[j] as number)] as number;
      at += 1;
    }
  }
  return pairs;
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
