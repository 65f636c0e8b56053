import { absoluteQuantile } from '../../util/quantile.ts';
import {
  commonFrame,
  laidRows,
  ownFrame,
  shownAxes,
  type CommonFrame,
} from '../algebra/common-frame.ts';
import {
  columnMeans,
  withColumns,
  frobenius,
  minus,
  shifted,
  unitRows,
  type Matrix,
} from '../algebra/matrix.ts';
import { movementOf, type Movement } from './movement.ts';
import { nearestRows, type NeighbourLists } from '../algebra/neighbours.ts';
import {
  noiseFloor,
  type FloorPlan,
  type Member,
  type NoiseFloor,
  type Pair,
} from './noise-floor.ts';
import {
  measurePair,
  mostNeighbours,
  type PairMeasures,
  type PreparedTable,
} from './pair-measures.ts';
import type { Products } from '../algebra/products.ts';
import { rankingReliability, type RankingReliability } from '../ranking/ranking-reliability.ts';
import { measureShown, type ShownMeasures } from './shown-measures.ts';
import { sentimentAxis, type Poles, type SentimentAxis } from './sentiment-axis.ts';

/** Rows are the words that may be neighbours, the ranked ones first, in the same order in every table. */
export type ComparedTable = Readonly<{
  values: Matrix;
  /** Before training; null where it is not stored. */
  start: Matrix | null;
}>;

export type ComparisonInput = Readonly<{
  /** Those that are shown first, then other seeds' for the noise floor. */
  tables: readonly ComparedTable[];
  /** By table. */
  members: readonly Member[];
  shownCount: number;
  rankedCount: number;
  pairs: readonly Readonly<{ first: number; second: number; isFixed: boolean; floor: FloorPlan }>[];
  /** The shown table that gives the frame; null favours none. */
  reference: number | null;
  /** What is compared: the tables, or what training has added to them. */
  subject: 'table' | 'movement';
  isCentred: boolean;
  poles: Poles;
  /** By ranked word; NaN where it is not known. */
  logOdds: Float32Array;
  seed: number;
}>;

export type ComparisonResult = Readonly<{
  pairs: readonly Readonly<{
    measures: ShownMeasures;
    floor: NoiseFloor | null;
    reliability: RankingReliability | null;
  }>[];
  frame: CommonFrame;
  /** P99 of |value| over the ranked words and the axes that are shown: of all tables, of all differences. */
  tableScale: number;
  differenceScale: number;
  tables: readonly Readonly<{
    neighbours: NeighbourLists;
    means: Float64Array;
    frobenius: number;
    movement: Movement | null;
    axis: SentimentAxis;
  }>[];
}>;

/**
 * Every measure of every pair, its noise floor, and the common frame of the shown tables. A narrower table gets columns of zeros.
 *
 * @param between is told the share done; what it throws ends the comparison
 */
