import { readFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { randomStream, shuffledIndices } from '../util/random.ts';
import { align, meanOfDefined } from './algebra/alignment.ts';
import {
  compareTables,
  type ComparedTable,
  type ComparisonInput,
} from './compare/compare-tables.ts';
import { frobenius, gatherRows, rowOf, squaredLengths, type Matrix } from './algebra/matrix.ts';
import { excess, planFloor, type Member } from './compare/noise-floor.ts';
import { plainProducts } from './algebra/products.ts';
import { multiply, principalAxes, rotationOf, transposed } from './algebra/rotation.ts';
import { choosePoles, sentimentAxis } from './compare/sentiment-axis.ts';
import { debiasedCka } from './algebra/table-similarity.ts';

type Fixture = Readonly<{
  x: number[][];
  y: number[][];
  alignedCosine: number[];
  alignedL2: number[];
  lengthRatio: number;
  procrustesDistance: number;
  debiasedCka: number;
  rsa: number;
  jaccard10: number[];
  jaccard50: number[];
  secondOrder: number[];
}>;
const fixtures = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'fixtures/embeddings.json'), 'utf8'),
) as { published: Pick<Fixture, 'x' | 'y' | 'debiasedCka'>; pairs: Fixture[] };

describe('against NumPy and SciPy', () => {
  test.each(fixtures.pairs)('a pair of tables agrees in every measure', async (fixture) => {
    const { measures } = await pairOf(matrixOf(fixture.x), matrixOf(fixture.y));
    for (const measure of [
      'alignedCosine',
      'alignedL2',
      'jaccard10',
      'jaccard50',
      'secondOrder',
    ] as const)
      near(measures.words[measure], fixture[measure]);
    for (const measure of ['procrustesDistance', 'debiasedCka', 'rsa'] as const)
      expect(measures.whole[measure]).toBeCloseTo(fixture[measure], 6);
    expect(measures.lengthRatio).toBeCloseTo(fixture.lengthRatio, 6);
  });

  test('debiased CKA is that of the published example', async () => {
    const { x, y, debiasedCka } = fixtures.published;
    const { measures } = await pairOf(matrixOf(x), matrixOf(y));
    expect(measures.whole.debiasedCka).toBeCloseTo(debiasedCka, 6);
    expect(measures.whole.debiasedCka).toBeCloseTo(0.51346, 5);
  });
});

