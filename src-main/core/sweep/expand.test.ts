import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { sweepFileSchema, sweepSchema, type SweepInput } from '#contract/sweep.ts';

import { kindOf } from '../experiment/grouping.ts';
import { sweepNames } from '../config/run-name.ts';
import { countRuns, expandSweep } from './expand.ts';
import { sweepTitle } from './title.ts';

const expand = (input: SweepInput) => expandSweep(sweepSchema.parse(input));

function configs(input: SweepInput) {
  const expanded = expand(input);
  if (!expanded.ok) throw new Error(JSON.stringify(expanded.errors));
  return expanded.configs;
}

function errors(input: SweepInput): string[] {
  const expanded = expand(input);
  return expanded.ok ? [] : expanded.errors.map(({ field, message }) => `${field}: ${message}`);
}

describe('a grid', () => {
  test('is every combination, the seeds outermost, the last field fastest', () => {
    const found = configs({
      base: { epochs: 3 },
      grid: { embeddingDim: [32, 64], variant: ['A', 'B'] },
      seeds: [1, 2],
    });
    expect(found.map(({ seed, embeddingDim, variant }) => [seed, embeddingDim, variant])).toEqual([
      [1, 32, 'A'],
      [1, 32, 'B'],
      [1, 64, 'A'],
      [1, 64, 'B'],
      [2, 32, 'A'],
      [2, 32, 'B'],
      [2, 64, 'A'],
      [2, 64, 'B'],
    ]);
    expect(found.every(({ epochs }) => epochs === 3)).toBe(true);
    expect(sweepNames(found).slice(0, 2)).toEqual(['A dim 32 seed 1', 'B dim 32 seed 1']);
  });

  test('of the factors is the grid that an experiment is judged as', () => {
    const found = configs({ grid: 'factors', seeds: [1, 2] });
    expect(found).toHaveLength(16);
    expect(kindOf(found.map((config, index) => ({ runId: String(index), config })))).toBe('grid');
    expect(new Set(sweepNames(found)).size).toBe(16);
    expect(sweepNames(found)).toEqual(
      expect.arrayContaining(['A seed 1', 'B seed 2', 'shared same none seed 1']),
    );
  });

  test('has any fields: as many runs as the product of its lists, all different and within bounds', () => {
    const list = (values: readonly (number | string)[]) =>
      fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
    const grids = fc.record(
      {
        embeddingDim: list([2, 16, 1024]),
        learningRate: list([0.0001, 0.001, 1]),
        patience: list(['none', 1, 5]),
        variant: list(['A', 'B']),
        padding: list(['pre', 'post']),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(grids, list([1, 2, 3]), (grid, seeds) => {
        const found = configs({ grid, seeds });
        expect(found).toHaveLength(countRuns(sweepSchema.parse({ grid, seeds })));
        expect(new Set(found.map((config) => JSON.stringify(config))).size).toBe(found.length);
        expect(new Set(sweepNames(found)).size).toBe(found.length);
      }),
    );
  });

  test('of variants replaces the factors of its base, other factors win over the variant of it', () => {
    const base = { variant: 'B', embedding: 'shared', convPadding: 'same' } as const;
    expect(configs({ base, grid: { variant: ['A', 'B'] } }).map(({ variant }) => variant)).toEqual([
      'A',
      'B',
    ]);
    const found = configs({ base: { variant: 'B' }, grid: { cnnHead: ['none', 'dense'] } });
    expect(found.map(({ variant, embedding }) => [variant, embedding])).toEqual([
      [null, 'shared'],
      ['B', 'shared'],
    ]);
  });
});

describe('random draws', () => {
  const random = {
    count: 200,
    fields: {
      learningRate: { logUniform: [0.0001, 0.01] },
      hiddenUnits: { uniform: [8, 64], step: 8 },
      embeddingDim: { logUniform: [2, 16] },
      embeddingDropout: { uniform: [0, 0.5] },
      variant: ['A', 'B'],
    },
  } satisfies SweepInput['random'];

  test('are the same for the same seed and others for another', () => {
    expect(configs({ random })).toEqual(configs({ random }));
    expect(configs({ random: { ...random, seed: 2 } })).not.toEqual(configs({ random }));
  });

  test('keep to their distributions', () => {
    const found = configs({ random });
    expect(found).toHaveLength(200);
    const rates = found.map(({ learningRate }) => learningRate);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.0001);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.01);
    // Half of them below the geometric mean; of a uniform draw one in eleven would be.
    expect(rates.filter((rate) => rate < 0.001).length / 200).toBeCloseTo(0.5, 1);
    expect(new Set(found.map(({ hiddenUnits }) => hiddenUnits))).toEqual(
      new Set([8, 16, 24, 32, 40, 48, 56, 64]),
    );
    const dims = found.map(({ embeddingDim }) => embeddingDim);
    expect(dims.every((dim) => Number.isInteger(dim) && dim >= 2 && dim <= 16)).toBe(true);
    expect([Math.min(...dims), Math.max(...dims)]).toEqual([2, 16]);
    expect(found.filter(({ variant }) => variant === 'A').length / 200).toBeCloseTo(0.5, 1);
  });

  test('of one more field leave the others as they were', () => {
    const { learningRate } = random.fields;
    const one = configs({ random: { count: 10, fields: { learningRate } } });
    const two = configs({
      random: { count: 10, fields: { learningRate, filters: { uniform: [1, 300] } } },
    });
    expect(two.map((config) => config.learningRate)).toEqual(
      one.map((config) => config.learningRate),
    );
  });

  test('stay within any bounds', () => {
    const bounds = fc
      .tuple(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
      )
      .filter(([a, b]) => a !== b)
      .map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]));
    fc.assert(
      fc.property(
        bounds,
        fc.constantFrom('uniform', 'logUniform'),
        fc.nat(),
        (range, kind, seed) => {
          const found = configs({
            random: {
              count: 3,
              seed: seed + 1,
              fields: {
                learningRate: kind === 'uniform' ? { uniform: range } : { logUniform: range },
              },
            },
          });
          for (const { learningRate } of found) {
            expect(learningRate).toBeGreaterThanOrEqual(range[0]);
            expect(learningRate).toBeLessThanOrEqual(range[1]);
          }
        },
      ),
    );
  });

  test('find all there are where fewer are possible than asked for', () => {
    const expanded = expand({
      random: { count: 20, fields: { variant: ['A', 'B'], filters: { uniform: [1, 3] } } },
    });
    expect(expanded).toMatchObject({ ok: true, dropped: 14 });
    expect(expanded.ok && expanded.configs).toHaveLength(6);
  });
});

