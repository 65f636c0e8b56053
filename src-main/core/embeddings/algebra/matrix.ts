/** Row-major. */
export type Matrix = Readonly<{ rows: number; columns: number; values: Float32Array }>;

export const rowOf = ({ columns, values }: Matrix, row: number): Float32Array =>
  values.subarray(row * columns, (row + 1) * columns);

/** The named rows in their order, with columns of zeros added up to `columns`. */
export function gatherRows(
  matrix: Matrix,
  picks: Int32Array,
  columns: number = matrix.columns,
): Matrix {
  const values = new Float32Array(picks.length * columns);
  picks.forEach((pick, row) => {
    values.set(rowOf(matrix, pick), row * columns);
  });
  return { rows: picks.length, columns, values };
}

/** The first `columns` of them, with zeros where there are not so many. */
export function withColumns(matrix: Matrix, columns: number): Matrix {
  const { rows, columns: from, values } = matrix;
  if (columns === from) return matrix;
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    result.set(values.subarray(row * from, row * from + Math.min(from, columns)), row * columns);
  }
  return { rows, columns, values: result };
}

export function minus(a: Matrix, b: Matrix): Matrix {
  return { ...a, values: a.values.map((value, index) => value - (b.values[index] ?? 0)) };
}

export function columnMeans({ rows, columns, values }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let at = 0; at < values.length; at += columns) {
    for (let column = 0; column < columns; column += 1) {
      means[column] = (means[column] ?? 0) + (values[at + column] as number);
    }
  }
  return means.map((sum) => (rows === 0 ? 0 : sum / rows));
}

/** Every row without `means`. */
export function shifted({ rows, columns, values }: Matrix, means: Float64Array): Matrix {
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += columns) {
    for (let column = 0; column < columns; column += 1) {
      result[at + column] = (values[at + column] as number) - (means[column] as number);
    }
  }
  return { rows, columns, values: result };
}

export function squaredLengths({ rows, columns, values }: Matrix): Float64Array {
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let at = row * columns; at < (row + 1) * columns; at += 1) {
      const value = values[at] as number;
      sum += value * value;
    }
    squares[row] = sum;
  }
  return squares;
}

export const frobenius = (matrix: Matrix): number =>
  Math.sqrt(squaredLengths(matrix).reduce((sum, square) => sum + square, 0));

/** Rows of length 1; a row of zeros stays one, and has no direction. */
export function unitRows(matrix: Matrix): Matrix {
  const { rows, columns, values } = matrix;
  const squares = squaredLengths(matrix);
  const unit = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    const length = Math.sqrt(squares[row] as number);
    if (length === 0) continue;
    for (let at = row * columns; at < (row + 1) * columns; at += 1) {
      unit[at] = (values[at] as number) / length;
    }
  }
  return { rows, columns, values: unit };
}

/** Which rows hold anything but zeros: 1 for those. */
export const rowsWithDirection = (matrix: Matrix): Uint8Array =>
  Uint8Array.from(squaredLengths(matrix), (square) => Number(square > 0));
