import {
  tableMeasures,
  wordMeasures,
  type TableMeasure,
  type WordMeasure,
} from '#contract/embedding-diff.ts';

import type { NamedTensor, WeightsFile } from '../../model/weights-file.ts';
import type { ComparisonResult } from './compare-tables.ts';
import type { NoiseFloor } from './noise-floor.ts';
import type { RankingReliability, Reliability } from '../ranking/ranking-reliability.ts';
import type { ShownMeasures } from './shown-measures.ts';

/** Of each word so many neighbours are kept; the measures use more. */
export const keptNeighbours = 50;

/** Null stands for undefined. */
export type WholeFigures = Readonly<Record<TableMeasure, number | null>>;

/** The figures of a comparison; what is by word is in the file's tensors. */
export type ComparisonFacts = Readonly<{
  pairs: readonly Readonly<{
    whole: WholeFigures;
    chance: WholeFigures;
    standardErrors: Readonly<{ heldOutCosine: number | null; chance: WholeFigures }>;
    lengthRatio: number | null;
    sampled: number;
    floor: Readonly<{
      within: WholeFigures;
      sides: readonly [WholeFigures | null, WholeFigures | null];
      across: WholeFigures;
      isAtChance: readonly [boolean, boolean];
    }> | null;
    rankingReliability: Readonly<{
      seeds: readonly [number, number];
      splits: number;
      measures: Readonly<Record<WordMeasure, Reliability | null>>;
    }> | null;
  }>[];
  /** Dimensions of the common frame. */
  dims: number;
  shares: readonly number[];
  /** P99 of |value| over words and the first axes: of all tables, of all differences. */
  tableScale: number;
  differenceScale: number;
  tables: readonly Readonly<{
    /** Of the compared words, centred as the comparison says: root of the sum of squares. */
    frobenius: number;
    axisCorrelation: number | null;
    hasMovement: boolean;
  }>[];
}>;

export const tensorNames = {
  word: (pair: number, measure: WordMeasure): string => `pair/${pair}/${measure}`,
  floor: (pair: number, side: 'within' | 'across', measure: WordMeasure): string =>
    `pair/${pair}/${side}/${measure}`,
  rotation: (pair: number): string => `pair/${pair}/q`,
  transform: (table: number): string => `table/${table}/transform`,
  means: (table: number): string => `table/${table}/means`,
  neighbours: (table: number): string => `table/${table}/neighbours`,
  movement: (table: number): string => `table/${table}/movement`,
  relative: (table: number): string => `table/${table}/relative`,
  axis: (table: number): string => `table/${table}/axis`,
};

/** In the form of core/model/weights-file.ts; in the tensors NaN is undefined. */
export function toComparisonFile(result: ComparisonResult): WeightsFile<ComparisonFacts> {
  const dims = result.frame.shares.length;
  return {
    facts: {
      pairs: result.pairs.map(({ measures, floor, reliability }) => ({
        whole: figuresOf(measures.whole),
        chance: figuresOf(measures.chance),
        standardErrors: {
          heldOutCosine: defined(measures.standardErrors.heldOutCosine),
          chance: figuresOf(measures.standardErrors.chance),
        },
        lengthRatio: defined(measures.lengthRatio),
        sampled: measures.sampled,
        floor: floor && {
          within: figuresOf(floor.within.whole),
          sides: [
            floor.sides[0] && figuresOf(floor.sides[0].whole),
            floor.sides[1] && figuresOf(floor.sides[1].whole),
          ],
          across: figuresOf(floor.across.whole),
          isAtChance: floor.isAtChance,
        },
        rankingReliability: reliability && reliabilityOf(reliability),
      })),
      dims,
      shares: [...result.frame.shares],
      tableScale: result.tableScale,
      differenceScale: result.differenceScale,
      tables: result.tables.map(({ frobenius, axis, movement }) => ({
        frobenius,
        axisCorrelation: defined(axis.correlation),
        hasMovement: movement !== null,
      })),
    },
    tensors: [
      ...result.pairs.flatMap(({ measures, floor }, pair) =>
        pairTensors(pair, measures, floor, dims),
      ),
      ...result.tables.flatMap((table, index) => [
        square(tensorNames.transform(index), result.frame.transforms[index], dims),
        vector(tensorNames.means(index), Float32Array.from(table.means)),
        {
          name: tensorNames.neighbours(index),
          ...firstNeighbours(table.neighbours.lists, table.neighbours.most),
        },
        vector(tensorNames.axis(index), table.axis.positions),
        ...(table.movement === null
          ? []
          : [
              vector(tensorNames.movement(index), table.movement.lengths),
              vector(tensorNames.relative(index), table.movement.relative),
            ]),
      ]),
    ],
  };
}

function pairTensors(
  pair: number,
  { words, q }: ShownMeasures,
  floor: NoiseFloor | null,
  dims: number,
): NamedTensor[] {
  return [
    ...wordMeasures.map((measure) => vector(tensorNames.word(pair, measure), words[measure])),
    ...(floor === null
      ? []
      : (['within', 'across'] as const).flatMap((side) =>
          wordMeasures.map((measure) =>
            vector(tensorNames.floor(pair, side, measure), floor[side].words[measure]),
          ),
        )),
    square(tensorNames.rotation(pair), q, dims),
  ];
}

const vector = (name: string, values: Float32Array): NamedTensor => ({
  name,
  shape: [values.length],
  values,
});

const square = (name: string, values: Float64Array | undefined, dims: number): NamedTensor => ({
  name,
  shape: [dims, dims],
  values: Float32Array.from(values ?? []),
});

function firstNeighbours(lists: Int32Array, most: number): Omit<NamedTensor, 'name'> {
  const words = lists.length / most;
  const values = new Float32Array(words * keptNeighbours);
  for (let word = 0; word < words; word += 1) {
    values.set(lists.subarray(word * most, word * most + keptNeighbours), word * keptNeighbours);
  }
  return { shape: [words, keptNeighbours], values };
}

const reliabilityOf = ({ seeds, splits, measures }: RankingReliability) => ({
  seeds,
  splits,
  measures: Object.fromEntries(
    wordMeasures.map((measure) => {
      const of = measures[measure];
      return [measure, Number.isFinite(of.mean) ? of : null];
    }),
  ) as Record<WordMeasure, Reliability | null>,
});

const figuresOf = (figures: Readonly<Record<TableMeasure, number>>): WholeFigures =>
  Object.fromEntries(
    tableMeasures.map((measure) => [measure, defined(figures[measure])]),
  ) as Record<TableMeasure, number | null>;

const defined = (value: number): number | null => (Number.isFinite(value) ? value : null);
