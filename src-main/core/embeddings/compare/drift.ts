import {
  columnMeans,
  frobenius,
  minus,
  shifted,
  squaredLengths,
  type Matrix,
} from '../algebra/matrix.ts';
import type { Products } from '../algebra/products.ts';
import { debiasedCka, type CentredTable } from '../algebra/table-similarity.ts';

/** One table at two epochs of a run; NaN is undefined. */
export type DriftStep = Readonly<{ step: number; ckaToFirst: number; ckaToLast: number }>;

/**
 * How a run's table went from epoch to epoch; no rotation is needed. A step is the mean length by which the words moved since the table
 * before, in root mean squares of the last table's row lengths.
 */
export function driftOf(tables: readonly Matrix[], products: Products): DriftStep[] {
  const [first, last] = [tables[0], tables.at(-1)];
  if (first === undefined || last === undefined) return [];
  const scale = frobenius(last) / Math.sqrt(last.rows);
  const [start, end] = [centredTable(first, products), centredTable(last, products)];
  return tables.map((table, index) => {
    const own = centredTable(table, products);
    const cka = (other: CentredTable): number =>
      debiasedCka(own, other, products.columnsByColumns(own.table, other.table));
    const before = tables[index - 1];
    const lengths =
      before === undefined ? null : squaredLengths(minus(table, before)).map(Math.sqrt);
    const mean =
      lengths === null ? Number.NaN : lengths.reduce((sum, length) => sum + length, 0) / table.rows;
    return { step: mean / scale, ckaToFirst: cka(start), ckaToLast: cka(end) };
  });
}

function centredTable(table: Matrix, products: Products): CentredTable {
  const centred = shifted(table, columnMeans(table));
  return { table: centred, gram: products.columnsByColumns(centred, centred) };
}
