import { wordMeasures, type DiffWord, type WordMeasure } from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import type { CallOutput, ParsedInput } from '#contract/index.ts';
import { keptNeighbours, tensorNames } from '#core/embeddings/compare/comparison-file.ts';
import { laidRows } from '#core/embeddings/algebra/common-frame.ts';
import {
  gatherRows,
  minus,
  shifted,
  withColumns,
  type Matrix,
} from '#core/embeddings/algebra/matrix.ts';
import { plainProducts } from '#core/embeddings/algebra/products.ts';
import * as m from '#messages';

import { figureOf, type Artefact } from './diff-artefact.ts';
import type { Tables } from '../tables.ts';
import { rowsInTurns } from '../turns.ts';

/** A page of words with everything that is known of each. */
export function wordRows(
  artefact: Artefact,
  request: ParsedInput<'diffs.words'>,
): CallOutput<'diffs.words'> {
  const { words } = artefact;
  const wanted = request.search?.trim().toLowerCase() ?? '';
  const change = changeOf(artefact, request.pair, request.measure);
  const only = request.only && new Set(request.only);
  const found = Array.from({ length: words.rankedCount }, (_, row) => row).filter((row) => {
    const word = words.words[row] ?? '';
    return word.toLowerCase().includes(wanted) && only?.has(word) !== false;
  });
  const byChange = (sign: number) => (a: number, b: number) => {
    const [left, right] = [change[a] ?? null, change[b] ?? null];
    // Undefined comes last, whichever way.
    if (left === null || right === null)
      return Number(left === null) - Number(right === null) || a - b;
    return sign * (left - right) || a - b;
  };
  const orders: Record<typeof request.order, (a: number, b: number) => number> = {
    change: byChange(-1),
    same: byChange(1),
    frequent: (a, b) => a - b,
    rare: (a, b) => b - a,
    word: (a, b) => ((words.words[a] ?? '') < (words.words[b] ?? '') ? -1 : 1),
  };
  const rows = found.sort(orders[request.order]);
  return {
    total: rows.length,
    rows: rows
      .slice(request.offset, request.offset + request.count)
      .map((row) => wordRow(artefact, row)),
  };
}

export function wordRow({ diff, words, tensor, has }: Artefact, row: number): DiffWord {
  const figures = (nameOf: (measure: WordMeasure) => string) =>
    Object.fromEntries(
      wordMeasures.map((measure) => [measure, figureOf(tensor(nameOf(measure))[row])]),
    ) as Record<WordMeasure, number | null>;
  return {
    word: words.words[row] ?? '',
    id: words.rows[0]?.[row] ?? 0,
    count: words.counts[row] ?? 0,
    logOdds: words.logOdds[row] ?? null,
    pairs: diff.pairs.map(({ floor }, pair) => ({
      ...figures((measure) => tensorNames.word(pair, measure)),
      floor: floor && {
        within: figures((measure) => tensorNames.floor(pair, 'within', measure)),
        across: figures((measure) => tensorNames.floor(pair, 'across', measure)),
      },
    })),
    tables: diff.tables.map((_, table) => {
      const of = (name: string) => (has(name) ? figureOf(tensor(name)[row]) : null);
      return {
        movement: of(tensorNames.movement(table)),
        relativeMovement: of(tensorNames.relative(table)),
        axis: of(tensorNames.axis(table)),
      };
    }),
  };
}

export function columnsOf(
  artefact: Artefact,
  { pair, measure }: Pick<ParsedInput<'diffs.columns'>, 'pair' | 'measure'>,
): CallOutput<'diffs.columns'> {
  const { words, tensor } = artefact;
  return {
    words: words.words.slice(0, words.rankedCount),
    counts: words.counts.slice(0, words.rankedCount),
    values: Array.from(tensor(tensorNames.word(pairIn(artefact, pair), measure)), figureOf),
    excess: artefact.diff.pairs[pair]?.floor == null ? null : changeOf(artefact, pair, measure),
  };
}

/** By word, turned so that more is more change: beyond the noise floor where there is one. */
function changeOf(artefact: Artefact, pair: number, measure: WordMeasure): (number | null)[] {
  const { diff, tensor } = artefact;
  const sign = measure === 'alignedL2' ? 1 : -1;
  const values = tensor(tensorNames.word(pairIn(artefact, pair), measure));
  if (diff.pairs[pair]?.floor == null) return Array.from(values, (value) => figureOf(sign * value));
  const within = tensor(tensorNames.floor(pair, 'within', measure));
  const across = tensor(tensorNames.floor(pair, 'across', measure));
  return Array.from(across, (value, row) => figureOf(sign * (value - (within[row] ?? Number.NaN))));
}

