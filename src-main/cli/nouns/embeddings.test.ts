import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { datasetSchema } from '#contract/dataset.ts';
import { snapshotSchema, type Snapshot } from '#contract/snapshot.ts';
import { transplantPassesSchema, transplantSchema } from '#contract/transplant.ts';

import { openTestCli } from '../../testing/test-cli.ts';

const { folder, json, remove, twofold } = openTestCli();
afterAll(remove);

/** The tables of a run by epoch. */
const tablesOf = new Map<string, readonly Snapshot[]>();
const table = (run: string, epoch = 2): string => tablesOf.get(run)?.[epoch]?.snapshotId ?? '';

beforeAll(async () => {
  const { datasetId } = await json(datasetSchema, 'data', 'sample');
  const strange = Array.from({ length: 80 }, (_, row) => {
    const text = Array.from({ length: 12 }, (_word, at) => `zz${(row * 5 + at * 7) % 90}`);
    return `${text.join(' ')},${row % 2},${row < 40 ? 'train' : 'test'}`;
  });
  writeFileSync(path.join(folder, 'strange.csv'), ['text,label,split', ...strange].join('\n'));
  await twofold('data', 'import', 'strange.csv', '--name', 'other');
  const shape =
    '--num-words 300 --max-length 20 --hidden-units 4 --filters 4 --epochs 2 --variant B';
  for (const [name, dataset, dims, seed] of [
    ['one', datasetId, '4', '1'],
    ['two', datasetId, '4', '2'],
    ['wide', datasetId, '6', '3'],
    ['strange', 'other', '4', '4'],
  ] as const) {
    const options = ['--embedding-dim', dims, '--seed', seed, '--name', name, ...shape.split(' ')];
    const { code, stderr } = await twofold('train', '--dataset', dataset, ...options);
    expect([code, stderr]).toEqual([0, '']);
    tablesOf.set(name, await json(z.array(snapshotSchema), 'embeddings', 'list', name));
  }
  const { code } = await twofold('embeddings', 'thin', 'wide');
  expect(code).toBe(0);
}, 600_000);

/** What is wrong is said in one sentence, and nothing is printed. */
async function expectRefused(
  args: string[],
  code: number,
  sentence: string | RegExp,
): Promise<void> {
  const outcome = await twofold('embeddings', ...args);
  expect([outcome.code, outcome.stdout], args.join(' ')).toEqual([code, '']);
  // Behind how far the comparison was.
  const [last = ''] = outcome.stderr.trim().split('\n').slice(-1);
  expect(last).toMatch(sentence);
  expect(outcome.stderr).not.toMatch(/^ +at /m);
}

const unknown =
  /^There is no snapshot "none"; it may have been thinned\. "embeddings list RUN" shows those that a run has\.$/;
const hardly =
  /The vocabularies hardly overlap: (0|\d+) words? (is|are) in all tables, but the comparison needs at least \d+\./;

describe('embeddings list', () => {
  it('marks the tables of the best epoch', async () => {
    const schema = z.array(snapshotSchema.extend({ isBest: z.boolean() }));
    const { best } = await json(
      z.object({ best: z.object({ epoch: z.int() }) }),
      'runs',
      'show',
      'one',
    );
    const listed = await json(schema, 'embeddings', 'list', 'one');
    expect(listed.filter(({ isBest }) => isBest).map(({ epoch }) => epoch)).toEqual([best.epoch]);
    const { stdout } = await twofold('embeddings', 'list', 'one');
    const marked = stdout.split('\n').filter((line) => /\bbest\b/.test(line));
    expect(marked).toEqual([expect.stringContaining(`-${best.epoch}-shared`)]);
  });
});

describe('embeddings sentence', () => {
  it('says so where no word is known, and marks raw rows', async () => {
    const { code, stdout } = await twofold(
      'embeddings',
      'sentence',
      '--text',
      'qqqz xqqz',
      'one',
      'two',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The compared vocabularies contain none of these words\./m);
    expect(stdout).toContain('not aligned: do not compare');
    expect(stdout).not.toMatch(/NaN|undefined/);
  });
});

describe('embeddings diff', () => {
  it('names the tables of what is a run', () =>
    expectRefused(
      ['diff', 'one', 'two'],
      2,
      /^"one" is a run\. Name one of its tables: \S+ \(epoch \d, shared\)\. "embeddings list one" shows them all\.$/,
    ));

  it('says so of a table from before training beside a trained one', async () => {
    const { stdout } = await twofold('embeddings', 'diff', table('one', 0), table('two'));
    expect(stdout).toContain('The table of "one" is from before training');
    const { stdout: drift } = await twofold('embeddings', 'diff', table('one', 0), table('one'));
    expect(drift).not.toContain('before training:');
  });
});

describe('the figures of embeddings diff', () => {
  it('have the distance as square and root, standard errors, and no reliability of two seeds', async () => {
    const figures = z.object({ heldOutCosine: z.number(), meanSecondOrder: z.number() });
    const schema = z.object({
      procrustesDistance: z.number(),
      procrustesDistanceRoot: z.number(),
      meanSecondOrder: z.number(),
      standardErrors: z.object({ heldOutCosine: z.number(), chance: figures }),
      rankingReliability: z.null(),
    });
    const args = ['embeddings', 'diff', table('one'), table('two')];
    const found = await json(schema, ...args);
    expect(found.procrustesDistanceRoot ** 2).toBeCloseTo(found.procrustesDistance, 10);
    const { stdout } = await twofold(...args);
    expect(stdout).toMatch(/held out +-?\d\.\d\d ± 0\.\d\d/);
    expect(stdout).toMatch(/word ranking cannot be checked|seeds of one variant/);
    expect(stdout).toContain('that every run read at least');
  });
});

