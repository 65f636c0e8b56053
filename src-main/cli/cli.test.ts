import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { baselineSchema, besideBaselineSchema } from '#contract/baseline.ts';
import { comparisonSchema } from '#contract/comparison.ts';
import {
  coveragePointSchema,
  datasetSchema,
  exportedFileSchema,
  findingRowSchema,
  findingSchema,
  importRequestSchema,
  readingSchema,
} from '#contract/dataset.ts';
import { experimentSchema, judgementSchema, verdictSchema } from '#contract/experiment.ts';
import { runSchema, textPredictionSchema } from '#contract/run.ts';
import { systemInfoSchema } from '#contract/settings.ts';
import { sentenceSchema, snapshotSchema } from '#contract/snapshot.ts';

import { changeStep } from '../testing/builders/change-step.ts';
import { openTestCli } from '../testing/test-cli.ts';

const cli = openTestCli();
const { begin, folder, home, json, twofold } = cli;
afterAll(() => {
  cli.remove();
});

const lineSchema = z.looseObject({
  event: z.string(),
  runId: z.string().optional(),
  epoch: z.number().optional(),
  weightsHash: z.string().nullish(),
});
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
const runs = z.array(runSchema);
const predictionSchema = z.strictObject({
  row: z.int(),
  label: z.int().min(0).max(1),
  probability: z.number().min(0).max(1),
});

const small = [
  '--max-length',
  '20',
  '--embedding-dim',
  '4',
  '--hidden-units',
  '4',
  '--filters',
  '4',
  '--batch-size',
  '100',
  '--epochs',
  '2',
];
const endless = [
  '--max-length',
  '40',
  '--embedding-dim',
  '8',
  '--hidden-units',
  '8',
  '--filters',
  '8',
  '--epochs',
  '10000',
  '--patience',
  'none',
];

let datasetId = '';
beforeAll(async () => {
  ({ datasetId } = await json(datasetSchema, 'data', 'sample'));
});

