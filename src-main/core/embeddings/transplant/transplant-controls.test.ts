import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { plantedTransplant } from '../../../testing/builders/planted-tables.ts';
import { randomStream } from '../../util/random.ts';
import { columnMeans, frobenius, shifted, type Matrix } from '../algebra/matrix.ts';
import { plainProducts } from '../algebra/products.ts';
import {
  identity,
  leftSingularVectors,
  multiply,
  randomRotation,
  rotationOf,
  transposed,
} from '../algebra/rotation.ts';
import { inOtherFrame, type FrameChange } from './transplant.ts';
import {
  alongDirections,
  controlPlans,
  controlTables,
  withColumnsInOrder,
  type ControlInput,
} from './transplant-controls.ts';
import { transplantReading } from './transplant-reading.ts';

/** From fixtures/make-transplant-controls.py. */
const fixture = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/transplant-controls.json'), 'utf8'),
) as {
  rows: number;
  columns: number;
  x: number[];
  y: number[];
  directions: { k: number; change: number[]; table: number[] }[];
  gaussian: number[];
  haar: number[];
};
const matrix = (rows: number, columns: number, values: ArrayLike<number>): Matrix => ({
  rows,
  columns,
  values: Float32Array.from(values),
});
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN))), 0);
const all = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

function frameOf(x: Matrix, y: Matrix): FrameChange {
  const [fromMeans, toMeans] = [columnMeans(x), columnMeans(y)];
  const [left, right] = [shifted(x, fromMeans), shifted(y, toMeans)];
  return {
    fromMeans,
    toMeans,
    q: rotationOf(plainProducts.columnsByColumns(left, right), x.columns).q,
    lengthRatio: frobenius(right) / frobenius(left),
  };
}
const inputOf = (donor: Matrix, receiver: Matrix): ControlInput => ({
  donor,
  receiver,
  rowOf: all(receiver.rows),
  frame: frameOf(donor, receiver),
  fittedRows: { donor: all(donor.rows), receiver: all(receiver.rows) },
  seed: 5,
});

test('the first k directions are X U_k V_k^T, with the mean and the length of the aligned table', () => {
  const { rows, columns: d } = fixture;
  const [x, y] = [matrix(rows, d, fixture.x), matrix(rows, d, fixture.y)];
  const { frame } = inputOf(x, y);
  // The reference is in float64: the product of the centred columns too.
  const centred = (values: readonly number[]) => {
    const mean = all(d).reduce<number[]>(
      (means, column) => [
        ...means,
        values.reduce((sum, value, at) => sum + (at % d === column ? value : 0), 0) / rows,
      ],
      [],
    );
    return values.map((value, at) => value - mean[at % d]!);
  };
  const [a, b] = [centred(fixture.x), centred(fixture.y)];
  const m = new Float64Array(d * d);
  for (let row = 0; row < rows; row += 1)
    for (let i = 0; i < d; i += 1)
      for (let j = 0; j < d; j += 1) m[i * d + j]! += a[row * d + i]! * b[row * d + j]!;
  const u = leftSingularVectors(m, d);
  const { q } = rotationOf(m, d);
  const controlOf = controlTables(inputOf(x, y), plainProducts);
  for (const { k, change, table } of fixture.directions) {
    expect(farthest(alongDirections(u, q, d, k), change)).toBeLessThan(1e-10);
    const { values } = controlOf({ kind: 'directions', k });
    // Tables are float32.
    expect(farthest(values, table)).toBeLessThan(1e-5);
    expect(farthest(columnMeans(matrix(rows, d, values)), columnMeans(y))).toBeLessThan(1e-5);
  }
  const whole = controlOf({ kind: 'directions', k: d });
  expect(farthest(whole.values, inOtherFrame(x, frame, d, plainProducts).values)).toBeLessThan(
    1e-5,
  );
});

