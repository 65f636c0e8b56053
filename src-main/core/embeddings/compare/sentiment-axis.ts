import { columnMeans, gatherRows, type Matrix } from '../algebra/matrix.ts';
import { correlation } from '../algebra/neighbours.ts';

/** Rows of words that stand for either pole. */
export type Poles = Readonly<{ positive: Int32Array; negative: Int32Array }>;

export type SentimentAxis = Readonly<{
  /** By row: distance along the axis from the mean of all, in root mean squares of the rows' lengths. NaN without an axis. */
  positions: Float32Array;
  /** With the words' log-odds in the labels, over the words that are no poles; NaN where it is undefined. */
  correlation: number;
}>;

/**
 * The line from the mean of the negative pole words to that of the positive ones, in a table's own space: it needs no alignment. The
 * poles were chosen by what they are correlated with, so they are left out of the correlation.
 */
export function sentimentAxis(table: Matrix, poles: Poles, logOdds: Float32Array): SentimentAxis {
  const means = columnMeans(table);
  const [positive, negative] = [poles.positive, poles.negative].map((rows) =>
    columnMeans(gatherRows(table, rows)),
  );
  const axis = means.map((_, column) => (positive?.[column] ?? 0) - (negative?.[column] ?? 0));
  const length = Math.hypot(...axis);
  const positions = new Float32Array(table.rows);
  let squares = 0;
  for (let row = 0; row < table.rows; row += 1) {
    let along = 0;
    for (let column = 0; column < table.columns; column += 1) {
      const value =
        (table.values[row * table.columns + column] as number) - (means[column] as number);
      along += value * (axis[column] as number);
      squares += value * value;
    }
    positions[row] = along / length;
  }
  const spread = Math.sqrt(squares / table.rows);
  const scaled = positions.map((value) => (length > 0 && spread > 0 ? value / spread : Number.NaN));
  const isPole = new Set([...poles.positive, ...poles.negative]);
  const others = Array.from(scaled.keys()).filter(
    (row) => !isPole.has(row) && Number.isFinite(logOdds[row]) && Number.isFinite(scaled[row]),
  );
  return {
    positions: scaled,
    correlation: correlation(
      others.map((row) => scaled[row] as number),
      others.map((row) => logOdds[row] as number),
    ),
  };
}

/** The `most` words that belong most surely to either class, by z-score (core/text/log-odds.ts). */
export function choosePoles(zScores: Float32Array, most: number): Poles {
  const known = Array.from(zScores.keys()).filter((row) => Number.isFinite(zScores[row]));
  const ranked = known.sort((a, b) => (zScores[b] as number) - (zScores[a] as number) || a - b);
  const sideMost = Math.min(most, Math.floor(ranked.length / 4));
  const side = (rows: readonly number[], sign: number): Int32Array =>
    Int32Array.from(rows.filter((row) => sign * (zScores[row] as number) > 0)).sort();
  return {
    positive: side(ranked.slice(0, sideMost), 1),
    negative: side(ranked.slice(ranked.length - sideMost), -1),
  };
}