test('draws and lists are trained with every cell of a grid beside them', () => {
  const found = configs({
    random: { count: 3, fields: { learningRate: { uniform: [0.001, 0.1] } } },
    grid: { variant: ['A', 'B'] },
  });
  expect(found.map(({ variant }) => variant)).toEqual(['A', 'B', 'A', 'B', 'A', 'B']);
  expect(new Set(found.map(({ learningRate }) => learningRate)).size).toBe(3);
  expect(configs({ list: [{ filters: 1 }, { filters: 2 }], grid: 'factors' })).toHaveLength(16);
});

test('a list is trained as it is given, repeated runs once; without any there are the seeds', () => {
  const expanded = expand({
    base: { epochs: 2 },
    list: [{ variant: 'B' }, { filters: 8, seed: 7 }, { variant: 'B', seed: 1 }],
  });
  expect(
    expanded.ok && expanded.configs.map(({ variant, filters, seed }) => [variant, filters, seed]),
  ).toEqual([
    ['B', 300, 1],
    ['A', 8, 7],
  ]);
  expect(expanded).toMatchObject({ dropped: 1 });
  expect(configs({ seeds: [3, 1] }).map(({ seed }) => seed)).toEqual([3, 1]);
  expect(configs({ base: { seed: 9 } }).map(({ seed }) => seed)).toEqual([9]);
});