describe('export report', () => {
  const sentence = /^#+ .*sentence[^#]*/im;
  const report = (runs: readonly string[], ...more: string[]) =>
    twofold('export', 'report', ...runs, '--format', 'md', '--out', 'r.md', '--force', ...more);

  it('looks at the sentence that is named under the saved comparison', async () => {
    const refused = await report(['strange'], '--sentence', 'test:2');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/not been compared/)]);
    expect((await twofold('embeddings', 'diff', table('one'), table('two'))).code).toBe(0);
    for (const [named, told] of [
      ['test:2', /The words of test review 2 under/],
      ['a wonderful film', /A typed sentence under[^#]*wonderful/],
    ] as const) {
      expect((await report(['one', 'two'], '--sentence', named)).code).toBe(0);
      const text = readFileSync(path.join(folder, 'r.md'), 'utf8');
      expect(sentence.exec(text)?.[0]).toMatch(told);
    }
  });
});

describe('embeddings transplant', () => {
  it('says what the own table, the aligned, the raw and the untrained one are worth', async () => {
    const schema = transplantSchema.extend({
      ...transplantPassesSchema.shape,
      verdict: z.object({ kind: z.string(), kept: z.number(), gain: z.number() }),
      directionsNeeded: z
        .object({ k: z.int(), of: z.int(), difference: z.number(), margin: z.number() })
        .nullable(),
      reading: z.array(z.string()),
    });
    const args = ['embeddings', 'transplant', table('one'), table('two')];
    const done = await json(schema, ...args);
    expect(done).toMatchObject({ donor: 0, receiver: 1, own: done.passes.own, notes: [] });
    expect(done.own.flips).toBe(0);
    expect(done.wordsMoved).toBeGreaterThan(100);
    // Saved with its comparison: the same figures, without judging again.
    expect(await json(schema, ...args)).toEqual(done);
    const { stdout } = await twofold(...args);
    for (const name of ['own', 'aligned', 'untrained']) expect(stdout).toContain(name);
    expect(stdout).not.toMatch(/NaN|undefined|mostly a rotation/);
    for (const line of done.reading) expect(stdout).toContain(line);
    expect(done.controls?.map(({ kind, k, seed }) => `${kind} ${k ?? seed}`)).toContain(
      'directions 4',
    );
    for (const name of ['aligned, strongest direction', 'random rotation 3', 'random order 3'])
      expect(stdout).toContain(name);

    // Every command reads the pair alike: what the transplant has shown is said elsewhere too.
    const { stdout: compared } = await twofold('embeddings', 'diff', table('one'), table('two'));
    for (const line of done.reading.slice(0, 2)) expect(compared).toContain(line);
    const other = await twofold('embeddings', 'diff', table('two'), table('wide'));
    expect(other.stdout).toMatch(
      /The transplant test shows whether .*\n.*twofold embeddings transplant \S+ \S+\n/,
    );
  });

  it('says of a narrower donor that it fills only a part, and refuses a wider one', async () => {
    const done = await json(
      transplantSchema,
      'embeddings',
      'transplant',
      table('one'),
      table('wide'),
    );
    expect(done.notes).toEqual([
      expect.stringContaining('The donor has 4 dimensions and the receiver has 6'),
    ]);
    await expectRefused(
      ['transplant', table('wide'), table('one')],
      2,
      /Transplant in the other direction\./,
    );
  });

  it('refuses what cannot stand in the place of another', async () => {
    await expectRefused(['transplant', 'none', table('two')], 2, unknown);
    await expectRefused(
      ['transplant', table('one'), table('wide', 1)],
      2,
      /it may have been thinned/,
    );
    await expectRefused(['transplant', table('one'), table('strange')], 2, hardly);
    await expectRefused(['transplant', table('one'), table('two', 0)], 2, /epoch 0/);
  });
});

describe('embeddings reviews', () => {
  it('sets the distance of the tables beside that of the predictions, review by review', async () => {
    const review = z.object({
      row: z.int(),
      label: z.int(),
      tokens: z.int(),
      known: z.int(),
      distance: z.number().nullable(),
      probabilities: z.tuple([z.number(), z.number()]),
      difference: z.number(),
    });
    const schema = z.object({
      diffId: z.string(),
      epochs: z.array(z.int()),
      rankCorrelation: z.number().nullable(),
      correlation: z.number().nullable(),
      reviews: z.array(review),
      predictionsDiffer: z.array(review),
      embeddingsDiffer: z.array(review),
      notes: z.array(z.string()),
    });
    const args = ['embeddings', 'reviews', table('one'), table('two')];
    const found = await json(schema, ...args);
    expect(found.epochs).toEqual([2, 2]);
    expect(found.reviews.length).toBeGreaterThan(found.predictionsDiffer.length);
    for (const { difference, probabilities } of found.reviews)
      expect(difference).toBeCloseTo(Math.abs(probabilities[0] - probabilities[1]), 6);
    const { stdout } = await twofold(...args);
    expect(stdout).not.toMatch(/NaN|undefined/);
  });

  it('compares tables of other dimensions', async () => {
    const found = await json(
      z.object({ reviews: z.array(z.unknown()) }),
      ...['embeddings', 'reviews', table('one'), table('wide')],
    );
    expect(found.reviews.length).toBeGreaterThan(0);
  });

  it('refuses what judges no reviews, or others', async () => {
    await expectRefused(['reviews', 'none', table('two')], 2, unknown);
    await expectRefused(['reviews', table('one'), table('wide', 1)], 2, /it may have been thinned/);
    await expectRefused(['reviews', table('one'), table('strange')], 2, hardly);
    await expectRefused(['reviews', table('one'), table('one')], 2, /Choose tables of two runs\./);
    await expectRefused(['reviews', table('one', 0), table('two')], 2, /before training/);
  });
});
