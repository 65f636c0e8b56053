import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { Transplant, TransplantControl } from '#contract/transplant.ts';

import { randomStream } from '../random.ts';
import { columnMeans, frobenius, shifted, type Matrix } from './matrix.ts';
import { plainProducts } from './products.ts';
import {
  identity,
  leftSingularVectors,
  multiply,
  randomRotation,
  rotationOf,
  transposed,
} from './rotation.ts';
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
  readFileSync(path.join(import.meta.dirname, 'fixtures/transplant-controls.json'), 'utf8'),
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
    ...[1, 2, 3].map((seed) => `randomRotation ${seed}`),
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

/**
 * A model that reads one direction of its table: a review is positive where its words' mean along it is above 0. The donor's table has
 * that direction in common with the receiver's, turned, and nothing else.
 */
test('where one planted direction carries everything, 1 direction is needed', () => {
  const [words, d, reviews, length] = [300, 8, 1000, 30];
  const { normal, below, uniform } = randomStream(7, 'planted');
  const polarity = Array.from({ length: words }, normal);
  const table = (): Matrix => {
    const turn = randomRotation(d, { normal });
    const values = polarity.flatMap((of) => [1.5 * of, ...Array.from({ length: d - 1 }, normal)]);
    return plainProducts.times(matrix(words, d, values), turn, d);
  };
  const [donor, receiver] = [table(), table()];
  // What the receiver's model reads: the direction along which its table has the polarity.
  const reads = plainProducts.columnsByColumns(receiver, matrix(words, 1, polarity));
  const bags = Array.from({ length: reviews }, () => Array.from({ length }, () => below(words)));
  const labels = bags.map(
    (bag) => bag.reduce((sum, word) => sum + polarity[word]!, 0) + 3 * (uniform() - 0.5) > 0,
  );
  const predicted = (with_: Matrix): boolean[] => {
    const scores = plainProducts.times(with_, reads, 1).values;
    return bags.map((bag) => bag.reduce((sum, word) => sum + scores[word]!, 0) > 0);
  };
  const flips = (a: boolean[], b: boolean[]) => a.filter((value, at) => value !== b[at]).length;
  const own = predicted(receiver);
  const passOf = (with_: Matrix) => {
    const of = predicted(with_);
    return { accuracy: 1 - flips(of, labels) / reviews, loss: null, flips: flips(of, own) };
  };
  const input = inputOf(donor, receiver);
  const aligned = inOtherFrame(donor, input.frame, d, plainProducts);
  const controlOf = controlTables(input, plainProducts);
  const controls = [...controlPlans(d), { kind: 'directions' as const, k: d }].map(
    (plan): TransplantControl => {
      const control = controlOf(plan);
      const flipsFromAligned = flips(predicted(control), predicted(aligned));
      return { ...plan, ...passOf(control), flipsFromAligned };
    },
  );
  const transplant: Pick<Transplant, 'passes' | 'controls' | 'reviews'> = {
    passes: {
      own: passOf(receiver),
      raw: passOf(donor),
      aligned: passOf(aligned),
      untrained: passOf(matrix(words, d, Array.from({ length: words * d }, normal))),
    },
    controls,
    reviews,
  };
  const reading = transplantReading(transplant);
  expect(transplant.passes.own.accuracy).toBeGreaterThan(0.9);
  // An earlier version: "The difference is mostly a rotation".
  expect(reading.kind).toBe('survives');
  expect(reading.directions).toMatchObject({ k: 1, of: 8 });
  expect(reading.chance).toBeLessThan(transplant.passes.aligned.accuracy);
});
