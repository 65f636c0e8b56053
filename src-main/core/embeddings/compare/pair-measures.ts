import type { TableMeasure, WordMeasure } from '#contract/embedding-diff.ts';

import { randomStream } from '../../util/random.ts';
import { align, meanOfDefined, rotated, type Alignment } from '../algebra/alignment.ts';
import type { Matrix } from '../algebra/matrix.ts';
import { neighbourOverlap, secondOrder, type NeighbourLists } from '../algebra/neighbours.ts';
import type { Products } from '../algebra/products.ts';
import type { SquareMatrix } from '../algebra/rotation.ts';
import { debiasedCka, similarityAnalysis, squaredProcrustes } from '../algebra/table-similarity.ts';

export const neighbourCounts = [10, 50, 250] as const;
export const mostNeighbours = 250;
export const profileNeighbours = 25;
const mostSampled = 2000;

/** One table as a comparison needs it; rows are words. */
export type PreparedTable = Readonly<{
  /** Ranked words, with centred columns (or as they are, where the comparison says so). */
  table: Matrix;
  /** Ranked words, as they are. */
  raw: Matrix;
  gram: SquareMatrix;
  /** Of `table`. */
  frobenius: number;
  /** All words that may be neighbours, of length 1. */
  unit: Matrix;
  neighbours: NeighbourLists;
}>;

/** NaN stands for undefined. */
export type PairMeasures = Readonly<{
  words: Readonly<Record<WordMeasure, Float32Array>>;
  whole: Readonly<Record<TableMeasure, number>>;
}>;
/** `q` turns the first table onto the second; RSA took `sampled` words, and gives `rsaChances` in other orders. */
type Rotated = Readonly<{ q: SquareMatrix; sampled: number; rsaChances: readonly number[] }>;

export type PairOptions = Readonly<{
  seed: number;
  name: string;
  /** Two epochs of one run: they share a frame. */
  isFixed: boolean;
  queries: Int32Array;
  /** Random orders of the second table's words, for what chance gives. */
  orders: number;
}>;

/** All measures of two tables over the same words. */
export function measurePair(
  x: PreparedTable,
  y: PreparedTable,
  products: Products,
  options: PairOptions,
): PairMeasures & Rotated {
  const { seed, name, isFixed, queries, orders } = options;
  const random = (what: string) => randomStream(seed, `${what} ${name}`);
  const alignment = align(x.table, y.table, products, { random: random('half'), isFixed });
  const overlaps = neighbourOverlap(x.neighbours, y.neighbours, neighbourCounts, x.unit.rows);
  const [jaccard10, jaccard50, jaccard250] = overlaps as [Float32Array, Float32Array, Float32Array];
  const rsa = similarityAnalysis(x.raw, y.raw, products, {
    most: mostSampled,
    orders,
    random: random('sample'),
  });
  const withDirection = (values: Float64Array): Float32Array =>
    Float32Array.from(values, (value, row) =>
      isZero(x.raw, row) || isZero(y.raw, row) ? Number.NaN : value,
    );
  const alignedCosine = withDirection(alignment.cosines);
  const changes = lengthsOfChange(x, y, alignment, products, isFixed);
  // Summed from the rows it is exactly 0 for equal tables.
  const squared = isFixed
    ? changes.reduce((sum, change) => sum + change * change, 0)
    : squaredProcrustes(alignment.nuclear, x.frobenius, y.frobenius);
  const secondOrders = secondOrder(
    [x.unit, y.unit],
    [x.neighbours, y.neighbours],
    queries,
    profileNeighbours,
  );
  return {
    words: {
      alignedCosine,
      alignedL2: withDirection(changes),
      jaccard10,
      jaccard50,
      jaccard250,
      secondOrder: secondOrders,
    },
    whole: {
      fittedCosine: meanOfDefined(alignedCosine),
      heldOutCosine: alignment.heldOutCosine,
      procrustesDistance: squared,
      procrustesDistanceRoot: Math.sqrt(squared),
      debiasedCka: debiasedCka(x, y, products.columnsByColumns(x.table, y.table)),
      rsa: rsa.value,
      meanJaccard10: meanOfDefined(jaccard10),
      meanJaccard50: meanOfDefined(jaccard50),
      meanJaccard250: meanOfDefined(jaccard250),
      meanSecondOrder: meanOfDefined(secondOrders),
    },
    q: alignment.q,
    sampled: rsa.sampled,
    rsaChances: rsa.chances,
  };
}

/** By row: |x Q / |X| - y / |Y||, both tables at unit Frobenius norm. */
function lengthsOfChange(
  x: PreparedTable,
  y: PreparedTable,
  { q }: Alignment,
  products: Products,
  isFixed: boolean,
): Float64Array {
  const over = rotated(x.table, q, products, isFixed);
  const { columns } = y.table;
  const lengths = new Float64Array(y.table.rows);
  for (let row = 0; row < lengths.length; row += 1) {
    let sum = 0;
    for (let at = row * columns; at < (row + 1) * columns; at += 1) {
      const change =
        (over.values[at] as number) / x.frobenius - (y.table.values[at] as number) / y.frobenius;
      sum += change * change;
    }
    lengths[row] = Math.sqrt(sum);
  }
  return lengths;
}

function isZero({ columns, values }: Matrix, row: number): boolean {
  for (let at = row * columns; at < (row + 1) * columns; at += 1)
    if (values[at] !== 0) return false;
  return true;
}