export async function compareTables(
  input: ComparisonInput,
  products: Products,
  between: (share: number) => Promise<void>,
): Promise<ComparisonResult> {
  const { tables, rankedCount, shownCount } = input;
  const queries = Int32Array.from({ length: rankedCount }, (_, row) => row);
  const columns = Math.max(...tables.map(({ values }) => values.columns));
  const planned = plannedPairs(input);
  const steps = tables.length + planned.length + input.pairs.length + 1;

  const prepared: (PreparedTable & Readonly<{ means: Float64Array }>)[] = [];
  for (const [index, table] of tables.entries()) {
    prepared.push(
      await prepare(
        withColumns(subjectOf(table, input.subject), columns),
        input,
        products,
        queries,
        (share) => between((index + share) / steps),
      ),
    );
  }
  const measured = new Map<string, PairMeasures>();
  for (const [index, pair] of planned.entries()) {
    const [x, y] = [tableAt(prepared, pair[0]), tableAt(prepared, pair[1])];
    const options = { seed: input.seed, name: pair.join(), isFixed: false, queries, orders: 0 };
    // Of many seeds there are many pairs: their rotations are not kept.
    const { words, whole } = measurePair(x, y, products, options);
    measured.set(pair.join(), { words, whole });
    await between((tables.length + index + 1) / steps);
  }
  const measuresOf = (pair: Pair): PairMeasures => {
    const measures = measured.get(pair.join());
    if (measures === undefined) throw new Error(`Tables ${pair.join(' and ')} were not compared.`);
    return measures;
  };
  const pairs: ComparisonResult['pairs'][number][] = [];
  for (const [index, { first, second, isFixed, floor }] of input.pairs.entries()) {
    const options = { seed: input.seed, name: `${first},${second}`, isFixed, queries };
    pairs.push({
      measures: measureShown(
        tableAt(prepared, first),
        tableAt(prepared, second),
        products,
        options,
      ),
      floor:
        'gap' in floor
          ? null
          : noiseFloor(
              [floor.within[0].map(measuresOf), floor.within[1].map(measuresOf)],
              floor.across.map(measuresOf),
            ),
      reliability: rankingReliability(input.members, floor, measuresOf, input.seed),
    });
    await between((tables.length + planned.length + index + 1) / steps);
  }
  const shown = prepared.slice(0, shownCount);
  const grams = unitGrams(shown, products);
  // Epochs of one run share a frame already: its own columns are shown.
  const frame = input.pairs.every(({ isFixed }) => isFixed)
    ? ownFrame(grams, columns)
    : commonFrame(grams, columns, input.reference);
  const laid = shown.map(({ table, frobenius: length }, index) =>
    laidRows(
      table,
      length,
      tableAt(frame.transforms, index),
      Math.min(columns, shownAxes),
      products,
    ),
  );
  const differences = input.pairs.map(({ first, second }) =>
    minus(tableAt(laid, second), tableAt(laid, first)),
  );
  const result: ComparisonResult = {
    tableScale: scaleOf(laid),
    differenceScale: scaleOf(differences),
    pairs,
    frame,
    tables: shown.map((table, index) => {
      const { values, start } = tableAt(tables, index);
      return {
        neighbours: table.neighbours,
        means: table.means,
        frobenius: table.frobenius,
        movement: start === null ? null : movementOf(start, values, table.neighbours),
        axis: sentimentAxis(table.raw, input.poles, input.logOdds),
      };
    }),
  };
  await between(1);
  return result;
}

function scaleOf(tables: readonly Matrix[]): number {
  const all = new Float32Array(tables.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of tables) {
    all.set(values, at);
    at += values.length;
  }
  return absoluteQuantile(all, 0.99);
}

/** Every pair that a floor needs, once. */
function plannedPairs({ pairs }: ComparisonInput): Pair[] {
  const planned = new Map<string, Pair>();
  for (const { floor } of pairs) {
    if ('gap' in floor) continue;
    for (const pair of [...floor.within.flat(), ...floor.across]) planned.set(pair.join(), pair);
  }
  return [...planned.values()];
}

const subjectOf = (
  { values, start }: ComparedTable,
  subject: ComparisonInput['subject'],
): Matrix => (subject === 'movement' && start !== null ? minus(values, start) : values);

async function prepare(
  all: Matrix,
  { rankedCount, isCentred }: ComparisonInput,
  products: Products,
  queries: Int32Array,
  between: (share: number) => Promise<void>,
): Promise<PreparedTable & Readonly<{ means: Float64Array }>> {
  const raw = {
    rows: rankedCount,
    columns: all.columns,
    values: all.values.subarray(0, rankedCount * all.columns),
  };
  const means = isCentred ? columnMeans(raw) : new Float64Array(all.columns);
  const table = isCentred ? shifted(raw, means) : raw;
  const unit = unitRows(all);
  return {
    table,
    raw,
    means,
    gram: products.columnsByColumns(table, table),
    frobenius: frobenius(table),
    unit,
    neighbours: await nearestRows(unit, queries, mostNeighbours, products, between),
  };
}

function unitGrams(tables: readonly PreparedTable[], products: Products): Float64Array[][] {
  return tables.map((a, i) =>
    tables.map((b, j) => {
      const gram = i === j ? a.gram : products.columnsByColumns(a.table, b.table);
      const scale = a.frobenius * b.frobenius;
      return gram.map((value) => (scale === 0 ? 0 : value / scale));
    }),
  );
}

function tableAt<T>(tables: readonly T[], index: number): T {
  const table = tables[index];
  if (table === undefined) throw new Error(`There is no table ${index}.`);
  return table;
}