/** The kept neighbours of one word in every table. */
export function neighboursOf(
  artefact: Artefact,
  word: string,
  tables: Tables,
): CallOutput<'diffs.neighbours'> {
  const { diff, words, tensor } = artefact;
  const row = artefact.rowOfWord.get(word);
  if (row === undefined || row >= words.rankedCount) {
    throw new AppError('notFound', m.embeddings_word_not_compared({ word }));
  }
  const lists = diff.tables.map((_, table) => {
    const all = tensor(tensorNames.neighbours(table));
    return Array.from(all.subarray(row * keptNeighbours, (row + 1) * keptNeighbours)).filter(
      (other) => other >= 0,
    );
  });
  return {
    word,
    tables: lists.map((list, table) => {
      const matrix = comparedMatrix(artefact, table, tables, [row, ...list]);
      const squares = plainProducts.rowsByRows(matrix, matrix);
      const size = matrix.rows;
      return list.map((other, place) => {
        const at = place + 1;
        const lengths = Math.sqrt((squares[0] ?? 0) * (squares[at * size + at] ?? 0));
        return {
          word: words.words[other] ?? '',
          similarity: lengths === 0 ? 0 : (squares[at] ?? 0) / lengths,
          tables: lists.flatMap((others, index) => (others.includes(other) ? [index] : [])),
        };
      });
    }),
  };
}

/** Ranked words along chosen axes of the common frame. */
export async function projectionOf(
  artefact: Artefact,
  axes: readonly number[],
  tables: Tables,
): Promise<CallOutput<'diffs.projection'>> {
  const { diff, words } = artefact;
  const places: string[] = [];
  for (const [table, { dims }] of diff.tables.entries()) {
    const all = new Float32Array(words.rankedCount * axes.length);
    for await (const rows of rowsInTurns(words.rankedCount, dims)) {
      all.set(placesAlong(artefact, table, rows, axes, tables), (rows[0] ?? 0) * axes.length);
    }
    places.push(base64(all));
  }
  return {
    words: words.words.slice(0, words.rankedCount),
    shares: axes.map((axis) => diff.axisShares[axis] ?? 0),
    tables: places,
    epochs: diff.tables.map(({ epoch }) => epoch),
  };
}

/** Words of a table, by their place among the compared ones, along axes of the common frame: row-major [words, axes]. */
export function placesAlong(
  artefact: Artefact,
  table: number,
  rows: readonly number[],
  axes: readonly number[],
  tables: Tables,
): Float32Array {
  const most = Math.max(...axes) + 1;
  const count = artefact.diff.axisShares.length;
  if (most > count) {
    throw new AppError('invalid', m.embeddings_no_such_axis({ count }), { field: 'axes' });
  }
  const laid = laidIn(artefact, table, comparedMatrix(artefact, table, tables, rows), most);
  return Float32Array.from(
    { length: rows.length * axes.length },
    (_, at) =>
      laid.values[Math.floor(at / axes.length) * most + (axes[at % axes.length] ?? 0)] ?? 0,
  );
}

/** Rows of a table as it was compared (its movement, where that was asked), by their place among the compared words. */
export function comparedMatrix(
  { words, diff }: Artefact,
  table: number,
  tables: Tables,
  places: readonly number[],
): Matrix {
  const picks = Int32Array.from(places, (place) => words.rows[table]?.[place] ?? 0);
  return subjectRows(diff, table, tables, picks);
}

/** Rows of a table as it was compared, by their row in the table. Throws `storage` where it is gone. */
export function subjectRows(
  diff: Artefact['diff'],
  table: number,
  tables: Tables,
  picks: Int32Array,
): Matrix {
  const compared = diff.tables[table];
  if (compared === undefined) throw new Error(`A comparison has no table ${table}.`);
  const rowsOf = (hash: string): Matrix => {
    if (!tables.has(hash))
      throw new AppError('storage', m.embeddings_table_gone({ name: compared.name }));
    const values = tables.values({ blobHash: hash });
    return gatherRows({ rows: compared.rows, columns: compared.dims, values }, picks);
  };
  const rows = rowsOf(compared.hash);
  return diff.request.subject === 'movement' && compared.startHash !== null
    ? minus(rows, rowsOf(compared.startHash))
    : rows;
}

/** Rows of a table laid into the common frame along its first axes. */
export function laidIn(
  { facts, words, tensor }: Artefact,
  table: number,
  rows: Matrix,
  axes: number,
): Matrix {
  const means = Float64Array.from(tensor(tensorNames.means(table)));
  return laidRows(
    shifted(withColumns(rows, facts.dims), means),
    facts.tables[table]?.frobenius ?? 0,
    Float64Array.from(tensor(tensorNames.transform(table))),
    axes,
    plainProducts,
    words.rankedCount,
  );
}

export const base64 = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

export function pairIn({ diff }: Artefact, pair: number): number {
  if (pair >= diff.pairs.length) {
    throw new AppError('invalid', m.embeddings_no_such_pair({ count: diff.pairs.length }), {
      field: 'pair',
    });
  }
  return pair;
}
