import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  diffColumnsSchema,
  diffProjectionSchema,
  diffSchema,
  diffSentenceSchema,
  diffStartSchema,
  diffTrajectoriesSchema,
  diffWordSchema,
  reviewDifferencesSchema,
  neighbourChangesSchema,
  wordNeighboursSchema,
  type Diff,
  type DiffStart,
} from '#contract/embedding-diff.ts';
import { gatherRows, type Matrix } from '#core/embeddings/algebra/matrix.ts';
import { plainProducts } from '#core/embeddings/algebra/products.ts';
import { rotationOf } from '#core/embeddings/algebra/rotation.ts';
import { randomStream } from '#core/util/random.ts';

import { putBlob } from '../../../db/blobs.ts';
import { createAnalysis } from '../../../processes/analysis-supervisor.ts';
import { forkHost } from '../../../processes/host.ts';
import { asWindow, type AsWindow } from '../../../testing/processes/as-window.ts';
import { jobEnded } from '../../../testing/job-ended.ts';
import { addStoredRun, addTable, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { createJobs } from '../../jobs/service.ts';
import type {
  DiffsService,
  EmbeddingsService,
  JobsService,
  OutsideTablesService,
} from '../../services.ts';
import { keptState, putDiff } from './diff-store.ts';
import { createDiffsService } from './diffs.ts';
import { createOutsideTables } from '../outside/outside-tables.ts';
import { createEmbeddingsService } from '../service.ts';
import { createTables } from '../tables.ts';

/* Tables of known make, compared by the real child. Words w1, w2 ... have the ids 4, 5 ... and fall in frequency. */

const numWords = 404;
const dims = 6;
const words = [null, ...Array.from({ length: numWords - 4 }, (_, index) => `w${index + 1}`)];
const counts = {
  all: Int32Array.from(words, (_, rank) => (rank === 0 ? 0 : 1000 - 2 * rank)),
  positive: Int32Array.from(words, (_, rank) =>
    rank === 0 ? 0 : (1000 - 2 * rank) * (rank % 2 === 0 ? 0.8 : 0.2),
  ),
};
/** The ids that the variants place elsewhere. */
const moved = [20, 45, 77, 130];
/** Never trained. */
const untouched = 60;

let runs: TestRuns;
let diffs: AsWindow<'diffs', DiffsService>;
let embeddings: EmbeddingsService;
let outside: OutsideTablesService;
let jobs: JobsService;
const events: string[] = [];
const freed: string[] = [];

beforeAll(() => {
  runs = openTestRuns();
  const { databases } = runs;
  const datasets = {
    ...runs.datasets,
    words: () => Promise.resolve(words),
    wordCounts: () => Promise.resolve(counts),
    countsRead: () => Promise.resolve(counts.all),
    encodeText: (_: string, text: string) => ({
      words: ['<start>', ...text.split(' ')],
      ids: Int32Array.from([
        1,
        ...text.split(' ').map((word) => (words.includes(word) ? words.indexOf(word) + 3 : 2)),
      ]),
    }),
  };
  const tables = createTables(databases.blobs);
  const analysis = createAnalysis({
    host: forkHost,
    entry: programFile('analysis'),
  });
  jobs = createJobs(() => undefined);
  diffs = asWindow(
    'diffs',
    createDiffsService({
      jobs,
      databases,
      tables,
      datasets,
      runs: runs.service,
      analysis,
      emit: (name) => events.push(name),
      now: () => new Date('2026-01-02T00:00:00.000Z'),
      freeBlobs: (hashes) => freed.push(...hashes),
    }),
  );
  embeddings = createEmbeddingsService({
    databases,
    tables,
    datasets,
    runs: runs.service,
    analysis,
  });
  outside = createOutsideTables({ databases, now: () => new Date() });

  const base = gaussian('base');
  const changed = { ...base, values: Float32Array.from(base.values) };
  for (const id of moved)
    changed.values.set(gaussian('other').values.subarray(id * dims, (id + 1) * dims), id * dims);
  for (const seed of [1, 2]) {
    addRun(
      `a${seed}`,
      { variant: 'A', seed },
      { cnn: seen(base, `cnn ${seed}`), lstm: seen(base, `lstm ${seed}`) },
    );
    addRun(`b${seed}`, { variant: 'B', seed }, { shared: seen(changed, `b ${seed}`) });
  }
  addRun(
    'lone',
    { variant: 'A', seed: 9, embeddingDim: 4 },
    { cnn: narrow(seen(base, 'lone'), 4) },
    4,
  );
  for (const seed of [1, 2]) {
    const { normal } = randomStream(seed, 'wide');
    const values = Float32Array.from({ length: numWords * 40 }, normal);
    const config = { variant: 'B', seed, embeddingDim: 40 } as const;
    addRun(`wide${seed}`, config, { shared: { rows: numWords, columns: 40, values } }, 40);
  }
  const broken = seen(base, 'broken');
  broken.values[7] = Number.NaN;
  addRun('broken', { variant: 'B', seed: 5 }, { shared: broken });
});
afterAll(async () => {
  await jobs.close();
  await diffs.close();
  await runs.remove();
});

const cnn = { kind: 'run', runId: 'a1', branch: 'cnn' } as const;
const lstm = { kind: 'run', runId: 'a1', branch: 'lstm' } as const;
const shared = { kind: 'run', runId: 'b2', branch: 'shared' } as const;

async function compared(request: DiffStart): Promise<Diff> {
  return diffSchema.parse(
    await diffs.compare(diffStartSchema.parse(request), {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }),
  );
}

const ended = ({ jobId }: Readonly<{ jobId: string }>) => jobEnded(jobs, jobId);

describe('three tables of two variants', () => {
  let diff: Diff;
  beforeAll(async () => {
    diff = await compared({ tables: [cnn, lstm, shared], minCount: 300, minNeighbourCount: 250 });
  });

  test('are compared over the words that all have and training has touched', () => {
    expect(diff.words).toBe(349);
    expect(diff.neighbourWords).toBe(374);
    expect(diff.dropped.map(({ reason, count }) => [reason, count])).toEqual([
      ['untrained', 1],
      ['rare', 50],
    ]);
    expect(diff.dropped[0]?.words).toEqual(['w57']);
    expect(diff.tables.map(({ name, branch, epoch, seed }) => [name, branch, epoch, seed])).toEqual(
      [
        ['run a1', 'cnn', 2, 1],
        ['run a1', 'lstm', 2, 1],
        ['run b2', 'shared', 2, 2],
      ],
    );
  });

  test('are alike once they are aligned, and stand beside chance and what a seed does', () => {
    for (const { figures, chance, floor, lengthRatio } of diff.pairs) {
      expect(figures.heldOutCosine).toBeGreaterThan(0.8);
      expect(Math.abs(chance.heldOutCosine ?? 1)).toBeLessThan(0.2);
      expect(figures.debiasedCka).toBeGreaterThan(0.8);
      expect(lengthRatio).toBeCloseTo(1, 0);
      expect(floor?.isAtChance).toBe(false);
      expect(floor?.sides?.map((side) => (side?.debiasedCka ?? 0) > 0.8)).toEqual([true, true]);
    }
    expect(diff.pairs.map(({ floor }) => [floor?.withinPairs, floor?.acrossPairs])).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    expect(diff.tables[0]?.otherSeeds).toEqual(['run a2']);
  });

  test('rank the words that were moved first', () => {
    const { rows, total } = diffs.words({ diffId: diff.diffId, pair: 1, count: 4 });
    expect(total).toBe(349);
    expect(rows.map(({ id }) => id).sort((a, b) => a - b)).toEqual(moved);
    const [first] = rows.map((row) => diffWordSchema.parse(row));
    expect(first?.tables[0]?.movement).toBeGreaterThan(0);
    expect(
      diffs
        .words({ diffId: diff.diffId, search: 'W12', order: 'frequent' })
        .rows.map(({ word }) => word),
    ).toEqual([
      'w12',
      'w120',
      'w121',
      'w122',
      'w123',
      'w124',
      'w125',
      'w126',
      'w127',
      'w128',
      'w129',
    ]);
  });

  test('give columns for a scatter, neighbours and a projection', async () => {
    const columns = diffColumnsSchema.parse(
      diffs.columns({ diffId: diff.diffId, measure: 'jaccard50' }),
    );
    expect(columns.words).toHaveLength(349);
    expect(columns.excess).toHaveLength(349);
    const near = wordNeighboursSchema.parse(diffs.neighbours({ diffId: diff.diffId, word: 'w3' }));
    const [first] = near.tables;
    expect(first).toHaveLength(50);
    expect(first?.map(({ similarity }) => similarity)).toEqual(
      first?.map(({ similarity }) => similarity).toSorted((a, b) => b - a),
    );
    expect(first?.some(({ tables }) => tables.length === 3)).toBe(true);
    expect(() => diffs.neighbours({ diffId: diff.diffId, word: 'w399' })).toThrow(
      /not among the compared words/,
    );
    const { tables, shares } = diffProjectionSchema.parse(
      await diffs.projection({ diffId: diff.diffId }),
    );
    expect(shares[0]).toBeGreaterThanOrEqual(shares[1] ?? 1);
    const [x, y] = tables.map(floats);
    const apart = x!.map((value, index) => value - y![index]!);
    expect(Math.hypot(...apart) / Math.hypot(...x!)).toBeLessThan(0.6);
  });

  test('lay a sentence into their frame: equal tokens, equal rows', async () => {
    const sentence = diffSentenceSchema.parse(
      await diffs.sentence({
        diffId: diff.diffId,
        source: { kind: 'text', text: 'w5 unheard w5 w57' },
      }),
    );
    expect(sentence.tokens.map(({ kind, isKnown }) => [kind, isKnown[0]])).toEqual([
      ['start', false],
      ['word', true],
      ['oov', false],
      ['word', true],
      ['word', false],
    ]);
    expect(sentence.axes).toHaveLength(dims);
    const rows = floats(sentence.tables[0]!);
    expect(rows.slice(dims, 2 * dims)).toEqual(rows.slice(3 * dims, 4 * dims));
    expect(rows.slice(0, dims)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(sentence.tokens[1]?.cosines[0]).toBeGreaterThan(0.5);
    expect(sentence.tokens[2]?.cosines).toEqual([null, null, null]);
    const unknown = await diffs.sentence({
      diffId: diff.diffId,
      source: { kind: 'text', text: 'un heard' },
    });
    expect(unknown.notes[0]).toMatch(/None of these words/);
  });

  test('give all axes of the frame where exact numbers are asked for, the shown ones first', async () => {
    const wide = await compared({
      tables: ['wide1', 'wide2'].map((runId) => ({ kind: 'run', runId, branch: 'shared' })),
    });
    const ask = (axes: 'shown' | 'all') =>
      diffs.sentence({ diffId: wide.diffId, source: { kind: 'text', text: 'w5 w9' }, axes });
    const [shown, all] = [await ask('shown'), await ask('all')];
    expect([shown.axes.length, all.axes.length]).toEqual([32, 40]);
    expect(all.axes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    const [some, every] = [floats(shown.differences[0]!), floats(all.differences[0]!)];
    expect(every.length).toBe(all.tokens.length * 40);
    expect([...every.slice(40, 72)]).toEqual([...some.slice(32, 64)]);
  });

  test('lie apart over a review as the sentence view shows it, word by word', async () => {
    const reviews = reviewDifferencesSchema.parse(
      await diffs.reviews({ diffId: diff.diffId, pair: 1 }),
    );
    expect(reviews.rows).toEqual([0, 1, 2, 3]);
    expect(reviews.epochs).toEqual([2, 2]);
    for (const [index, row] of reviews.rows.entries()) {
      // As test-dataset.ts has encoded it.
      const source = { kind: 'text', text: `unheard w${row % 2 === 0 ? 2 : 1} w3` } as const;
      const { tokens, differences } = await diffs.sentence({ diffId: diff.diffId, source });
      const values = floats(differences[1]!);
      const lengths = tokens.flatMap(({ isKnown }, token) =>
        isKnown[0] === true && isKnown[2] === true
          ? [Math.hypot(...values.slice(token * dims, (token + 1) * dims))]
          : [],
      );
      expect(lengths).toHaveLength(reviews.known[index]!);
      const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
      expect(reviews.distances[index]).toBeCloseTo(mean, 4);
    }
    // Both runs say the same of every review here: no correlation, and never NaN.
    expect(reviews.rankCorrelation).toBeNull();
    // Once they are there, nothing is left to cancel.
    diffs.cancelReviews({ diffId: diff.diffId, pair: 1 });
    expect((await diffs.reviews({ diffId: diff.diffId, pair: 1 })).rows).toEqual([0, 1, 2, 3]);
    expect(() => {
      diffs.cancelReviews({ diffId: 'none', pair: 0 });
    }).toThrow(/no comparison/);
    await expect(diffs.reviews({ diffId: diff.diffId, pair: 0 })).rejects.toThrow(/of two runs/);
    await expect(diffs.reviews({ diffId: diff.diffId, pair: 5 })).rejects.toThrow(/3 pairs/);
  });

  test('are saved: the same request is answered at once, and listed', async () => {
    events.length = 0;
    const again = await diffs.start({
      tables: [cnn, lstm, shared],
      minCount: 300,
      minNeighbourCount: 250,
    });
    expect(again).toMatchObject({
      state: 'finished',
      subject: { diffId: diff.diffId, isKept: true },
    });
    expect(events).toEqual([]);
    expect(diffs.list({}).map(({ diffId }) => diffId)).toContain(diff.diffId);
    const other = await compared({
      tables: [cnn, lstm, shared],
      minCount: 300,
      minNeighbourCount: 250,
      reference: 2,
    });
    expect(other.diffId).not.toBe(diff.diffId);
  });

  test('that nobody asked to keep are not listed, and the latest of them stay', async () => {
    const { main } = runs.databases;
    const passing = { tables: [cnn, lstm], minCount: 300, minNeighbourCount: 250, isKept: false };
    const asked = await diffs.start(passing);
    const { diffId, isKept } = asked.subject;
    expect(isKept).toBe(false);
    expect(await ended(asked)).toMatchObject({
      state: 'finished',
      progress: { phase: 'comparing', total: 1 },
    });
    const isListed = () => diffs.list({}).some((saved) => saved.diffId === diffId);
    expect(keptState(main, diffId)).toBe('cached');
    expect(isListed()).toBe(false);
    for (const day of Array.from({ length: 16 }, (_, index) => 10 + index)) {
      const stored = {
        diff: { ...diff, diffId: `old${day}` },
        wordsHash: `w${day}`,
        numbersHash: `n${day}`,
      };
      putDiff(main, stored, `2025-12-${day}T00:00:00.000Z`);
    }
    await compared({ ...passing, tables: [cnn, shared] });
    expect(freed.toSorted()).toEqual(['n10', 'n11', 'w10', 'w11']);
    expect(() => diffs.get({ diffId: 'old11' })).toThrow(/no comparison/);
    expect(keptState(main, 'old12')).toBe('cached');
    expect(keptState(main, diffId)).toBe('cached');
    main.prepare("DELETE FROM embedding_diffs WHERE diff_id LIKE 'old%'").run();

    events.length = 0;
    expect(await diffs.start({ ...passing, isKept: true })).toMatchObject({
      state: 'finished',
      subject: { isKept: true },
    });
    expect(events).toEqual(['diffs.changed']);
    expect(isListed()).toBe(true);
    await compared(passing);
    expect(isListed()).toBe(true);
  });

  test('lie in one frame at every epoch, and none is fitted anew', async () => {
    const { diffId } = diff;
    expect(diffs.epochs({ diffId })).toEqual([
      [0, 2],
      [0, 2],
      [0, 2],
    ]);
    const now = await diffs.projection({ diffId });
    const first = diffProjectionSchema.parse(await diffs.projection({ diffId, epoch: 1 }));
    expect(first.epochs).toEqual([0, 0, 0]);
    expect(await diffs.projection({ diffId, epoch: 2 })).toEqual(now);
    // Before training the tables have little more than the shift in common, and a tenth of the length.
    const [x, y] = first.tables.map(floats);
    expect(cosineOf(x!, y!)).toBeLessThan(0.5);
    expect(cosineOf(floats(now.tables[0]!), floats(now.tables[1]!))).toBeGreaterThan(0.8);
    expect(Math.hypot(...x!)).toBeLessThan(0.3 * Math.hypot(...floats(now.tables[0]!)));

    const ways = diffTrajectoriesSchema.parse(
      await diffs.trajectories({ diffId, words: ['w3', 'w399', 'w5'] }),
    );
    expect(ways.words).toEqual(['w3', 'w5']);
    expect(ways.tables[1]?.epochs).toEqual([0, 2]);
    const row = now.words.indexOf('w5');
    const way = floats(ways.tables[1]!.values);
    expect(way.slice(6, 8)).toEqual(floats(now.tables[1]!).slice(2 * row, 2 * row + 2));
    expect(way.slice(4, 6)).toEqual(floats(first.tables[1]!).slice(2 * row, 2 * row + 2));
  });

  test('tell which neighbours came and went between epochs', async () => {
    const { diffId } = diff;
    const { tables, k } = neighbourChangesSchema.parse(
      await diffs.neighbourChanges({ diffId, word: 'w3' }),
    );
    for (const [index, { epoch, before, stayed, entered, left }] of tables.entries()) {
      expect([epoch, before]).toEqual([2, 0]);
      expect(stayed.length + entered.length).toBe(k);
      expect(left).toHaveLength(entered.length);
      const stored = diffs.neighbours({ diffId, word: 'w3' }).tables[index]!.slice(0, k);
      const names = [...stayed, ...entered].map(({ word }) => word);
      expect(names.toSorted()).toEqual(stored.map(({ word }) => word).toSorted());
    }
    const atStart = await diffs.neighbourChanges({ diffId, word: 'w3', epoch: 0 });
    expect(atStart.tables[0]).toMatchObject({ epoch: 0, before: null, entered: [], left: [] });
    await expect(diffs.neighbourChanges({ diffId, word: 'w399' })).rejects.toThrow(
      /not among the compared words/,
    );
  });

  test('lay a sentence of another epoch on the scales of this one', async () => {
    const source = { kind: 'text', text: 'w5 w6' } as const;
    const now = await diffs.sentence({ diffId: diff.diffId, source });
    const then = await diffs.sentence({ diffId: diff.diffId, source, epoch: 0 });
    expect(then.differenceScale).toBe(now.differenceScale);
    expect(then.tables).not.toEqual(now.tables);
    expect(then.tokens.map(({ isKnown }) => isKnown)).toEqual(
      now.tokens.map(({ isKnown }) => isKnown),
    );
    expect(await diffs.sentence({ diffId: diff.diffId, source, epoch: 2 })).toEqual(now);
  });

  test('can be narrowed to a selection', () => {
    const { rows, total } = diffs.words({ diffId: diff.diffId, only: ['w12', 'w3', 'w399'] });
    expect(total).toBe(2);
    expect(rows.map(({ word }) => word).toSorted()).toEqual(['w12', 'w3']);
  });

  test('are exported as JSON, CSV and for the projector', () => {
    const file = (name: string) => path.join(runs.home, name);
    const { diffId } = diff;
    diffs.export({ diffId, format: 'json', path: file('d.json') });
    const document = JSON.parse(readFileSync(file('d.json'), 'utf8')) as {
      perWord: unknown[];
      rotations: number[][];
    };
    expect(document.perWord).toHaveLength(349);
    expect(document.rotations[0]).toHaveLength(dims * dims);
    diffs.export({ diffId, format: 'csv', path: file('d.csv') });
    const lines = readFileSync(file('d.csv'), 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(350);
    expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([4 + 3 * 18 + 9]));
    const { paths } = diffs.export({ diffId, format: 'projector', path: file('d.tsv') });
    const [vectors, metadata] = paths.map((name) =>
      readFileSync(name, 'utf8').trimEnd().split('\n'),
    );
    expect(vectors).toHaveLength(3 * 349);
    expect(metadata).toHaveLength(3 * 349 + 1);
    expect(() => diffs.export({ diffId, format: 'json', path: file('d.json') })).toThrow(
      /there already/,
    );
    for (const name of ['d.json', 'd.csv'])
      expect(readFileSync(file(name), 'utf8')).not.toMatch(/NaN|Infinity/);
  });
});

test('two epochs of one run need no rotation, and an epoch with itself has not changed', async () => {
  const at = (epoch: number) => ({ ...cnn, epoch });
  const drifted = await compared({ tables: [at(0), at(2)], minCount: 100 });
  expect(drifted.pairs[0]).toMatchObject({ isSameFrame: true, floorGap: 'sameRun', floor: null });
  const same = await compared({ tables: [at(2), at(2)], minCount: 100 });
  expect(same.pairs[0]?.figures).toMatchObject({
    procrustesDistance: 0,
    debiasedCka: 1,
    meanJaccard10: 1,
  });
  const { values } = diffs.columns({ diffId: same.diffId });
  expect(values.every((value) => value === 1)).toBe(true);
  const sentence = await diffs.sentence({
    diffId: same.diffId,
    source: { kind: 'text', text: 'w5' },
  });
  expect(sentence.isAligned).toBe(false);
  expect(floats(sentence.differences[0]!).every((value) => value === 0)).toBe(true);
});

test('tables of other dimensions, one seed only: compared, and it is said', async () => {
  const diff = await compared({
    tables: [{ kind: 'run', runId: 'lone', branch: 'cnn' }, shared],
    minCount: 100,
  });
  expect(diff.pairs[0]?.floor).not.toBeUndefined();
  expect(diff.pairs[0]?.notes.join(' ')).toMatch(/4 and 6 dimensions/);
  const two = await compared({
    tables: [{ kind: 'run', runId: 'lone', branch: 'cnn' }, cnn],
    minCount: 100,
  });
  expect(two.axisShares).toHaveLength(6);
});

test('what is added by training can be compared instead', async () => {
  const diff = await compared({ tables: [cnn, shared], subject: 'movement', minCount: 100 });
  expect(diff.request.subject).toBe('movement');
  expect(diff.pairs[0]?.figures.debiasedCka).not.toBeNull();
});

describe('bad input explains itself', () => {
  test.each<[string, DiffStart, RegExp]>([
    [
      'a diverged run',
      { tables: [cnn, { kind: 'run', runId: 'broken', branch: 'shared' }] },
      /run diverged/,
    ],
    [
      'a branch that is not there',
      { tables: [cnn, { ...shared, branch: 'cnn' }] },
      /no table of branch cnn/,
    ],
    ['too rare words', { tables: [cnn, lstm], minCount: 990 }, /Lower the minimum count/],
    ['a reference that is none', { tables: [cnn, lstm], reference: 2 }, /reference/],
    ['an unknown snapshot', { tables: [cnn, { kind: 'snapshot', snapshotId: 'x' }] }, /thinned/],
  ])('%s', async (_, request, sentence) => {
    await expect(diffs.start(request)).rejects.toThrow(sentence);
  });

  test('an epoch that was thinned away is replaced by the one before, and it is said', async () => {
    const diff = await compared({
      tables: [
        { ...cnn, epoch: 1 },
        { ...cnn, epoch: 2 },
      ],
      minCount: 100,
    });
    expect(diff.tables[0]?.epoch).toBe(0);
    expect(diff.pairs[0]?.notes[0]).toMatch(/Epoch 1 of "run a1" is not stored/);
  });

  test('a comparison that is not there', () => {
    expect(() => diffs.get({ diffId: 'none' })).toThrow(/no comparison/);
  });
});

test('what makes two tables look more alike is said as it is', async () => {
  const notesOf = async (tables: DiffStart['tables']) =>
    (await compared({ tables, minCount: 100 })).pairs[0]?.notes;
  const b1 = { ...shared, runId: 'b1' };
  expect(await notesOf([cnn, b1])).toContainEqual(
    expect.stringMatching(
      /their embedding tables began with different numbers\. Their other weights/,
    ),
  );
  expect(await notesOf([cnn, shared])).not.toContainEqual(expect.stringMatching(/more alike/));
  expect(await notesOf([cnn, cnn])).toEqual([expect.stringMatching(/are the same/)]);
});

test('runs of one seed and one branch began alike, unless one started from stored weights', async () => {
  const stored = { startFrom: 'a1@2' };
  for (const [runId, start, from] of [
    ['same1', 1, {}],
    ['same2', 1, {}],
    ['stored', 2, stored],
  ] as const) {
    const config = { variant: 'B', seed: 8, embeddingDim: 4, ...from } as const;
    const table = narrow(gaussian('base'), 4);
    // All but the row that training has not touched.
    const shift = table.values.map((value, at) =>
      at < 4 * 200 ? value : value + runId.length / 9,
    );
    if (runId !== 'same1') table.values.set(shift);
    addRun(runId, config, { shared: table }, 4, `${start}`);
  }
  const notesOf = async (first: string, second: string) => {
    const tables = [first, second].map((runId) => ({ ...shared, runId }));
    return (await compared({ tables, minCount: 100 })).pairs[0]?.notes.join(' ');
  };
  expect(await notesOf('same1', 'same2')).toMatch(/seed 8 and began with the same embedding table/);
  expect(await notesOf('same1', 'stored')).not.toMatch(/seed 8/);
});

describe('a table from outside', () => {
  const floats = new Uint8Array(Float32Array.from([0.3, -0.7, 1.9]).buffer);
  const write = (name: string, content: string | Uint8Array) => {
    const file = path.join(runs.home, name);
    writeFileSync(file, content);
    return file;
  };
  const rowsText = (separator: string) =>
    Array.from({ length: 300 }, (_, index) => {
      const values = gaussian('base').values.subarray((index + 4) * dims, (index + 5) * dims);
      return [`w${index + 1}`, ...values].join(separator);
    }).join('\n');

  test('is read in each form, and compared by its words', async () => {
    const glove = await outside.import({
      path: write('glove.txt', `${rowsText(' ')}\nw1 1 2 3 4 5 6\n`),
    });
    expect(glove).toMatchObject({
      format: 'glove',
      rows: 300,
      dims,
      leftOut: 1,
      name: 'glove.txt',
    });
    const word2vec = await outside.import({
      path: write('w2v.txt', `300 ${dims}\n${rowsText(' ')}`),
      name: 'mine',
    });
    expect(word2vec).toMatchObject({
      tableId: glove.tableId,
      format: 'glove',
      name: 'mine',
      leftOut: 0,
      isKnown: true,
      notes: [],
    });
    const again = await outside.import({ path: write('again.txt', rowsText(' ')) });
    expect(again).toMatchObject({ name: 'mine', isKnown: true });
    const cut = await outside.import({ path: write('cut.txt', `301 ${dims}\n${rowsText(' ')}`) });
    expect(cut.notes).toEqual([expect.stringMatching(/words as 301, but 300 follow/)]);
    const tsv = await outside.import({
      path: write('t.tsv', `word\ta\tb\tc\td\te\tf\nx\t1\t2\t3\t4\t5\t6\n`),
    });
    expect(tsv).toMatchObject({ format: 'tsv', rows: 1, dims });
    const diff = await compared({
      tables: [cnn, { kind: 'outside', tableId: glove.tableId }],
      minCount: 100,
    });
    expect(diff.pairs[0]).toMatchObject({ floor: null, floorGap: 'outside' });
    expect(diff.pairs[0]?.figures.heldOutCosine).toBeGreaterThan(0.8);
    expect(diff.words).toBe(299);
    await expect(
      diffs.start({ tables: [cnn, { kind: 'outside', tableId: tsv.tableId }] }),
    ).rejects.toThrow(/hardly overlap/);
    const both = { kind: 'outside', tableId: glove.tableId } as const;
    await expect(diffs.start({ tables: [both, both] })).rejects.toThrow(/at least one run/);
    outside.remove({ tableId: tsv.tableId });
    expect(outside.list().map(({ name }) => name)).toEqual(['mine']);
    outside.restore({ tableId: tsv.tableId });
    expect(outside.list().map(({ name }) => name)).toEqual(['mine', 't.tsv']);
    expect(() => {
      outside.restore({ tableId: 'never' });
    }).toThrow(/never/);
  });

  test.each([
    ['prose.txt', 'once upon a time\nthere was', /does not look like/],
    ['first.txt', 'w1 1 2 x', /line 1: a word and 3 finite numbers/],
    ['huge.txt', 'w1 1 2 3\nw2 1 3e38 2', /line 2: .*too large/],
    ['zeros.txt', 'w1 0 0 0\nw2 0 0 0', /nothing but zeros/],
    ['narrow.txt', 'w1 0.5\nw2 1', /at least 2 dimensions/],
    ['narrow.tsv', 'w1\t0.5\nw2\t1', /at least 2 dimensions/],
    ['wide.txt', `w1${' 0.25'.repeat(70_000)}`, /has 70000 numbers a word.*at most 4096/],
    ['line.txt', `w1 1 2\nw2${' 0.25'.repeat(250_000)}`, /line 2: it is longer than/],
    ['header.txt', '2 5\nw1 1 2 3 4 5 6 7 8', /line 2: .* 5 numbers .*followed by 8/],
    ['cut.txt', '2 5\nw1 1 2 3 4 5\nw2 1 2', /line 3: .* 5 numbers .*followed by 2/],
    ['short.txt', 'w1 1 2 3\nw2 1 2', /line 2/],
    ['nan.txt', 'w1 1 2 3\nw2 1 NaN 2', /line 2/],
    ['empty.txt', '', /no word vectors/],
    ['one.txt', 'word', /does not look like/],
  ])('%s is refused with its place', async (name, text, sentence) => {
    await expect(outside.import({ path: write(name, text) })).rejects.toThrow(sentence);
  });

  test.each([
    ['vectors.bin', Buffer.concat([Buffer.from('2 3\nw1 '), floats]), /not a text file/],
    ['vectors.txt.gz', gzipSync('w1 1 2 3\nw2 3 2 1'), /compressed/],
  ])('%s is refused for what it is', async (name, bytes, sentence) => {
    await expect(outside.import({ path: write(name, bytes) })).rejects.toThrow(sentence);
  });

  test('one that is stored with numbers too large to be squared is named', async () => {
    const { tableId } = await outside.import({ path: write('sound.txt', 'w1 1 2 3\nw2 3 2 1') });
    const values = new Uint8Array(Float32Array.from([3e38, 1, 2, 3, 2, 1]).buffer);
    const blobHash = putBlob(runs.databases.blobs, values, new Date());
    runs.databases.main
      .prepare('UPDATE outside_tables SET blob_hash = ? WHERE table_id = ?')
      .run(blobHash, tableId);
    await expect(diffs.start({ tables: [cnn, { kind: 'outside', tableId }] })).rejects.toThrow(
      /"sound.txt" holds numbers .*too large/,
    );
    outside.remove({ tableId });
  });
});

test('what waits behind another comparison is cancelled at once, and a drift too', async () => {
  const first = await diffs.start({ tables: [cnn, lstm], minCount: 210 });
  const second = await diffs.start({ tables: [cnn, lstm], minCount: 220 });
  const drift = embeddings.drift({ runId: 'b1', branch: 'shared' });
  const order: string[] = [];
  const note = (what: string) => () => void order.push(what);
  const all = [
    ended(first).then(note('first')),
    ended(second).then(note('second')),
    drift.then(note('-'), note('drift')),
  ];
  jobs.cancel({ jobId: second.jobId });
  await all[1];
  expect(await ended(second)).toMatchObject({ state: 'cancelled' });
  embeddings.cancelDrift({ runId: 'b1', branch: 'shared' });
  await expect(drift).rejects.toThrow(/cancelled/);
  await Promise.all(all);
  expect(order).toEqual(['second', 'drift', 'first']);
  // Nothing of it stays: asked again, it is computed.
  expect(await embeddings.drift({ runId: 'b1', branch: 'shared' })).toHaveLength(2);
  embeddings.cancelDrift({ runId: 'b1', branch: 'shared' });
});

test('going through the reviews can be cancelled, and started again', async () => {
  const { diffId } = await compared({ tables: [cnn, shared], minCount: 200 });
  const asked = diffs.reviews({ diffId, pair: 0 });
  diffs.cancelReviews({ diffId, pair: 0 });
  await expect(asked).rejects.toThrow(/cancelled/);
  expect((await diffs.reviews({ diffId, pair: 0 })).rows).toEqual([0, 1, 2, 3]);
});

test('a run drifts from epoch to epoch', async () => {
  const drift = await embeddings.drift({ runId: 'a1', branch: 'cnn' });
  expect(drift.map(({ epoch }) => epoch)).toEqual([0, 2]);
  expect(drift[0]).toMatchObject({ step: null, ckaToFirst: 1 });
  expect(drift[1]?.step).toBeGreaterThan(0);
  expect(drift[1]?.ckaToLast).toBe(1);
  // Nothing has changed since: it is not computed again.
  expect(await embeddings.drift({ runId: 'a1', branch: 'cnn' })).toBe(drift);
});

test('can be cancelled, and started again', async () => {
  const request = { tables: [cnn, lstm], minCount: 200 } satisfies DiffStart;
  const job = await diffs.start(request);
  // Whoever asks for the same meanwhile gets this one.
  expect(await diffs.start(request)).toMatchObject({ jobId: job.jobId });
  jobs.cancel(job);
  expect(await ended(job)).toMatchObject({
    state: 'cancelled',
    failure: { message: expect.stringContaining('cancelled') as string },
  });
  const { diffId } = job.subject;
  expect((await compared(request)).diffId).toBe(diffId);
  diffs.remove({ diffId });
  expect(() => diffs.get({ diffId })).toThrow(/no comparison/);
  diffs.restore({ diffId });
  expect(diffs.list({}).find((saved) => saved.diffId === diffId)).toMatchObject({
    neighbourCounts: [10, 50, 250],
    request: { centring: 'mean' },
  });
  expect(diffs.words({ diffId }).total).toBeGreaterThan(0);
  expect(() => {
    diffs.restore({ diffId });
  }).toThrow(/no comparison/);
});

function addRun(
  runId: string,
  config: Parameters<typeof addStoredRun>[1]['config'],
  branches: Partial<Record<'cnn' | 'lstm' | 'shared', Matrix>>,
  columns = dims,
  startOf = runId,
): void {
  const probabilities = [1, 2].map((seed) => judging(4, () => true, seed));
  addStoredRun(runs.databases, {
    runId,
    config: { numWords, embeddingDim: dims, ...config },
    probabilities,
  });
  for (const branch of ['cnn', 'lstm', 'shared'] as const) {
    const table = branches[branch];
    if (table === undefined) continue;
    const start = randomStream(7, `${startOf} ${branch}`);
    const values = Float32Array.from(table.values, () => 0.1 * start.normal());
    values.set(
      table.values.subarray(untouched * columns, (untouched + 1) * columns),
      untouched * columns,
    );
    addTable(runs.databases, runId, { branch, epoch: 0, dims: columns, values });
    addTable(runs.databases, runId, { branch, epoch: 2, dims: columns, values: table.values });
  }
}

function gaussian(name: string): Matrix {
  const { normal } = randomStream(1, name);
  return {
    rows: numWords,
    columns: dims,
    values: Float32Array.from({ length: numWords * dims }, normal),
  };
}

/** With noise of its own, in a frame of its own. */
function seen(table: Matrix, name: string): Matrix {
  const { normal } = randomStream(3, name);
  const turn = rotationOf(Float64Array.from({ length: dims * dims }, normal), dims).q;
  const values = table.values.map((value) => value + 0.15 * normal());
  return plainProducts.times({ ...table, values }, turn, dims);
}

const narrow = (table: Matrix, columns: number): Matrix => {
  const turned = gatherRows(
    table,
    Int32Array.from({ length: table.rows }, (_, row) => row),
  );
  const values = turned.values.filter((_, at) => at % table.columns < columns);
  return { rows: table.rows, columns, values };
};

const cosineOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0) / Math.hypot(...a) / Math.hypot(...b);

const floats = (base64: string): number[] => [
  ...new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer),
];
