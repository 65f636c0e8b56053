import type { TableMeasure, WordMeasure } from '#contract/embedding-diff.ts';

import { randomStream, shuffledIndices } from '../random.ts';
import { align, meanOfDefined, rotated, type Alignment } from './alignment.ts';
import { gatherRows, type Matrix } from './matrix.ts';
import {
  neighbourOverlap,
  overlapByChance,
  secondOrder,
  type NeighbourLists,
} from './neighbours.ts';
import type { Products } from './products.ts';
import type { SquareMatrix } from './rotation.ts';
import { debiasedCka, procrustesDistance, similarityAnalysis } from './table-similarity.ts';

export const neighbourCounts = [10, 50, 250] as const;
export const mostNeighbours = 250;
const profileNeighbours = 25;
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
  chance: Readonly<Record<TableMeasure, number>>;
  lengthRatio: number;
  q: SquareMatrix;
  sampled: number;
}>;

/**
 * All measures of two tables over the same words. What chance would give is measured too: the second table's words in another order,
 * fitted and compared alike.
 *
 * @param isFixed two epochs of one run: they share a frame
 */
export function measurePair(
  x: PreparedTable,
  y: PreparedTable,
  products: Products,
  options: Readonly<{ seed: number; name: string; isFixed: boolean; queries: Int32Array }>,
): PairMeasures {
  const { seed, name, isFixed, queries } = options;
  const random = (what: string) => randomStream(seed, `${what} ${name}`);
  const cross = products.columnsByColumns(x.table, y.table);
  const alignment = align(x.table, y.table, products, { random: random('half'), isFixed });
  const permuted = permutedTable(y, shuffledIndices(y.table.rows, random('permutation')));
  const chanceCross = products.columnsByColumns(x.table, permuted.table);
  const chanceAlignment = align(x.table, permuted.table, products, {
    random: random('half'),
    isFixed,
  });
  const overlaps = neighbourOverlap(x.neighbours, y.neighbours, neighbourCounts, x.unit.rows);
  const [jaccard10, jaccard50, jaccard250] = overlaps as [Float32Array, Float32Array, Float32Array];
  const rsa = similarityAnalysis(x.raw, y.raw, products, {
    most: mostSampled,
    random: random('sample'),
  });
  const withDirection = (values: Float64Array): Float32Array =>
    Float32Array.from(values, (value, row) =>
      isZero(x.raw, row) || isZero(y.raw, row) ? Number.NaN : value,
    );
  const byChance = (k: number): number =>
    k < x.unit.rows - 1 ? overlapByChance(k, x.unit.rows) : Number.NaN;
  const alignedCosine = withDirection(alignment.cosines);
  const changes = lengthsOfChange(x, y, alignment, products, isFixed);
  return {
    words: {
      alignedCosine,
      alignedL2: withDirection(changes),
      jaccard10,
      jaccard50,
      jaccard250,
      secondOrder: secondOrder(
        [x.unit, y.unit],
        [x.neighbours, y.neighbours],
        queries,
        profileNeighbours,
      ),
    },
    whole: {
      fittedCosine: meanOfDefined(alignedCosine),
      heldOutCosine: alignment.heldOutCosine,
      // Summed from the rows it is exactly 0 for equal tables.
      procrustesDistance: isFixed
        ? changes.reduce((sum, change) => sum + change * change, 0)
        : distanceOf(alignment, x, y),
      debiasedCka: debiasedCka(x, y, cross),
      rsa: rsa.value,
      meanJaccard10: meanOfDefined(jaccard10),
      meanJaccard50: meanOfDefined(jaccard50),
      meanJaccard250: meanOfDefined(jaccard250),
    },
    chance: {
      fittedCosine: chanceAlignment.fittedCosine,
      heldOutCosine: chanceAlignment.heldOutCosine,
      procrustesDistance: distanceOf(chanceAlignment, x, permuted),
      debiasedCka: debiasedCka(x, permuted, chanceCross),
      rsa: rsa.chance,
      meanJaccard10: byChance(10),
      meanJaccard50: byChance(50),
      meanJaccard250: byChance(250),
    },
    lengthRatio: x.frobenius === 0 ? Number.NaN : y.frobenius / x.frobenius,
    q: alignment.q,
    sampled: rsa.sampled,
  };
}

type Laid = Pick<PreparedTable, 'table' | 'gram' | 'frobenius'>;

function permutedTable({ table, gram, frobenius }: Laid, order: Int32Array): Laid {
  return { table: gatherRows(table, order), gram, frobenius };
}

const distanceOf = ({ nuclear }: Alignment, x: Laid, y: Laid): number =>
  procrustesDistance(nuclear, x.frobenius, y.frobenius);

/** By row: |x Q / |X| - y / |Y||, both tables at unit Frobenius norm. */
function lengthsOfChange(
  x: Laid,
  y: Laid,
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