describe('alignment', () => {
  test.each([
    { what: 'rotation', reflects: false },
    { what: 'reflection', reflects: true },
  ])('recovers a $what, its scale and shift', async ({ reflects }) => {
    const d = 12;
    const x = gaussian(400, d, 'x');
    const q0 = randomRotation(d, 'turn', reflects);
    const y = mapped(plainProducts.times(x, q0, d), (value, column) => 1.7 * value + column);
    const { measures } = await pairOf(x, y);
    expect(
      Math.max(...measures.q.map((value, index) => Math.abs(value - (q0[index] ?? 0)))),
    ).toBeLessThan(1e-6);
    expect(measures.lengthRatio).toBeCloseTo(1.7, 6);
    expect(measures.whole.heldOutCosine).toBeCloseTo(1, 6);
    expect(measures.whole.procrustesDistance).toBeCloseTo(0, 6);
  });

  test('of independent tables the lengths are told apart from the fit', async () => {
    const { measures } = await pairOf(gaussian(600, 40, 'x'), gaussian(600, 40, 'y'));
    expect(Math.abs(measures.lengthRatio - 1)).toBeLessThan(0.02);
  });

  test.each([
    { n: 2000, d: 30 },
    { n: 950, d: 60 },
  ])('of $n x $d independent numbers gives what chance gives', ({ n, d }) => {
    const [x, y] = [gaussian(n, d, 'x'), gaussian(n, d, 'y')];
    const expected = 0.849 * Math.sqrt(d / n);
    const random = randomStream(1, 'half');
    const { fittedCosine, heldOutCosine } = align(x, y, plainProducts, { random });
    expect(Math.abs(fittedCosine / expected - 1)).toBeLessThan(0.05);
    expect(Math.abs(heldOutCosine)).toBeLessThan(0.02);
    const order = shuffledIndices(n, randomStream(2, 'order'));
    const permuted = align(x, gatherRows(y, order), plainProducts, { random });
    expect(Math.abs(permuted.fittedCosine / expected - 1)).toBeLessThan(0.05);
  });

  test('of a narrower table with a wider one is that of the table with columns of zeros', async () => {
    const wide = gaussian(300, 9, 'wide');
    const narrow = { rows: 300, columns: 4, values: columnsOf(wide, 4) };
    const { measures, result } = await pairOf(
      narrow,
      plainProducts.times(wide, randomRotation(9, 't'), 9),
    );
    const one = measures.words.alignedCosine;
    const filled = matrixOf(rowsOf(narrow).map((row) => [...row, 0, 0, 0, 0, 0]));
    const other = (await pairOf(filled, plainProducts.times(wide, randomRotation(9, 't'), 9)))
      .measures;
    near(one, other.words.alignedCosine);
    expect(one.every(Number.isFinite)).toBe(true);
    expect(result.frame.shares).toHaveLength(9);
  });

  test('a rotation is orthogonal and no other brings the tables closer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: 2, max: 8 }),
        (seed, d) => {
          const x = gaussian(30, d, 'x', seed);
          const y = gaussian(30, d, 'y', seed);
          const m = plainProducts.columnsByColumns(x, y);
          const { q, nuclear } = rotationOf(m, d);
          near(multiply(transposed(q, d), q, d), identityOf(d), 1e-10);
          const overlap = (turn: Float64Array) => traceOf(multiply(transposed(turn, d), m, d), d);
          expect(overlap(q)).toBeCloseTo(nuclear, 8);
          expect(overlap(randomRotation(d, 'other'))).toBeLessThanOrEqual(nuclear + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('measures that need no alignment', () => {
  const x = gaussian(500, 20, 'x');
  const turned = mapped(
    plainProducts.times(x, randomRotation(20, 'turn'), 20),
    (value) => 2.5 * value,
  );

  test('are the same for a table and itself, rotated and scaled', async () => {
    const { measures } = await pairOf(x, turned);
    for (const measure of ['jaccard10', 'jaccard50', 'jaccard250'] as const)
      expect(
        measures.words[measure].every((value) => value === 1),
        measure,
      ).toBe(true);
    expect(measures.whole.debiasedCka).toBeCloseTo(1, 6);
    expect(measures.whole.rsa).toBeCloseTo(1, 6);
    expect(Math.min(...measures.words.secondOrder)).toBeGreaterThan(1 - 1e-5);
  });

  test('are at their chance for unrelated tables', async () => {
    const [wideX, wideY] = [gaussian(2000, 100, 'x'), gaussian(2000, 100, 'y')].map((table) => ({
      table,
      gram: plainProducts.columnsByColumns(table, table),
    }));
    const cross = plainProducts.columnsByColumns(wideX!.table, wideY!.table);
    expect(Math.abs(debiasedCka(wideX!, wideY!, cross))).toBeLessThan(0.01);

    const { measures } = await pairOf(gaussian(1000, 30, 'x'), gaussian(1000, 30, 'y'));
    expect(Math.abs(measures.whole.rsa)).toBeLessThan(0.02);
    for (const measure of ['meanJaccard50', 'meanJaccard250'] as const) {
      const chance = measures.chance[measure];
      expect(Math.abs(measures.whole[measure] / chance - 1), measure).toBeLessThan(0.1);
    }
    expect(measures.chance.meanJaccard50).toBeCloseTo(50 / (2 * 999 - 50), 12);
  });

  test('no word is its own neighbour, ties go to the earlier word, rows of zeros have none', async () => {
    // The last is all zeros; 1 and 2 are equal, and so equally near to 0.
    const table = matrixOf([
      [1, 0],
      [1, 1],
      [1, 1],
      [0, 1],
      [0, 0],
      ...rowsOf(gaussian(300, 2, 'x')),
    ]);
    const { result, measures } = await pairOf(table, table);
    const { most, lists } = result.tables[0]!.neighbours;
    const listOf = (word: number) => [...lists.subarray(word * most, (word + 1) * most)];
    for (const word of [0, 1, 2, 3]) expect(listOf(word)).not.toContain(word);
    const first = listOf(0);
    expect(first.indexOf(1)).toBe(first.indexOf(2) - 1);
    expect(listOf(4).every((row) => row === -1)).toBe(true);
    expect(lists.includes(4)).toBe(false);
    for (const column of Object.values(measures.words)) expect(column[4]).toBeNaN();
    expect(Object.values(measures.whole).every(Number.isFinite)).toBe(true);
  });

  test('neighbours are those of a full sort', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), async (seed) => {
        // Few values: many ties, and rows of zeros.
        const { below } = randomStream(seed, 'small');
        const table = matrixOf(
          Array.from({ length: 400 }, () => [below(3) - 1, below(3) - 1, below(2)]),
        );
        const { result } = await pairOf(table, table);
        const { most, lists } = result.tables[0]!.neighbours;
        const word = below(400);
        expect([...lists.subarray(word * most, (word + 1) * most)]).toEqual(
          sortedNeighbours(table, word, most),
        );
      }),
      { numRuns: 20 },
    );
  });
});

test('a table compared with itself, as two epochs of a run are, has not changed at all', async () => {
  const x = gaussian(400, 16, 'x');
  const { measures } = await pairOf(x, x, { isFixed: true });
  expect(measures.words.alignedCosine.every((value) => value === 1)).toBe(true);
  expect(measures.words.alignedL2.every((value) => value === 0)).toBe(true);
  expect(measures.words.jaccard250.every((value) => value === 1)).toBe(true);
  expect(measures.whole.procrustesDistance).toBe(0);
  expect(measures.whole.debiasedCka).toBe(1);
  expect(measures.lengthRatio).toBe(1);
});

test('constant and zero tables give "undefined" only, no error', async () => {
  const zeros = { rows: 40, columns: 3, values: new Float32Array(120) };
  const { measures } = await pairOf(zeros, gaussian(40, 3, 'y'));
  expect(measures.whole.debiasedCka).toBeNaN();
  expect(measures.whole.procrustesDistance).toBeNaN();
  expect(measures.words.alignedCosine.every(Number.isNaN)).toBe(true);
});

describe('three tables', () => {
  const base = gaussian(600, 10, 'base');
  const seen = (name: string) =>
    mapped(
      plainProducts.times(noisy(base, 0.2, name), randomRotation(10, name), 10),
      (value) => value,
    );
  const tables = ['a', 'b', 'c'].map(seen);

  test('are laid into one frame in which they agree, along its principal axes', async () => {
    const result = await compare(tables);
    const laid = tables.map((table, index) =>
      plainProducts.times(table, result.frame.transforms[index]!, 10),
    );
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const cosines = align(laid[i]!, laid[j]!, plainProducts, {
        random: randomStream(1, 'x'),
        isFixed: true,
      });
      expect(cosines.fittedCosine).toBeGreaterThan(0.94);
    }
    const { shares } = result.frame;
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    expect([...shares]).toEqual([...shares].sort((p, q) => q - p));
  });

  test('keep the frame of a reference', async () => {
    const { frame } = await compare(tables, { reference: 2 });
    const fit = rotationOf(centredProduct(tables[0]!, tables[2]!), 10).q;
    near(frame.transforms[0]!, multiply(fit, frame.transforms[2]!, 10), 1e-6);
  });
});