test('a random rotation is the reference’s, orthogonal, and uniform', () => {
  const d = fixture.columns;
  let at = 0;
  const normal = () => fixture.gaussian[at++]!;
  expect(farthest(randomRotation(d, { normal }), fixture.haar)).toBeLessThan(1e-10);

  // Of the uniform distribution E q_ij = 0 and E q_ij^2 = 1/d, the trace has mean 0 and variance 1, and half are reflections.
  const { normal: drawn } = randomStream(1, 'haar');
  const draws = Array.from({ length: 2000 }, () => randomRotation(4, { normal: drawn }));
  for (const q of draws.slice(0, 20))
    expect(farthest(multiply(q, transposed(q, 4), 4), identity(4))).toBeLessThan(1e-12);
  const mean = (of: (q: Float64Array) => number) =>
    draws.reduce((sum, q) => sum + of(q), 0) / draws.length;
  const trace = (q: Float64Array) => q[0]! + q[5]! + q[10]! + q[15]!;
  expect(Math.abs(mean(trace))).toBeLessThan(4 / Math.sqrt(2000));
  expect(Math.abs(mean((q) => trace(q) ** 2) - 1)).toBeLessThan(0.15);
  for (const entry of [0, 6, 15]) {
    expect(Math.abs(mean((q) => q[entry]!))).toBeLessThan(0.05);
    expect(Math.abs(mean((q) => q[entry]! ** 2) - 0.25)).toBeLessThan(0.03);
  }
});

test('controls are doubled up to the directions, seeded, and of the receiver’s shape', () => {
  expect(controlPlans(24).map(({ kind, k, seed }) => `${kind} ${k ?? seed}`)).toEqual([
    ...[1, 2, 4, 8, 16].map((k) => `directions ${k}`),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((seed) => `randomRotation ${seed}`),
    ...[1, 2, 3].map((seed) => `permutedAxes ${seed}`),
  ]);
  expect(controlPlans(16).filter(({ kind }) => kind === 'directions')).toHaveLength(4);
  expect(controlPlans(1).filter(({ kind }) => kind === 'directions')).toEqual([]);

  const { normal } = randomStream(2, 'tables');
  const draw = (columns: number) =>
    matrix(30, columns, Array.from({ length: 30 * columns }, normal));
  // A frame may be wider than both tables: a third one of the comparison is.
  const [donor, receiver, wide] = [draw(3), draw(5), 7];
  const padded = (table: Matrix) =>
    matrix(
      30,
      wide,
      all(30 * wide).map((at) => 0 * at),
    ).values.map((_, at) =>
      at % wide < table.columns
        ? table.values[Math.floor(at / wide) * table.columns + (at % wide)]!
        : 0,
    );
  const frame = frameOf(matrix(30, wide, padded(donor)), matrix(30, wide, padded(receiver)));
  const rowOf = all(30).with(7, -1);
  const controlOf = controlTables(
    { ...inputOf(donor, draw(3)), receiver, frame, rowOf },
    plainProducts,
  );
  const length = (table: Matrix) => frobenius(shifted(table, columnMeans(table)));
  for (const plan of controlPlans(3)) {
    const control = controlOf(plan);
    expect([control.rows, control.columns]).toEqual([30, 5]);
    expect(controlOf(plan)).toEqual(control);
    // Which word the donor lacks keeps its row, unless the axes are in another order.
    const own = [...receiver.values.subarray(35, 40)];
    const row = [...control.values.subarray(35, 40)];
    if (plan.kind === 'permutedAxes') expect(row.toSorted()).toEqual(own.toSorted());
    else expect(row).toEqual(own);
    if (plan.kind === 'randomRotation')
      expect(Math.abs(length(control) / length(receiver) - 1)).toBeLessThan(0.1);
  }
  const order = withColumnsInOrder(matrix(2, 3, [1, 2, 3, 4, 5, 6]), [2, 0, 1]);
  expect([...order.values]).toEqual([3, 1, 2, 6, 4, 5]);
});

test.each([
  [1, 'survives'],
  [4, 'survives'],
  [0, 'lost'],
] as const)('where %i planted directions carry everything, so many are needed', (shared, kind) => {
  const reading = transplantReading(
    plantedTransplant({ shared, dims: 8, words: 300, reviews: 1000, seed: 7 }),
  );
  // An earlier version called the first two "mostly a rotation".
  expect(reading.kind).toBe(kind);
  if (shared === 0) expect(reading.directions).toBeNull();
  else expect(reading.directions).toMatchObject({ k: shared, of: 8 });
});
