import { describe, expect, test } from 'vitest';

import { randomStream } from '../../util/random.ts';
import { compareTables } from './compare-tables.ts';
import { gatherRows, type Matrix } from '../algebra/matrix.ts';
import { plainProducts } from '../algebra/products.ts';
import { changedRows, chooseWords, type TableWords, type WordFloor } from './word-set.ts';

const asked = (minCount: number, minNeighbourCount = minCount): WordFloor => ({
  minCount,
  minNeighbourCount,
  leastWords: 0,
});
const tableOf = (words: (string | null)[], counts: number[], trained?: number[]): TableWords => ({
  words,
  counts: Int32Array.from(counts),
  isTrained: trained === undefined ? null : Uint8Array.from(trained),
});

describe('the words of a comparison', () => {
  const first = tableOf(
    [null, 'film', 'good', 'rare', 'only'],
    [0, 90, 80, 3, 70],
    [1, 1, 1, 1, 1],
  );
  const second = tableOf(
    ['good', 'film', 'rare', 'asleep', 'good'],
    [80, 90, 3, 60, 1],
    [1, 1, 1, 0, 1],
  );

  test('are those of both tables, by count, and what is left out is named with its reason', () => {
    const set = chooseWords([first, second], asked(50, 2));
    expect(set.words).toEqual(['film', 'good', 'rare']);
    expect(set.rows.map((rows) => [...rows])).toEqual([
      [1, 2, 3],
      [1, 0, 2],
    ]);
    expect(set.rankedCount).toBe(2);
    expect(set.dropped).toEqual([
      { reason: 'missing', count: 2, words: ['only', 'asleep'] },
      { reason: 'rare', count: 1, words: ['rare'] },
      { reason: 'repeated', count: 1, words: ['good'] },
    ]);
  });

  test('are without those that training has not touched', () => {
    const still = tableOf(['film', 'good'], [90, 80], [1, 0]);
    const set = chooseWords([still, still], asked(1));
    expect(set.words).toEqual(['film']);
    expect(set.dropped).toEqual([{ reason: 'untrained', count: 1, words: ['good'] }]);
  });

  test('stay many enough in a small corpus', () => {
    const words = Array.from({ length: 800 }, (_, rank) => `w${rank}`);
    const table = tableOf(
      words,
      words.map((_, rank) => 900 - rank),
    );
    const lowered = chooseWords([table, table], {
      minCount: 850,
      minNeighbourCount: 820,
      leastWords: 500,
    });
    expect(lowered).toMatchObject({
      rankedCount: 500,
      minCount: 401,
      minNeighbourCount: 401,
      isLowered: true,
    });
    const few = chooseWords([table, table], {
      minCount: 850,
      minNeighbourCount: 820,
      leastWords: 5,
    });
    expect(few).toMatchObject({
      rankedCount: 51,
      minCount: 850,
      minNeighbourCount: 820,
      isLowered: false,
    });
    expect(few.words).toHaveLength(81);
  });

  test('rows that training changed are found by their values', () => {
    const before = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect([...changedRows(before, Float32Array.of(1, 2, 3, 4.5, 5, 6), 2)]).toEqual([0, 1, 0]);
  });
});

describe('what a comparison gives', () => {
  const words = Array.from({ length: 320 }, (_, index) => (index < 3 ? null : `w${index}`));
  const counts = words.map((_, index) => 1000 - index);
  const values = [1, 2].map((seed): Matrix => {
    const { normal } = randomStream(seed, 'values');
    return { rows: 320, columns: 5, values: Float32Array.from({ length: 1600 }, normal) };
  });
  const measure = async (tables: readonly TableWords[], matrices: readonly Matrix[]) => {
    const { rows, rankedCount } = chooseWords(tables, asked(1));
    const result = await compareTables(
      {
        tables: matrices.map((matrix, index) => ({
          values: gatherRows(matrix, rows[index] ?? new Int32Array()),
          start: null,
        })),
        members: matrices.map((_, seed) => ({ runId: `run ${seed}`, seed, group: null })),
        shownCount: 2,
        rankedCount,
        pairs: [{ first: 0, second: 1, isFixed: false, floor: { gap: 'oneSeed' } }],
        reference: null,
        subject: 'table',
        isCentred: true,
        poles: { positive: Int32Array.of(0), negative: Int32Array.of(1) },
        logOdds: new Float32Array(rankedCount),
        seed: 1,
      },
      plainProducts,
      () => Promise.resolve(),
    );
    return result.pairs[0]?.measures;
  };
  const table = tableOf(words, counts);

  test('does not change by a huge pad, start or out-of-vocabulary row', async () => {
    const huge = values.map((matrix) => ({
      ...matrix,
      values: matrix.values.map((value, at) => (at < 15 ? 1e6 : value)),
    }));
    expect(await measure([table, table], huge)).toEqual(await measure([table, table], values));
  });

  test.each([0, 1])('does not change by the order of vocabulary %i', async (which) => {
    const reversed = tableOf(words.toReversed(), counts.toReversed());
    const back = Int32Array.from({ length: 320 }, (_, index) => 319 - index);
    const tables = [table, table].with(which, reversed);
    const matrices = values.map((matrix, index) =>
      index === which ? gatherRows(matrix, back) : matrix,
    );
    expect(await measure(tables, matrices)).toEqual(await measure([table, table], values));
  });
});