describe('wrong use', () => {
  it('ends with 2 and one sentence, and prints nothing', async () => {
    const cases: [string[], string][] = [
      [['bogus'], 'There is no command "bogus".'],
      [['trian'], 'There is no command "trian". Did you mean "train"?'],
      [['run', 'list'], 'There is no command "run". Did you mean "runs list"?'],
      [['runs', 'lst'], 'There is no command "runs lst". Did you mean "runs list"?'],
      [['runs'], 'Say what to do with runs.'],
      [['runs', 'bogus'], 'There is no command "runs bogus".'],
      [['constructor'], 'There is no command "constructor".'],
      [[], 'Name a command.'],
      [['doctor', '--bogus'], "Unknown option '--bogus'."],
      [['serve', '--port', '99999'], '--port: Use a whole number from 0 to 65,535.'],
      [['train'], '"train" needs --dataset ID; "data list" shows which there are.'],
      [
        ['train', '--dataset', 'none'],
        'There is no dataset "none". "data list" shows those there are.',
      ],
      [['runs', 'show', 'none'], 'There is no run "none". "runs list" shows those there are.'],
      [['data', 'import', '.', '--name', ''], 'name: Use a name of 1 to 200 characters.'],
      [['predict', 'none'], 'Give --text T or --file F, one of them.'],
      [
        ['predict', 'none', '--file', 'no.txt'],
        `${path.join(folder, 'no.txt')} does not exist. Check the path.`,
      ],
    ];
    const outcomes = await Promise.all(cases.map(([args]) => twofold(...args)));
    for (const [index, [args, sentence]] of cases.entries()) {
      const { code, stdout, stderr } = outcomes[index]!;
      expect([args, code, stdout, stderr.split('\n')[0]]).toEqual([args, 2, '', sentence]);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('is not to ask for help about everything, a noun or a command', async () => {
    const [all, noun, command] = await Promise.all([
      twofold('help'),
      twofold('help', 'queue'),
      twofold('help', 'queue', 'list'),
    ]);
    for (const { code, stderr } of [all, noun, command]) expect([code, stderr]).toEqual([0, '']);
    expect(all.stdout).toMatch(/^Embeddings\n {2}embeddings list/m);
    expect(noun.stdout).toMatch(/\n\nQueue\n {2}queue list/);
    expect(noun.stdout).not.toContain('runs list');
    expect(command.stdout).toMatch(/queue list \[options\]\n/);
  });

  it('lists what an ambiguous name matches', async () => {
    await Promise.all(
      ['1', '2'].map((seed) =>
        twofold(
          'train',
          '--dataset',
          datasetId,
          ...small,
          '--epochs',
          '1',
          '--seed',
          seed,
          '--name',
          'twin',
        ),
      ),
    );
    const { code, stderr } = await twofold('runs', 'show', 'twin');
    expect(code).toBe(2);
    expect(stderr.match(/\(twin\)/g)).toHaveLength(2);
  });
});

it('shows help on demand', async () => {
  const outcomes = await Promise.all(
    [['--help'], ['runs', '--help'], ['train', '--help'], ['runs', 'show', '-h']].map((args) =>
      twofold(...args),
    ),
  );
  for (const { code, stdout, stderr } of outcomes) {
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('twofold');
  }
});

it('says what the machine trains with', async () => {
  const facts = await json(systemInfoSchema, 'doctor');
  expect(facts).toMatchObject({
    home,
    node: process.versions.node,
    threads: expect.any(Number),
    memoryBytes: expect.any(Number),
  });
  expect(['native', 'wasm']).toContain(facts.backend);
  const { memoryLimitBytes } = await json(
    z.object({ memoryLimitBytes: z.number().nullable() }),
    'doctor',
  );
  expect(memoryLimitBytes === null || memoryLimitBytes === facts.memoryBytes).toBe(true);
  for (const key of ['tensorflow', 'tfjs', 'sqlite']) expect(facts).toHaveProperty(key);
});

describe('data', () => {
  it('says that content was there before', async () => {
    const { code, stdout, stderr } = await twofold('data', 'sample', '--json');
    const again = datasetSchema.parse(JSON.parse(stdout));
    expect([code, again.datasetId, again.warnings.length]).toEqual([0, datasetId, 1]);
    expect(await json(z.array(datasetSchema), 'data', 'list')).toHaveLength(1);
    expect(stderr).toMatch(/^Warning: Already imported as /);
  });

  it('shows lengths and words, and fits the coverage table to them', async () => {
    const word = z.object({ word: z.string(), count: z.int(), zScore: z.number().nullable() });
    const shown = datasetSchema.extend({
      lengths: z.object({
        mean: z.number(),
        longest: z.int(),
        quantiles: z.record(z.string(), z.int()),
      }),
      frequentWords: z.array(word),
      positiveWords: z.array(word),
      negativeWords: z.array(word),
    });
    const points = z.array(coveragePointSchema);
    const [facts, table, usual] = await Promise.all([
      json(shown, 'data', 'show', datasetId.slice(0, 4)),
      json(points, 'data', 'coverage', datasetId),
      json(points, 'data', 'coverage', datasetId, '--to', '950'),
    ]);
    expect(facts).toMatchObject({ datasetId, splits: { train: { count: expect.any(Number) } } });
    const { longest, quantiles } = facts.lengths;
    expect(Object.keys(quantiles)).toEqual(['5', '25', '50', '75', '95', '99']);
    expect(quantiles[99]).toBeLessThanOrEqual(longest);
    expect(facts.positiveWords.every(({ zScore }) => (zScore ?? 0) > 0)).toBe(true);
    expect(facts.negativeWords.every(({ zScore }) => (zScore ?? 0) < 0)).toBe(true);
    // Short reviews have a table of their own; a bound that is named is kept.
    const [last, ...others] = table.toReversed();
    expect(others.length).toBeGreaterThanOrEqual(17);
    expect(last?.percent).toBe(100);
    expect(others.every(({ maxLength }) => maxLength < longest)).toBe(true);
    expect(table[0]?.maxLength).toBeLessThan(longest);
    expect(usual.map(({ maxLength }) => maxLength)).toEqual(
      Array.from({ length: 18 }, (_, index) => 100 + 50 * index),
    );
    expect((await json(datasetSchema, 'data', 'rename', datasetId, 'synthetic')).name).toBe(
      'synthetic',
    );
    expect((await twofold('data', 'rename', datasetId, ' ')).code).toBe(2);
  });

  it('imports a folder named from where the user stands', async () => {
    for (const split of ['train', 'test']) {
      for (const [label, word] of [
        ['pos', 'good'],
        ['neg', 'bad'],
      ] as const) {
        mkdirSync(path.join(folder, 'reviews', split, label), { recursive: true });
        for (const row of [0, 1])
          writeFileSync(
            path.join(folder, 'reviews', split, label, `${row}_7.txt`),
            `A ${word} ${split} film ${row}`,
          );
      }
    }
    const facts = await json(datasetSchema, 'data', 'import', 'reviews', '--name', 'mine');
    expect(facts).toMatchObject({
      name: 'mine',
      format: 'aclimdb',
      splits: { train: { count: 4, positive: 2 }, test: { count: 4, positive: 2 } },
    });
    expect(
      await json(
        z.array(coveragePointSchema),
        'data',
        'coverage',
        'mine',
        '--from',
        '5',
        '--to',
        '6',
        '--step',
        '1',
      ),
    ).toEqual([
      { maxLength: 5, percent: 0 },
      { maxLength: 6, percent: 100 },
    ]);
    expect(
      await json(datasetSchema.extend({ runIds: z.array(z.string()) }), 'data', 'remove', 'mine'),
    ).toMatchObject({ datasetId: facts.datasetId });
    expect((await twofold('data', 'show', 'mine')).code).toBe(2);
    expect(await json(datasetSchema, 'data', 'restore', 'mine')).toMatchObject({
      datasetId: facts.datasetId,
      deletedAt: null,
    });
  });

  it('imports a table with the columns named, and exports it to a file that imports back', async () => {
    const rows = Array.from({ length: 10 }, (_, row) => `${row}|a film, number ${row}|${row}`);
    writeFileSync(path.join(folder, 'stars.csv'), `id|said|stars\n${rows.join('\n')}\n`);
    const columns = ['--text-column', 'said', '--label-column', '3', '--delimiter', '|'];
    const more = ['--threshold', '5', '--header', 'yes', '--encoding', 'utf-8', '--format', 'csv'];
    const imported = async (...args: string[]) => {
      const { code, stdout } = await twofold('data', 'import', ...args, '--json');
      expect(code).toBe(0);
      return datasetSchema.parse(JSON.parse(stdout));
    };
    const facts = await imported('stars.csv', ...columns, ...more);
    expect(facts).toMatchObject({
      name: 'stars',
      format: 'csv',
      splits: { train: { count: 8, positive: 4 }, test: { count: 2, positive: 1 } },
      warnings: [expect.stringContaining('names no splits')],
    });
    const written = await json(
      exportedFileSchema,
      'data',
      'export',
      'stars',
      '--out',
      'out.parquet',
    );
    expect(written.path).toBe(path.join(folder, 'out.parquet'));
    expect((await imported('out.parquet')).datasetId).toBe(facts.datasetId);
    const there = await twofold('data', 'export', 'stars', '--out', 'out.parquet');
    expect([there.code, there.stdout]).toEqual([1, '']);
    expect(there.stderr).toContain('--force');
    const forced = ['--out', 'out.parquet', '--format', 'jsonl', '--force'];
    expect((await twofold('data', 'export', 'stars', ...forced)).code).toBe(0);
    const wrong = [
      ['data', 'import', 'stars.csv', '--threshold', 'x'],
      ['data', 'import', 'stars.csv', '--drop', 'empty,all'],
      ['data', 'import', 'stars.csv', '--text-column', 'nowhere'],
      ['data', 'export', 'stars', '--out', 'out.txt'],
    ];
    const outcomes = await Promise.all(wrong.map((args) => twofold(...args)));
    expect(outcomes.map(({ code }) => code)).toEqual(wrong.map(() => 2));
    expect(outcomes[0]?.stderr).toBe('--threshold: "x" is not a number.\n');
    expect(outcomes[1]?.stderr).toBe(
      '--drop: "all" is none of duplicates, near-copies, contradictions, empty, unlabelled, label:V. Several are given with commas.\n',
    );
    const third = await twofold('data', 'import', 'stars.csv', '--label-column', 'id');
    expect([third.code, third.stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect((await twofold('data', 'remove', 'stars')).code).toBe(0);
  });

  it('says to people what it took, and how to change that', async () => {
    const reviews = Array.from({ length: 12 }, (_, row) => [
      `영화 리뷰 ${row % 10}`,
      ['-1', '1', 'so so'][row % 3],
      row < 8 ? 'train' : 'test',
    ]);
    const file = path.join(folder, 'korean.csv');
    writeFileSync(file, ['text;label;part', ...reviews.map((row) => row.join(';'))].join('\n'));
    const labels = ['--positive=-1', '--negative', '1', '--drop', 'label:so so'];
    const { code, stdout, stderr } = await twofold('data', 'import', 'korean.csv', ...labels);
    expect(code).toBe(0);
    expect(stdout).toContain('csv, semicolon, UTF-8, with a header');
    expect(stdout).toContain('column "text"');
    expect(stdout).toContain('column "label": "-1" positive, "1" negative, "so so" left out');
    expect(stdout).toContain('column "part" (--split-column none leaves it unused)');
    expect(stderr).toMatch(/^Note: 4 rows with the label "so so" were left out/m);
    expect(stderr).toMatch(/^Note: Korean is split at spaces/m);
    expect(stderr).toMatch(
      /^Warning: 1 of .* Import it again with --drop duplicates to change that\.$/m,
    );
    const again = await twofold('data', 'import', 'korean.csv', ...labels, '--name', 'other');
    expect(again.stderr.split('\n')[0]).toMatch(
      /^Warning: Already imported as "korean" \(\w+\): nothing was added\.$/,
    );
    expect(again.stderr).toMatch(/keeps the name "korean"; rename it to change that\./);

    const shown = (await twofold('data', 'show', 'korean')).stdout;
    expect(shown).toContain(`korean.csv in ${folder}`);
    expect(shown).toContain('csv, semicolon, UTF-8, with a header');
    const schema = z.object({ request: importRequestSchema, read: readingSchema });
    const { stdout: shownAsJson } = await twofold('data', 'show', 'korean', '--json');
    expect(schema.parse(JSON.parse(shownAsJson))).toMatchObject({
      request: { path: file, positive: '-1', dropLabels: ['so so'] },
      read: { delimiter: ';', textColumn: 'text', splitColumn: 'part' },
    });
    const found = await twofold('data', 'findings', 'korean', '--kind', 'contradictions');
    expect(found.stdout).toContain('2 reviews have the same words and both labels');
    expect(found.stdout).toMatch(/train +0 +1 +test +1 +0/);
    const rows = z.array(findingSchema.extend({ rows: z.array(findingRowSchema) }));
    const listed = await json(rows, 'data', 'findings', 'korean');
    expect(listed.find(({ kind }) => kind === 'copies')?.rows).toEqual([
      { split: 'test', row: 1, label: 0, of: { split: 'train', row: 0, label: 1 } },
    ]);

    expect((await twofold('data', 'remove', 'korean')).code).toBe(0);
    expect((await twofold('data', 'trash')).stdout).toContain('korean');
    expect((await twofold('data', 'trash', '--empty')).stdout).toMatch(
      /^\d datasets? (was|were) deleted for good\.\n$/,
    );
    expect(await json(z.array(datasetSchema), 'data', 'list', '--trash')).toEqual([]);
  });

  it('refuses what it cannot import', async () => {
    writeFileSync(path.join(folder, 'broken.npz'), 'no zip');
    const { code, stdout, stderr } = await twofold('data', 'import', 'broken.npz', '--json');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect((await twofold('data', 'import', 'broken.npz', '--format', 'xml')).code).toBe(2);
  });
});

describe('a run', () => {
  let runId = '';

  it('is trained, one JSON object a line', async () => {
    const { code, stdout, stderr } = await twofold(
      'train',
      '--dataset',
      datasetId,
      '--variant',
      'B',
      ...small,
      '--name',
      'first',
      '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const printed = lines(stdout);
    runId = printed[0]?.runId ?? '';
    const parameters =
      6000 * 4 + (3 * 4 * 4 + 4) + (4 * 4 + 4) + 2 * 4 * (4 * 4 + 4 * 4 + 4) + (4 + 2 * 4 * 20 + 1);
    expect(printed[0]).toEqual({
      event: 'started',
      runId: expect.any(String),
      parameters,
      backend: expect.any(String),
    });
    expect(printed.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch)).toEqual([
      1, 2,
    ]);
    const ended = printed.at(-1);
    expect(ended).toMatchObject({
      event: 'ended',
      runId,
      state: 'finished',
      last: { epoch: 2, trainAccuracy: expect.any(Number) },
    });
    expect(ended?.weightsHash).toMatch(/^[0-9a-f]{64}$/);
    const again = lines((await twofold('resume', 'first', '--json')).stdout);
    expect(again.at(-1)).toEqual(ended);
  });

  it('starts from the weights of another, by its name, and is verified all the same', async () => {
    const from = (name: string, ...more: string[]) =>
      twofold('train', '--dataset', datasetId, ...small, '--start-from', name, '--json', ...more);
    const { code, stdout, stderr } = await from('first', '--variant', 'B', '--name', 'second');
    expect([code, stderr]).toEqual([0, '']);
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'ended', state: 'finished' });
    expect(await json(runSchema, 'runs', 'show', 'second')).toMatchObject({
      config: { startFrom: `${runId}@2` },
    });
    expect(await json(z.object({ identical: z.boolean() }), 'verify', 'second')).toEqual({
      identical: true,
    });
    expect(await json(comparisonSchema, 'compare', 'first', 'second')).toMatchObject({
      configDiff: { startFrom: ['none', `${runId}@2`] },
    });

    const others = await Promise.all([from('first', '--variant', 'A'), from('nobody')]);
    expect(others.map((other) => [other.code, other.stdout])).toEqual([
      [2, ''],
      [2, ''],
    ]);
    expect(others[0].stderr).toMatch(/^The weights of "first" do not fit: /);
    expect(others[1].stderr).toMatch(/^There is no run "nobody"\./);
    await twofold('runs', 'delete', 'second');
  });

  it('is verified: its first steps come out again, and a changed record is found', async () => {
    const verified = z.object({ steps: z.int(), identical: z.boolean() });
    expect(await json(verified, 'verify', 'first')).toMatchObject({ identical: true });
    const db = new Database(path.join(home, 'twofold.sqlite'));
    const key = Number(db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck().get(runId));
    let before = 0;
    changeStep(db, key, 1, 'loss', (loss) => {
      before = loss;
      return loss + 0.5;
    });
    const { code, stdout, stderr } = await twofold('verify', 'first', '--json');
    changeStep(db, key, 1, 'loss', () => before);
    db.close();
    expect([code, verified.parse(JSON.parse(stdout)).identical]).toEqual([1, false]);
    expect(stderr).toMatch(/^Not identical\. The loss of step 1 differs: .*\n$/);
  });

  it('is shown, judged and compared', async () => {
    expect(await json(runSchema, 'runs', 'show', 'first')).toMatchObject({
      runId,
      name: 'first',
      state: 'finished',
      variant: 'B',
      dataset: datasetId,
      epochs: [{ epoch: 1 }, { epoch: 2 }],
    });
    const listed = await json(runs, 'runs', 'list');
    expect(listed[0]).toMatchObject({ runId, epochs: [{ epoch: 1 }, { epoch: 2 }] });
    const predictions = await json(
      z.array(predictionSchema),
      'runs',
      'predictions',
      runId,
      '--weights',
      'last',
    );
    expect(predictions.map(({ row }) => row)).toEqual(predictions.map((_, index) => index));
    writeFileSync(path.join(folder, 'texts.txt'), 'A good film\nA bad film\n');
    const judged = await json(
      z.array(textPredictionSchema),
      'predict',
      'first',
      '--file',
      'texts.txt',
    );
    expect(judged).toHaveLength(2);
    expect(judged[0]).toMatchObject({
      probability: expect.any(Number),
      tokens: [{ id: 1 }, {}, {}, {}],
    });
    const comparison = await json(comparisonSchema, 'compare', 'first', runId);
    expect(comparison).toMatchObject({ configDiff: {}, paired: { difference: 0 }, flips: [] });
  });

  it('is compared with a bag of words that reads the same text, and with one that reads whole reviews', async () => {
    const shown = z.object({
      baseline: baselineSchema.nullable(),
      wholeBaseline: baselineSchema.nullable(),
    });
    const show = () => json(shown, 'runs', 'show', runId);
    const compared = z.object({ baselines: z.array(besideBaselineSchema) });
    const { baselines } = await json(compared, 'compare', 'first', runId);
    expect(baselines).toHaveLength(1);
    expect(baselines[0]).toMatchObject({
      runId,
      baseline: { reading: 'run' },
      paired: { rows: expect.any(Number) },
      whole: { baseline: { reading: 'whole' }, paired: { rows: expect.any(Number) } },
      reason: null,
    });
    expect(await show()).toMatchObject({
      baseline: baselines[0]?.baseline,
      wholeBaseline: baselines[0]?.whole?.baseline,
    });
    const { stdout } = await twofold('compare', 'first', runId);
    // Once as a row of the table, once with its interval.
    expect(stdout.match(/^bag of words, same text/gm)).toHaveLength(2);
    expect(stdout.match(/^bag of words, whole reviews/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^bag of words, whole reviews: .* \(95% CI .*, C = \d/m);
    expect(stdout).toMatch(
      /minus the bag of words: .* points of accuracy \(95% CI .* whole reviews/,
    );
  });

  it('cannot be compared with what is not there', async () => {
    expect((await twofold('compare', 'first', 'none')).code).toBe(2);
  });

  it('gives its embedding tables', async () => {
    const snapshots = await json(z.array(snapshotSchema), 'embeddings', 'list', 'first');
    expect(snapshots.map(({ epoch, branch }) => [epoch, branch])).toEqual([
      [0, 'shared'],
      [1, 'shared'],
      [2, 'shared'],
    ]);
    const [first, , third] = snapshots;
    const target = path.join(folder, 'table.npy');
    expect(
      await json(
        z.object({ path: z.string(), bytes: z.number() }),
        'embeddings',
        'export',
        third!.snapshotId,
        '--out',
        'table.npy',
      ),
    ).toEqual({ path: target, bytes: readFileSync(target).length });
    const before = readFileSync(target);
    const refused = await twofold('embeddings', 'export', first!.snapshotId, '--out', 'table.npy');
    expect(refused.code).toBe(1);
    expect(readFileSync(target).equals(before)).toBe(true);
    const sentence = await json(
      sentenceSchema.extend({ panels: z.array(z.object({ rows: z.array(z.array(z.number())) })) }),
      'embeddings',
      'sentence',
      '--text',
      'a good film',
      'first',
    );
    expect(sentence.panels[0]?.rows).toHaveLength(sentence.tokens.length);
    expect(sentence.panels[0]?.rows[0]).toHaveLength(4);
  });

  it('is exported for Keras and for TensorBoard', async () => {
    const keras = ['export', 'report', 'first', '--format', 'keras'];
    const facts = await json(exportedFileSchema, ...keras, '--out', 'again');
    expect(facts.path).toBe(path.join(folder, 'again'));
    const script = readFileSync(path.join(facts.path, 'reproduce.py'), 'utf8');
    expect(script).toContain(`"id": "${runId}"`);
    const refused = await twofold(...keras, '--out', 'again', '--weights', 'last');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(readFileSync(path.join(facts.path, 'reproduce.py'), 'utf8')).toBe(script);
    const forced = await twofold(...keras, '--out', 'again', '--weights', 'last', '--force');
    expect([forced.code, forced.stderr]).toEqual([0, '']);
    const events = ['export', 'report', 'first', runId, '--format', 'tensorboard'];
    const logs = await json(exportedFileSchema, ...events, '--out', 'logs');
    expect(readdirSync(path.join(logs.path, 'first'))).toEqual(
      expect.arrayContaining(['test', 'train', 'validation']),
    );
    const wrong = [
      ['export', 'report', 'first', '--out', 'x'],
      ['export', 'report', 'first', '--format', 'keras'],
      ['export', 'report', 'none', '--format', 'keras', '--out', 'x'],
      ['export', 'report', 'first', '--format', 'docx', '--out', 'x'],
    ];
    const outcomes = await Promise.all(wrong.map((args) => twofold(...args)));
    expect(outcomes.map(({ code }) => code)).toEqual(wrong.map(() => 2));
  });

  it('is judged with other seeds as an experiment', async () => {
    const db = new Database(path.join(home, 'twofold.sqlite'));
    db.exec(
      `INSERT INTO experiments (experiment_id, name, created_at) VALUES ('pairs', 'two pairs', '2026-01-01T00:00:00.000Z')`,
    );
    const seeds = ['1', '2'];
    const variants = ['A', 'B'];
    const ids: string[] = [];
    for (const [seed, variant] of seeds.flatMap((of) =>
      variants.map((name) => [of, name] as const),
    )) {
      const { stdout } = await twofold(
        ...['train', '--dataset', datasetId, ...small, '--epochs', '1', '--limit', '16'],
        ...['--seed', seed, '--variant', variant, '--name', `${variant}${seed}`, '--json'],
      );
      ids.push(lines(stdout)[0]?.runId ?? '');
    }
    const join = db.prepare(`UPDATE runs SET experiment_id = 'pairs' WHERE run_id = ?`);
    for (const id of ids) join.run(id);
    db.close();
    const shown = await json(
      experimentSchema.extend({
        verdict: verdictSchema,
        factorial: z.null(),
        pairedSeeds: judgementSchema.shape.seeds,
      }),
      ...['experiments', 'show', 'two pairs'],
    );
    expect(shown).toMatchObject({
      kind: 'seeds',
      seeds: [1, 2],
      verdict: { seeds: 2, margin: 0.0025, look: { number: 1, planned: 1 } },
    });
    expect(shown.runs.map(({ runId: of }) => of)).toEqual(ids);
    const [listed] = await json(
      z.array(experimentSchema.extend({ verdict: verdictSchema })),
      ...['experiments', 'list'],
    );
    expect(listed?.verdict).toEqual(shown.verdict);
    const compared = await json(
      comparisonSchema.extend({ verdict: verdictSchema }),
      ...['compare', ...ids],
    );
    expect(compared.verdict).toEqual(shown.verdict);
    // Every pair: each against the first, then the others among themselves.
    const pairs = [...compared.pairs, ...compared.otherPairs].map((pair) => pair.runIds);
    expect(pairs).toEqual(ids.flatMap((one, at) => ids.slice(at + 1).map((other) => [one, other])));
    for (const args of [
      ['compare', ...ids],
      ['experiments', 'show', 'pairs'],
      ['experiments', 'list'],
    ]) {
      const { code, stdout } = await twofold(...args);
      expect([code, stdout.includes(shown.verdict.sentence)], stdout).toEqual([0, true]);
      if (args[0] !== 'compare') continue;
      for (const [one = '', other = ''] of pairs)
        expect(stdout).toMatch(new RegExp(`${one} +${other} +\\d`));
    }
    expect(await twofold('experiments', 'show', 'none')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no experiment "none".') as string,
    });
  });

  it('is renamed, deleted and restored', async () => {
    expect(await json(runSchema, 'runs', 'rename', runId, 'other')).toMatchObject({
      runId,
      name: 'other',
    });
    expect((await twofold('runs', 'rename', runId, '')).code).toBe(2);
    expect(await json(runSchema, 'runs', 'tag', 'other', 'pilot', 'len sweep')).toMatchObject({
      tags: ['pilot', 'len sweep'],
    });
    expect(await json(runSchema, 'runs', 'tag', 'other', 'pilot', '--remove')).toMatchObject({
      tags: ['len sweep'],
    });
    expect((await twofold('runs', 'tag', 'other', 'a,b')).code).toBe(2);
    await json(runSchema, 'runs', 'note', 'other', 'before the fix');
    await json(runs, 'runs', 'favourite', 'other');
    expect(await json(runSchema, 'runs', 'show', 'other')).toMatchObject({
      tags: ['len sweep'],
      note: 'before the fix',
      isFavourite: true,
    });
    expect((await twofold('runs', 'delete', 'other', 'none')).code).toBe(2);
    await json(runs, 'runs', 'delete', 'other');
    expect((await twofold('runs', 'show', 'other')).code).toBe(2);
    await json(runs, 'runs', 'restore', 'other');
    expect(await json(runSchema, 'runs', 'show', 'other')).toMatchObject({ runId });
  });

  it('is warned about before it starts where the LSTM is unbounded', async () => {
    const { code, stdout, stderr } = await twofold(
      ...['train', '--dataset', datasetId, ...small, '--lstm-activation', 'relu'],
      ...['--limit', '16', '--json'],
    );
    expect(code).toBe(0);
    expect(lines(stdout)[0]?.event).toBe('started');
    expect(stderr).toMatch(/^Warning: .*relu.*NaN.*\n$/);
  });

  it('is warned about before it starts where it needs more memory than there is', async () => {
    const { code, stderr } = await twofold(
      ...['train', '--dataset', datasetId, '--start-from', 'nowhere'],
      ...['--max-length', '2000', '--batch-size', '4096', '--hidden-units', '1024'],
    );
    // It is no reason to refuse: the next sentence is about the run to start from.
    expect([code, stderr.split('\n')]).toEqual([
      2,
      [
        expect.stringMatching(
          /^Warning: the run needs about [\d.]+ [GT]B of memory, but only [\d.]+ [MG]B is available\./,
        ) as string,
        expect.stringMatching(/"nowhere"/) as string,
        '',
      ],
    ]);
  });

  it('keeps the lines of its note apart from its fields', async () => {
    const [first] = await json(runs, 'runs', 'list');
    const runId = first?.runId ?? '';
    await json(runSchema, 'runs', 'note', runId, 'one\nstate  failed');
    const { stdout } = await twofold('runs', 'show', runId);
    expect(stdout).toMatch(/^note +one\n +state {2}failed\n/m);
    await json(runSchema, 'runs', 'note', runId, '');
  });

  it('is stopped by Ctrl-C at a checkpoint', async () => {
    const training = begin(
      'train',
      '--dataset',
      datasetId,
      ...endless,
      '--name',
      'interrupted',
      '--json',
    );
    await training.line('"event":"epoch"');
    expect((await twofold('runs', 'delete', 'interrupted')).code).toBe(1);
    expect((await twofold('resume', 'interrupted')).code).toBe(1);
    // Twice, as a terminal and npm do for one Ctrl-C.
    training.child.kill('SIGINT');
    training.child.kill('SIGINT');
    const { code, stdout, stderr } = await training.outcome;
    expect(code).toBe(0);
    expect(stderr).toBe('Stopping at a checkpoint; Ctrl-C again ends at once.\n');
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'ended', state: 'stopped' });
  });

  it('whose process is killed ends with 1, says why, and has every epoch that it told', async () => {
    const training = begin(
      ...['train', '--dataset', datasetId, ...endless, '--name', 'killed', '--json'],
    );
    await training.line('"event":"epoch"');
    const db = new Database(path.join(home, 'twofold.sqlite'), { readonly: true });
    const started = db
      .prepare(
        `SELECT text ->> 'pid' FROM log_lines WHERE text ->> 'kind' = 'started' ORDER BY run_key DESC, seq`,
      )
      .pluck()
      .get();
    db.close();
    process.kill(Number(started), 'SIGKILL');
    const { code, stdout, stderr } = await training.outcome;
    expect(code).toBe(1);
    expect(stderr).toMatch(/killed \(SIGKILL\).* Resume from epoch \d+\.\n$/);
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'ended', state: 'interrupted' });
    const told = lines(stdout).flatMap(({ event, epoch }) => (event === 'epoch' ? [epoch] : []));
    const { epochs } = await json(runSchema, 'runs', 'show', 'killed');
    expect(epochs.map(({ epoch }) => epoch)).toEqual(told);
  });

  it('trains without a window after --detach, and is paused from elsewhere', async () => {
    const { code, stdout } = await twofold(
      'train',
      '--dataset',
      datasetId,
      ...endless,
      '--name',
      'detached',
      '--detach',
      '--json',
    );
    expect(code).toBe(0);
    const [started, ...more] = lines(stdout);
    expect(more).toEqual([]);
    expect(started).toMatchObject({ event: 'started' });
    expect(await json(lineSchema, 'pause', 'detached')).toMatchObject({
      event: 'ended',
      runId: started?.runId,
      state: 'paused',
    });
    expect(await json(lineSchema, 'pause', 'detached')).toMatchObject({ state: 'paused' });
    const refused = await twofold('train', '--dataset', 'none', '--detach');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
  });
});

it('goes on where the reader of its output has gone', async () => {
  const { child, outcome } = begin('runs', 'predictions', 'other', '--json');
  child.stdout?.destroy();
  const { code, stderr } = await outcome;
  expect([code, stderr]).toEqual([0, '']);
});
