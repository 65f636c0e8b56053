import type { EncodedSplit } from '../text/encoded-file.ts';
import { keptRange, type EncodingChoice } from '../text/encoding.ts';
import { idOfRank } from '../text/ids.ts';

/** Rows of few values that are not 0: row i has `values` in `columns`, both at [starts[i], starts[i + 1]). */
export type SparseRows = Readonly<{
  /** [rows + 1] */
  starts: Uint32Array;
  columns: Int32Array;
  values: Float64Array;
  columnCount: number;
}>;

/** Which ids of a review are read. */
export type Cut = Pick<EncodingChoice, 'numWords' | 'maxLength' | 'truncating'>;

/**
 * How often each word occurs in the part of a review that a model reads. A column is a word of the vocabulary cut to `numWords`;
 * pads, the start token and words out of vocabulary have none.
 */
export function wordCounts(split: EncodedSplit, rows: Int32Array, cut: Cut): SparseRows {
  const firstId = idOfRank(1);
  const columnCount = Math.max(0, cut.numWords - firstId);
  const counts = new Float64Array(columnCount);
  const starts = new Uint32Array(rows.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  rows.forEach((row, index) => {
    const begin = split.offsets[row] ?? 0;
    const kept = keptRange((split.offsets[row + 1] ?? 0) - begin, cut.maxLength, cut.truncating);
    const found = columns.length;
    for (let at = begin + kept.start; at < begin + kept.end; at += 1) {
      const column = (split.tokens[at] ?? 0) - firstId;
      if (column < 0 || column >= columnCount) continue;
      if (counts[column] === 0) columns.push(column);
      counts[column] = (counts[column] ?? 0) + 1;
    }
    for (let at = found; at < columns.length; at += 1) {
      const column = columns[at] ?? 0;
      values.push(counts[column] ?? 0);
      counts[column] = 0;
    }
    starts[index + 1] = columns.length;
  });
  return {
    starts,
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
    columnCount,
  };
}

/**
 * ln((1 + rows) / (1 + rows with the word)) + 1, by column: the smoothed form of scikit-learn's TfidfVectorizer. A word of no
 * row has weight 0, since it is no part of a vocabulary that is made of these rows.
 */
export function inverseDocumentFrequencies({
  starts,
  columns,
  columnCount,
}: SparseRows): Float64Array {
  const rowsWith = new Float64Array(columnCount);
  for (const column of columns) rowsWith[column] = (rowsWith[column] ?? 0) + 1;
  return rowsWith.map((count) => (count === 0 ? 0 : Math.log(starts.length / (1 + count)) + 1));
}

/**
 * Term frequency times the weight of the column, each row then of length 1 (Salton and Buckley 1988). A term frequency is the
 * count, or 1 + ln(count) where it is sublinear.
 */
export function tfIdf(counts: SparseRows, weights: Float64Array, isSublinear = false): SparseRows {
  const { starts, columns } = counts;
  const values = counts.values.map(
    (count, at) => (isSublinear ? 1 + Math.log(count) : count) * (weights[columns[at] ?? 0] ?? 0),
  );
  for (let row = 0; row + 1 < starts.length; row += 1) {
    const [begin, end] = [starts[row] ?? 0, starts[row + 1] ?? 0];
    let squares = 0;
    for (let at = begin; at < end; at += 1) squares += (values[at] ?? 0) ** 2;
    // A review without a known word stays a row of zeros.
    const length = Math.sqrt(squares) || 1;
    for (let at = begin; at < end; at += 1) values[at] = (values[at] ?? 0) / length;
  }
  return { ...counts, values };
}