test('the noise floor tells twenty moved words from what a seed does', async () => {
  const n = 800;
  const d = 16;
  const base = gaussian(n, d, 'base');
  // Some words are noisy whatever the variant: unranked by the floor they would be on top.
  const noise = Float32Array.from({ length: n }, (_, word) => (word % 10 === 0 ? 2 : 0.3));
  const order = shuffledIndices(n, randomStream(4, 'moved'));
  const moved = order.filter((word) => word % 10 !== 0).subarray(0, 20);
  const other = gaussian(n, d, 'other');
  const changed = { ...base, values: Float32Array.from(base.values) };
  for (const word of moved) changed.values.set(rowOf(other, word), word * d);
  const seeds = [1, 2, 3].flatMap((seed) => [
    { runId: `a${seed}`, seed, group: 'a', values: turned(base, noise, `a${seed}`) },
    { runId: `b${seed}`, seed, group: 'b', values: turned(changed, noise, `b${seed}`) },
  ]);
  const members: Member[] = seeds;
  const result = await compare(
    seeds.map(({ values }) => values),
    {
      pairs: [{ first: 0, second: 1, isFixed: false, floor: planFloor(members, 0, 1) }],
      shownCount: 2,
    },
  );
  const { floor, measures } = result.pairs[0]!;
  expect(floor?.isAtChance).toEqual([false, false]);
  const top = (scores: ArrayLike<number>) =>
    Array.from({ length: n }, (_, word) => word)
      .sort((p, q) => scores[q]! - scores[p]!)
      .slice(0, 20)
      .sort((p, q) => p - q);
  expect(top(excess(floor!, 'alignedCosine'))).toEqual([...moved].sort((p, q) => p - q));
  // Without the floor the noisy words are on top.
  const unfloored = top(measures.words.alignedCosine.map((value) => -value));
  expect(unfloored.filter((word) => !moved.includes(word)).length).toBeGreaterThan(5);
});