describe('mistakes name the field and the value', () => {
  const mistakes: readonly (readonly [SweepInput, string])[] = [
    [
      { grid: { embeddingDim: [64, 1] } },
      'grid.embeddingDim: 1: Use a whole number from 2 to 1,024.',
    ],
    [{ grid: { variant: ['A', 'C'] } }, 'grid.variant: "C": Use A or B.'],
    [{ grid: { width: [1] } }, 'grid.width: There is no field "width".'],
    [{ grid: { seed: [1, 2] } }, 'grid.seed: Seeds have a list of their own: "seeds".'],
    [{ base: { epochs: 0 } }, 'base.epochs: 0: Use a whole number from 1 to 10,000.'],
    [{ seeds: [1, 0.5] }, 'seeds: 0.5: Use a whole number from 1 to 2,147,483,647.'],
    [{ list: [{}, { padding: 'mid' }] }, 'list.1.padding: "mid": Use pre or post.'],
    [{ list: [{ seed: 2 }], seeds: [1] }, 'list.0.seed: Seeds have a list of their own: "seeds".'],
    [
      { random: { count: 1, fields: { learningRate: { logUniform: [0, 1] } } } },
      'random.fields.learningRate: 0: A logarithm needs a number above 0.',
    ],
    [
      { random: { count: 1, fields: { filters: { uniform: [9, 3] } } } },
      'random.fields.filters: [9,3]: Use two numbers, the lower one first.',
    ],
    [
      { random: { count: 1, fields: { filters: { uniform: [1, 3000] } } } },
      'random.fields.filters: 3000: Use a whole number from 1 to 2,048.',
    ],
    [
      { random: { count: 1, fields: { filters: { uniform: [1, 3], step: 0.5 } } } },
      'random.fields.filters.step: 0.5: Use a whole number.',
    ],
    [
      { random: { count: 1, fields: { embedding: { uniform: [1, 3] } } } },
      'random.fields.embedding: This field takes words: give a list of them.',
    ],
    [{ random: { count: 1, fields: {} }, list: [{}] }, 'list: Use random or list, not both.'],
    [
      { grid: { filters: [1] }, list: [{ filters: 2 }] },
      'grid.filters: This field has values twice.',
    ],
    [
      { grid: { maxLength: [8, 20], kernelSize: [3, 9] } },
      'kernelSize: 9 with maxLength 8: Use a kernel of at most 8 tokens, the length of a review.',
    ],
    [
      { base: { maxLength: 8 }, grid: { kernelSize: [9] } },
      'kernelSize: 9: Use a kernel of at most 8 tokens, the length of a review.',
    ],
    [{ base: { seed: 3 }, seeds: [1] }, 'base.seed: Seeds have a list of their own: "seeds".'],
    [
      { seeds: [Number.POSITIVE_INFINITY] },
      'seeds: Infinity: Use a whole number from 1 to 2,147,483,647.',
    ],
    [{ grid: { constructor: [1] } }, 'grid.constructor: There is no field "constructor".'],
    [
      {
        grid: { filters: Array.from({ length: 500 }, (_, index) => index + 1) },
        seeds: [1, 2, 3],
      },
      ': These are 1,500 runs. Use fewer values or seeds: at most 1,000 runs.',
    ],
  ];
  test.each(mistakes.map(([input, sentence]) => [sentence, input] as const))(
    '%s',
    (sentence, input) => {
      expect(errors(input)).toEqual([sentence]);
    },
  );

  test('a file that is no sweep says what is missing', () => {
    const first = (input: unknown) => sweepFileSchema.safeParse(input).error?.issues[0];
    expect(first({})?.message).toBe('Name the dataset to train on.');
    expect(first({ dataset: 'd', grid: { epochs: 3 } })).toMatchObject({
      message: 'Give a list of values for each field, or "factors".',
    });
    const sentences = [
      [[], /^A sweep is an object/],
      [{ dataset: 'd', grids: {} }, 'There is no "grids" in a sweep.'],
      [{ dataset: 'd', base: [] }, 'Name fields with their values: {"epochs": 5}.'],
      [{ dataset: 'd', base: { variant: 'C' } }, 'Use A or B.'],
      [{ dataset: 'd', seeds: [] }, 'Give a list of at least one seed: [1, 2, 3].'],
      [{ dataset: 'd', list: [3] }, /^Give a list of configurations/],
      [{ dataset: 'd', list: {} }, /^Give a list of configurations/],
      [{ dataset: 'd', random: { fields: {} } }, 'Use a whole number of at least 1.'],
      [{ dataset: 'd', random: { count: 1, fields: [] } }, /^Name the fields to draw/],
      [
        { dataset: 'd', random: { count: 1, fields: { filters: [] } } },
        'Give a list of at least one value.',
      ],
      [{ dataset: 'd', random: [] }, /^Give a count of draws/],
      [{ dataset: 'd', name: 'a\u001B[2J' }, /without line breaks/],
    ] as const;
    for (const [input, sentence] of sentences) expect(first(input)?.message).toMatch(sentence);
  });
});

test('a sweep is called by what it varies', () => {
  const title = (input: SweepInput) => sweepTitle(sweepSchema.parse(input));
  expect(title({ grid: 'factors' })).toBe('Factor grid');
  expect(title({ grid: { embeddingDim: [1], filters: [1] } })).toBe(
    'Grid of embeddingDim, filters',
  );
  expect(title({ random: { count: 2, fields: { filters: [1] } } })).toBe('Random filters');
  expect(title({ list: [{}, {}], grid: 'factors' })).toBe('List of 2 x Factor grid');
  expect(title({ list: [{}, {}] })).toBe('List of 2');
  expect(title({ seeds: [1] })).toBe('Seeds');
});
