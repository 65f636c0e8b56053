import type { TableMeasure } from '#contract/embedding-diff.ts';

import { randomStream, shuffledIndices } from '../../util/random.ts';
import { meanOf, type MeanEstimate } from '../../statistics/mean.ts';
import { align, heldOutCosine, meanOfDefined } from '../algebra/alignment.ts';
import { gatherRows, type Matrix } from '../algebra/matrix.ts';
import { overlapByChance, secondOrder, type NeighbourLists } from '../algebra/neighbours.ts';
import {
  measurePair,
  profileNeighbours,
  type PairMeasures,
  type PairOptions,
  type PreparedTable,
} from './pair-measures.ts';
import type { Products } from '../algebra/products.ts';
import type { SquareMatrix } from '../algebra/rotation.ts';
import { debiasedCka, squaredProcrustes } from '../algebra/table-similarity.ts';

/** Random halves and random orders: enough to tell the second digit. */
const repetitions = 5;

/** NaN stands for undefined; an error that is NaN, for a figure that is exact. */
type Chance = Readonly<Record<'means' | 'errors', Readonly<Record<TableMeasure, number>>>>;

/** A pair that is shown, with what it takes to read its figures. */
export type ShownMeasures = PairMeasures &
  Readonly<{
    q: SquareMatrix;
    sampled: number;
    chance: Chance['means'];
    standardErrors: Readonly<{ heldOutCosine: number; chance: Chance['errors'] }>;
    lengthRatio: number;
  }>;

/** The same of a pair that is shown: its held-out cosine is the mean over several random halves, and chance is measured. */
export function measureShown(
  x: PreparedTable,
  y: PreparedTable,
  products: Products,
  options: Omit<PairOptions, 'orders'>,
): ShownMeasures {
  const { seed, name, isFixed } = options;
  const { rsaChances, ...measures } = measurePair(x, y, products, {
    ...options,
    orders: repetitions,
  });
  const halves = meanOf([
    measures.whole.heldOutCosine,
    ...Array.from({ length: repetitions - 1 }, (_, index) =>
      heldOutCosine(x.table, y.table, products, {
        random: randomStream(seed, `half ${index + 1} ${name}`),
        isFixed,
      }),
    ),
  ]);
  const chance = chanceLevel(x, y, products, options, rsaChances);
  return {
    ...measures,
    whole: { ...measures.whole, heldOutCosine: halves.mean },
    chance: chance.means,
    standardErrors: { heldOutCosine: halves.standardError, chance: chance.errors },
    lengthRatio: x.frobenius === 0 ? Number.NaN : y.frobenius / x.frobenius,
  };
}

/**
 * What unrelated tables of this size and these spectra would give: the second table's words are put into another order, and the tables
 * are fitted and compared alike. Means over several orders, with the standard errors of these means. The overlap of neighbours is known
 * exactly.
 */
function chanceLevel(
  x: PreparedTable,
  y: PreparedTable,
  products: Products,
  { seed, name, isFixed, queries }: Omit<PairOptions, 'orders'>,
  rsaChances: readonly number[],
): Chance {
  const orders = Array.from({ length: repetitions }, (_, index) => {
    const random = (what: string) => randomStream(seed, `${what} ${index} ${name}`);
    const order = shuffledIndices(y.table.rows, random('permutation'));
    const table = gatherRows(y.table, order);
    const alignment = align(x.table, table, products, { random: random('half'), isFixed });
    const squared = squaredProcrustes(alignment.nuclear, x.frobenius, y.frobenius);
    const cross = products.columnsByColumns(x.table, table);
    return {
      fittedCosine: alignment.fittedCosine,
      heldOutCosine: alignment.heldOutCosine,
      procrustesDistance: squared,
      procrustesDistanceRoot: Math.sqrt(squared),
      debiasedCka: debiasedCka(x, { table, gram: y.gram }, cross),
      meanSecondOrder: meanOfDefined(
        secondOrder(
          [x.unit, reordered(y.unit, order)],
          [x.neighbours, reorderedLists(y.neighbours, order)],
          queries,
          profileNeighbours,
        ),
      ),
    };
  });
  const candidates = x.unit.rows;
  const exactly = (k: number) => ({
    mean: k < candidates - 1 ? overlapByChance(k, candidates) : Number.NaN,
    standardError: Number.NaN,
  });
  const over = (measure: keyof (typeof orders)[number]) => meanOf(orders.map((of) => of[measure]));
  const figures: Readonly<Record<TableMeasure, Pick<MeanEstimate, 'mean' | 'standardError'>>> = {
    fittedCosine: over('fittedCosine'),
    heldOutCosine: over('heldOutCosine'),
    procrustesDistance: over('procrustesDistance'),
    procrustesDistanceRoot: over('procrustesDistanceRoot'),
    debiasedCka: over('debiasedCka'),
    rsa: meanOf(rsaChances),
    meanJaccard10: exactly(10),
    meanJaccard50: exactly(50),
    meanJaccard250: exactly(250),
    meanSecondOrder: over('meanSecondOrder'),
  };
  const only = (part: 'mean' | 'standardError') =>
    Object.fromEntries(
      Object.entries(figures).map(([measure, figure]) => [measure, figure[part]]),
    ) as Record<TableMeasure, number>;
  return { means: only('mean'), errors: only('standardError') };
}

/** The ranked words, which come first, in another order; words that are only neighbours keep their place. */
function reordered(unit: Matrix, order: Int32Array): Matrix {
  const values = Float32Array.from(unit.values);
  values.set(gatherRows(unit, order).values);
  return { ...unit, values };
}

/** The neighbours of the reordered rows, by their new places. */
function reorderedLists({ most, lists }: NeighbourLists, order: Int32Array): NeighbourLists {
  const placeOf = new Int32Array(order.length);
  order.forEach((from, to) => {
    placeOf[from] = to;
  });
  const result = new Int32Array(lists.length);
  order.forEach((from, to) => {
    for (let at = 0; at < most; at += 1) {
      const row = lists[from * most + at] as number;
      result[to * most + at] = row < 0 || row >= order.length ? row : (placeOf[row] as number);
    }
  });
  return { most, lists: result };
}