describe('the plan of a floor', () => {
  const members: Member[] = [
    { runId: 'a1', seed: 1, group: 'A cnn' },
    { runId: 'a1', seed: 1, group: 'A lstm' },
    { runId: 'b1', seed: 1, group: 'B' },
    { runId: 'a2', seed: 2, group: 'A cnn' },
    { runId: 'b2', seed: 2, group: 'B' },
    { runId: 'a2', seed: 2, group: 'A lstm' },
    { runId: 'glove', seed: 0, group: null },
  ];

  test('compares variants by different seeds only', () => {
    expect(planFloor(members, 0, 2)).toEqual({
      within: [[[0, 3]], [[2, 4]]],
      across: [
        [0, 4],
        [3, 2],
      ],
    });
  });

  test('pairs the branches of a run', () => {
    expect(planFloor(members, 0, 1)).toEqual({
      within: [[[0, 3]], [[1, 5]]],
      across: [
        [0, 1],
        [3, 5],
      ],
    });
  });

  test('says why there is none', () => {
    expect(planFloor(members.slice(0, 3), 0, 2)).toEqual({ gap: 'oneSeed' });
    expect(planFloor(members, 0, 3)).toEqual({ gap: 'sameVariant' });
    expect(planFloor(members, 0, 0)).toEqual({ gap: 'sameRun' });
    expect(planFloor(members, 0, 6)).toEqual({ gap: 'outside' });
  });

  test('unrelated seeds are a floor at chance', async () => {
    const tables = ['p', 'q', 'r', 's'].map((name) => gaussian(400, 8, name));
    const result = await compare(tables, {
      shownCount: 2,
      pairs: [
        {
          first: 0,
          second: 1,
          isFixed: false,
          floor: {
            within: [[[0, 2]], [[1, 3]]],
            across: [
              [0, 3],
              [2, 1],
            ],
          },
        },
      ],
    });
    expect(result.pairs[0]?.floor?.isAtChance).toEqual([true, true]);
  });

  test('one variant may be all noise where the other is not, which their mean would hide', async () => {
    const stable = gaussian(400, 8, 'stable');
    const noise = Float32Array.from({ length: 400 }, () => 0.1);
    const tables = [
      ...['p', 'q', 'r'].map((name) => gaussian(400, 8, name)),
      ...['x', 'y'].map((name) => turned(stable, noise, name)),
    ];
    const groups = ['a', 'a', 'a', 'b', 'b'];
    const members = groups.map((group, seed): Member => ({ runId: `${seed}`, seed, group }));
    const result = await compare(tables, {
      shownCount: 4,
      pairs: [{ first: 0, second: 3, isFixed: false, floor: planFloor(members, 0, 3) }],
    });
    const { floor } = result.pairs[0]!;
    const [first, second] = floor!.sides.map((side) => side?.whole.debiasedCka ?? Number.NaN);
    expect(first).toBeLessThan(0.1);
    expect(second).toBeGreaterThan(0.9);
    expect(floor?.isAtChance).toEqual([true, false]);
    // Three pairs of the one and one of the other: each variant counts the same.
    expect(floor?.within.whole.debiasedCka).toBeCloseTo((first! + second!) / 2, 12);
  });
});

