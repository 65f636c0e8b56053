import { expect, test } from 'vitest';

import { randomStream } from '../../util/random.ts';
import { align } from '../algebra/alignment.ts';
import { columnMeans, frobenius, gatherRows, shifted, type Matrix } from '../algebra/matrix.ts';
import { plainProducts } from '../algebra/products.ts';
import { rotationOf, transposed } from '../algebra/rotation.ts';
import { donorRows, inOtherFrame, withRowsOf } from './transplant.ts';

const gaussian = (name: string, rows: number, columns: number): Matrix => {
  const { normal } = randomStream(3, name);
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, normal) };
};
const fitOf = (x: Matrix, y: Matrix) => {
  const [fromMeans, toMeans] = [columnMeans(x), columnMeans(y)];
  const [left, right] = [shifted(x, fromMeans), shifted(y, toMeans)];
  const { q } = align(left, right, plainProducts, { random: randomStream(1, 'halves') });
  return { fromMeans, toMeans, q, lengthRatio: frobenius(right) / frobenius(left) };
};
const farthest = (a: Matrix, b: Matrix): number =>
  a.values.reduce((most, value, at) => Math.max(most, Math.abs(value - (b.values[at] ?? NaN))), 0);

test('a table that was turned, stretched and shifted comes back onto the other, both ways', () => {
  const d = 5;
  const base = gaussian('base', 60, d);
  const { q } = rotationOf(
    plainProducts.columnsByColumns(gaussian('a', 20, d), gaussian('b', 20, d)),
    d,
  );
  const turned = plainProducts.times(
    base,
    q.map((value) => value * 1.7),
    d,
  );
  const other = shifted(turned, Float64Array.of(1, -2, 0.5, 0, 3));
  const change = fitOf(base, other);
  expect(change.lengthRatio).toBeCloseTo(1.7, 5);
  expect(farthest(inOtherFrame(base, change, d, plainProducts), other)).toBeLessThan(1e-5);
  const back = {
    fromMeans: change.toMeans,
    toMeans: change.fromMeans,
    q: transposed(change.q, d),
    lengthRatio: 1 / change.lengthRatio,
  };
  expect(farthest(inOtherFrame(other, back, d, plainProducts), base)).toBeLessThan(1e-5);
  // A row that took no part in the fit goes along.
  const row = gaussian('unseen', 1, d);
  const expected = shifted(
    plainProducts.times(
      row,
      q.map((value) => value * 1.7),
      d,
    ),
    Float64Array.of(1, -2, 0.5, 0, 3),
  );
  expect(farthest(inOtherFrame(row, change, d, plainProducts), expected)).toBeLessThan(1e-4);
});

test('a narrower table is turned into the wider one without loss', () => {
  const narrow = gaussian('narrow', 40, 3);
  const wide = gaussian('wide', 40, 5);
  const all = Int32Array.from({ length: 40 }, (_, row) => row);
  const change = fitOf(gatherRows(narrow, all, 5), wide);
  const moved = inOtherFrame(narrow, change, 5, plainProducts);
  expect(moved.columns).toBe(5);
  const lengths = (matrix: Matrix) => frobenius(shifted(matrix, columnMeans(matrix)));
  expect(lengths(moved)).toBeCloseTo(lengths(wide), 3);
});

test('words are moved as words; rows of no word go along, missing words keep their row', () => {
  const receiver = [null, null, null, null, 'good', 'bad', 'rare', null];
  const donor = [null, null, null, null, 'bad', 'good'];
  expect(donorRows(receiver, donor, true)).toEqual({
    rowOf: Int32Array.of(0, 1, 2, 3, 5, 4, -1, -1),
    moved: 2,
    kept: ['rare'],
  });
  // A table from outside begins with its first word.
  const { rowOf } = donorRows(receiver, ['bad', 'good'], false);
  expect([...rowOf]).toEqual([-1, -1, -1, -1, 1, 0, -1, -1]);
  const table = (values: number[]): Matrix => ({
    rows: values.length,
    columns: 1,
    values: Float32Array.from(values),
  });
  const into = table([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...withRowsOf(into, table([50, 40]), rowOf).values]).toEqual([0, 1, 2, 3, 40, 50, 6, 7]);
  expect(into.values[4]).toBe(4);
});