test('the sentiment axis finds what the labels say, whatever way the table is turned', () => {
  const logOdds = Float32Array.from({ length: 300 }, (_, word) => Math.sin(word));
  const table = noisy({ rows: 300, columns: 5, values: new Float32Array(1500) }, 0.3, 'noise');
  const told = mapped(table, (value, column, row) =>
    column === 2 ? value + logOdds[row]! : value,
  );
  const poles = choosePoles(logOdds, 20);
  expect(poles.positive).toHaveLength(20);
  const straight = sentimentAxis(told, poles, logOdds);
  expect(straight.correlation).toBeGreaterThan(0.8);
  const turn = randomRotation(5, 'turn');
  const around = sentimentAxis(plainProducts.times(told, turn, 5), poles, logOdds);
  near(around.positions, straight.positions, 1e-4);
});

test('movement is length of change, and beside it that of the neighbours', async () => {
  const start = gaussian(300, 4, 'start');
  const end = mapped(start, (value, column, row) =>
    row === 7 && column === 0 ? value + 5 : value,
  );
  const result = await compareTables(
    inputOf(
      [
        { values: end, start },
        { values: end, start: null },
      ],
      {},
    ),
    plainProducts,
    () => Promise.resolve(),
  );
  const { movement } = result.tables[0]!;
  expect(movement?.lengths[7]).toBeCloseTo(5, 5);
  expect(movement?.relative[7]).toBeCloseTo(5, 5);
  expect(movement?.lengths[8]).toBe(0);
  expect(result.tables[1]?.movement).toBeNull();
});

test('principal axes are those of the covariance, the same way up every time', () => {
  const { axes, variances } = principalAxes(Float64Array.of(2, 0, 0, 5), 2);
  expect([...variances]).toEqual([5, 2]);
  near(axes, [0, 1, 1, 0]);
});

async function compare(tables: readonly Matrix[], options: Partial<ComparisonInput> = {}) {
  return compareTables(
    inputOf(
      tables.map((values) => ({ values, start: null })),
      options,
    ),
    plainProducts,
    () => Promise.resolve(),
  );
}

function inputOf(
  tables: readonly ComparedTable[],
  options: Partial<ComparisonInput>,
): ComparisonInput {
  const rows = tables[0]?.values.rows ?? 0;
  return {
    tables,
    members: tables.map((_, seed) => ({ runId: `run ${seed}`, seed, group: null })),
    shownCount: tables.length,
    rankedCount: rows,
    pairs: [{ first: 0, second: 1, isFixed: false, floor: { gap: 'oneSeed' } }],
    reference: null,
    subject: 'table',
    isCentred: true,
    poles: { positive: Int32Array.of(0), negative: Int32Array.of(1) },
    logOdds: new Float32Array(rows),
    seed: 1,
    ...options,
  };
}

async function pairOf(x: Matrix, y: Matrix, { isFixed = false } = {}) {
  const result = await compare([x, y], {
    pairs: [{ first: 0, second: 1, isFixed, floor: { gap: 'oneSeed' } }],
  });
  return { result, measures: result.pairs[0]!.measures };
}

function gaussian(rows: number, columns: number, name: string, seed = 1): Matrix {
  const { normal } = randomStream(seed, name);
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, normal) };
}

const noisy = (table: Matrix, scale: number, name: string): Matrix => {
  const { normal } = randomStream(3, name);
  return { ...table, values: table.values.map((value) => value + scale * normal()) };
};

/** Another seed's view: noise of its own by word, in a frame of its own. */
function turned(table: Matrix, noise: Float32Array, name: string): Matrix {
  const { normal } = randomStream(5, name);
  const seen = mapped(table, (value, _, row) => value + noise[row]! * normal());
  return plainProducts.times(seen, randomRotation(table.columns, name), table.columns);
}

function mapped(
  table: Matrix,
  change: (value: number, column: number, row: number) => number,
): Matrix {
  const { columns } = table;
  return {
    ...table,
    values: table.values.map((value, at) => change(value, at % columns, Math.floor(at / columns))),
  };
}

function randomRotation(d: number, name: string, reflects = false): Float64Array {
  const { normal } = randomStream(2, name);
  const { q } = rotationOf(Float64Array.from({ length: d * d }, normal), d);
  const isReflection = determinant(q, d) < 0;
  return isReflection === reflects ? q : q.map((value, at) => (at < d ? -value : value));
}

/** By elimination. */
function determinant(q: Float64Array, d: number): number {
  const rows = Array.from({ length: d }, (_, row) => [...q.subarray(row * d, (row + 1) * d)]);
  let product = 1;
  for (let column = 0; column < d; column += 1) {
    const pivot = rows.findIndex((row, index) => index >= column && Math.abs(row[column]!) > 1e-12);
    if (pivot < 0) return 0;
    if (pivot !== column) {
      [rows[pivot], rows[column]] = [rows[column]!, rows[pivot]!];
      product = -product;
    }
    product *= rows[column]![column]!;
    for (const row of rows.slice(column + 1)) {
      const factor = row[column]! / rows[column]![column]!;
      for (let at = column; at < d; at += 1) row[at]! -= factor * rows[column]![at]!;
    }
  }
  return product;
}

function centredProduct(a: Matrix, b: Matrix): Float64Array {
  const centred = (table: Matrix): Matrix => {
    const means = Array.from({ length: table.columns }, (_, column) =>
      meanOfDefined(rowsOf(table).map((row) => row[column]!)),
    );
    return mapped(table, (value, column) => value - means[column]!);
  };
  const [x, y] = [centred(a), centred(b)];
  const scale = frobenius(x) * frobenius(y);
  return plainProducts.columnsByColumns(x, y).map((value) => value / scale);
}

function sortedNeighbours(table: Matrix, word: number, most: number): number[] {
  const squares = squaredLengths(table);
  const unit = mapped(table, (value, _, row) =>
    squares[row]! > 0 ? value / Math.sqrt(squares[row]!) : 0,
  );
  const similar = plainProducts.rowsByRows(gatherRows(unit, Int32Array.of(word)), unit);
  const found = Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => row !== word && squares[row]! > 0)
    .sort((p, q) => similar[q]! - similar[p]! || p - q)
    .slice(0, most);
  return squares[word] === 0
    ? Array<number>(most).fill(-1)
    : [...found, ...Array<number>(most - found.length).fill(-1)];
}

const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  values: Float32Array.from(rows.flat()),
});
const rowsOf = (table: Matrix): number[][] =>
  Array.from({ length: table.rows }, (_, row) => [...rowOf(table, row)]);
const columnsOf = (table: Matrix, count: number): Float32Array =>
  Float32Array.from(rowsOf(table).flatMap((row) => row.slice(0, count)));
const identityOf = (d: number): number[] =>
  Array.from({ length: d * d }, (_, index) => Number(index % (d + 1) === 0));
const traceOf = (matrix: Float64Array, d: number): number =>
  matrix.reduce((sum, value, index) => (index % (d + 1) === 0 ? sum + value : sum), 0);

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-6): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index += 1)
    expect(Math.abs(actual[index]! - expected[index]!)).toBeLessThanOrEqual(tolerance);
}
