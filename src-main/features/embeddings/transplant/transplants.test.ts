import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { transplantSchema, type Transplant, type TransplantRequest } from '#contract/transplant.ts';
import { AppError } from '#contract/failure.ts';
import { diffStartSchema, type DiffStart, type TableChoice } from '#contract/embedding-diff.ts';
import { columnMeans, shifted, type Matrix } from '#core/embeddings/algebra/matrix.ts';
import { plainProducts } from '#core/embeddings/algebra/products.ts';
import { principalAxes, rotationOf } from '#core/embeddings/algebra/rotation.ts';
import { randomStream } from '#core/util/random.ts';

import { createAnalysis } from '../../../processes/analysis-supervisor.ts';
import { asWindow, type AsWindow } from '../../../testing/processes/as-window.ts';
import { jobEnded } from '../../../testing/job-ended.ts';
import { addStoredRun, addTable, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { forkHost } from '../../../processes/host.ts';
import { createJobs } from '../../jobs/service.ts';
import type { DiffsService, JobsService, RunsService, TransplantsService } from '../../services.ts';
import { createDiffsService } from '../diff/diffs.ts';
import { createOutsideTables } from '../outside/outside-tables.ts';
import { createTables } from '../tables.ts';
import { createTransplants } from './transplants.ts';

/* The donor's table is the receiver's, turned, stretched and shifted; only the model is not a real one. */

const numWords = 204;
const dims = 4;
const words = [null, ...Array.from({ length: numWords - 4 }, (_, index) => `w${index + 1}`)];
const counts = {
  all: Int32Array.from(words, (_, rank) => (rank === 0 ? 0 : 900 - rank)),
  positive: Int32Array.from(words, (_, rank) => (rank === 0 ? 0 : 400)),
};

let runs: TestRuns;
let diffs: AsWindow<'diffs', DiffsService>;
let transplants: TransplantsService;
let jobs: JobsService;
/** As a process that starts later has it: no table is in its memory. */
let later: () => TransplantsService;
let outsideId: string;
let evaluate: RunsService['evaluateTables'];
/** The tables that were to be evaluated, read while their files were there. */
const asked: { epoch: number; branch: string; tables: Float32Array[] }[] = [];
const events: string[] = [];
const own = gaussian('own', dims);

beforeAll(async () => {
  runs = openTestRuns();
  const { databases } = runs;
  const now = () => new Date('2026-01-02T00:00:00.000Z');
  const emit = (name: string): void => void events.push(name);
  jobs = createJobs(emit);
  const parts = {
    databases,
    jobs,
    tables: createTables(databases.blobs),
    datasets: {
      ...runs.datasets,
      words: () => Promise.resolve(words),
      wordCounts: () => Promise.resolve(counts),
      countsRead: () => Promise.resolve(counts.all),
    },
    analysis: createAnalysis({
      host: forkHost,
      entry: programFile('analysis'),
    }),
    emit,
    now,
  };
  diffs = asWindow(
    'diffs',
    createDiffsService({ ...parts, runs: runs.service, freeBlobs: () => undefined }),
  );
  const transplantParts = {
    ...parts,
    runs: {
      get: runs.service.get,
      list: runs.service.list,
      evaluateTables: (runId, trial, options) => {
        const { epoch, branch, tablePaths } = trial;
        const tables = tablePaths.map(
          (file) => new Float32Array(Uint8Array.from(readFileSync(file)).buffer),
        );
        asked.push({ epoch, branch, tables });
        return evaluate(runId, trial, options);
      },
    },
  } satisfies Parameters<typeof createTransplants>[0];
  transplants = createTransplants(transplantParts);
  later = () => createTransplants({ ...transplantParts, tables: createTables(databases.blobs) });
  addRun('receiver', own);
  addRun('donor', elsewhere(own));
  addRun('wide', gaussian('wide', 6));
  addRun('narrow', gaussian('narrow', 3));
  const outside = createOutsideTables({ databases, now });
  const file = path.join(runs.home, 'vectors.txt');
  writeFileSync(
    file,
    Array.from({ length: 150 }, (_, index) =>
      [`w${index + 1}`, ...row(elsewhere(own), index + 4)].join(' '),
    ).join('\n'),
  );
  outsideId = (await outside.import({ path: file })).tableId;
});
afterAll(async () => {
  await jobs.close();
  await diffs.close();
  await runs.remove();
});

const table = (runId: string): TableChoice => ({ kind: 'run', runId, branch: 'shared' });
const unwatched = { signal: new AbortController().signal, onProgress: () => undefined };
const comparedAs = async (request: DiffStart): Promise<string> =>
  (await diffs.compare(diffStartSchema.parse(request), unwatched)).diffId;
const compared = (...tables: TableChoice[]): Promise<string> => comparedAs({ tables, minCount: 1 });
const evaluated = (request: TransplantRequest): Promise<Transplant> =>
  transplants.evaluate(request, unwatched);
const ended = ({ jobId }: Readonly<{ jobId: string }>) => jobEnded(jobs, jobId);
/** Own, raw, aligned, untrained, then the controls: how many of ten reviews each has right; those that are not named have 3. */
function saying(...right: number[]): RunsService['evaluateTables'] {
  return (_, { tablePaths }, { onProgress }) => {
    onProgress(1);
    const passes = [...right, ...tablePaths.slice(right.length - 1).map(() => 3)];
    return Promise.resolve({
      rows: Int32Array.from({ length: 10 }, (___, index) => index),
      passes: passes.map((of) => ({
        accuracy: of / 10,
        loss: 0.5,
        probabilities: Float32Array.from({ length: 10 }, (___, index) => (index < of ? 0.9 : 0.1)),
      })),
    });
  };
}

test('a turned, stretched and shifted table comes back as the receiver’s own', async () => {
  evaluate = saying(9, 5, 8, 4, 7);
  const diffId = await compared(table('donor'), table('receiver'));
  const request = { diffId, donor: 0, receiver: 1 };
  expect(transplants.get(request)).toBeNull();
  asked.length = 0;
  const job = transplants.start(request);
  expect(job).toMatchObject({ state: 'running', subject: request, progress: null });
  expect(transplants.start(request)).toMatchObject({ jobId: job.jobId });
  expect(await ended(job)).toMatchObject({
    state: 'finished',
    progress: { phase: 'evaluating', done: 1, total: 1 },
  });
  const transplant = transplantSchema.parse(transplants.get(request));
  const [trial] = asked;
  expect(trial).toMatchObject({ epoch: 2, branch: 'shared' });
  const [raw, aligned, untrained] = trial!.tables;
  expect(farthest(aligned!, own.values)).toBeLessThan(1e-4);
  expect(raw).toEqual(elsewhere(own).values);
  expect(farthest(untrained!, own.values)).toBeGreaterThan(0.5);
  expect(transplant).toMatchObject({
    reviews: 10,
    wordsMoved: 200,
    wordsKept: { count: 0, words: [] },
    notes: [],
    passes: {
      own: { accuracy: 0.9, loss: 0.5, flips: 0 },
      raw: { accuracy: 0.5, flips: 4 },
      aligned: { accuracy: 0.8, flips: 1 },
      untrained: { accuracy: 0.4, flips: 5 },
    },
  });
  expect(transplant.controls?.slice(0, 4)).toEqual([
    { kind: 'directions', k: 1, accuracy: 0.7, loss: 0.5, flips: 2, flipsFromAligned: 1 },
    { kind: 'directions', k: 2, accuracy: 0.3, loss: 0.5, flips: 6, flipsFromAligned: 5 },
    { kind: 'directions', k: 4, accuracy: 0.8, loss: 0.5, flips: 1, flipsFromAligned: 0 },
    { kind: 'randomRotation', seed: 1, accuracy: 0.3, loss: 0.5, flips: 6, flipsFromAligned: 5 },
  ]);
  expect(transplant.controls).toHaveLength(3 + 9 + 3);
  // The table of one direction has one direction about the mean; a random rotation keeps the mean, and is no alignment.
  const [first, , rotated] = trial!.tables.slice(3);
  const permuted = trial!.tables.at(-1);
  const rank = ranked(first!);
  expect(rank[1]! / rank[0]!).toBeLessThan(1e-4);
  expect(farthest(meansOf(rotated!), meansOf(own.values))).toBeLessThan(1e-4);
  expect(farthest(rotated!, own.values)).toBeGreaterThan(0.5);
  expect([...permuted!.subarray(40, 44)].sort()).toEqual([...own.values.subarray(40, 44)].sort());
  expect(events).toContain('diffs.changed');

  // Saved with the comparison, and gone with it.
  asked.length = 0;
  expect(transplants.start(request)).toMatchObject({ state: 'finished', progress: null });
  expect(await evaluated(request)).toEqual(transplant);
  expect(asked).toEqual([]);
  const back = { diffId, donor: 1, receiver: 0 };
  await evaluated(back);
  expect(farthest(asked[0]!.tables[1]!, elsewhere(own).values)).toBeLessThan(1e-4);
  diffs.remove({ diffId });
  expect(transplants.get(request)).toBeNull();
});

test('a transplant of an earlier version opens, and is run again for its controls', async () => {
  evaluate = saying(9, 5, 8, 4);
  const diffId = await compared(table('donor'), table('receiver'));
  const request = { diffId, donor: 0, receiver: 1 };
  await evaluated(request);
  const { main } = runs.databases;
  main.prepare("UPDATE transplants SET transplant = json_remove(transplant, '$.controls')").run();
  expect(transplantSchema.parse(transplants.get(request))).toMatchObject({
    controls: null,
    passes: { own: { accuracy: 0.9 } },
  });
  expect(transplants.list({ diffId })).toMatchObject([{ controls: null }]);
  evaluate = () => Promise.reject(new AppError('storage', 'The weights are damaged.'));
  await expect(evaluated(request)).rejects.toThrow('The weights are damaged.');
  // The earlier figures stay.
  expect(transplants.get(request)).toMatchObject({ reviews: 10 });
  evaluate = saying(9, 5, 8, 4);
  expect((await evaluated(request)).controls).toHaveLength(15);
  expect(transplants.get(request)?.controls).toHaveLength(15);
  diffs.remove({ diffId });
});

test('a comparison of three tables knows the transplants of each two of them', async () => {
  evaluate = saying(9, 5, 8, 4);
  const pair = await compared(table('donor'), table('receiver'));
  await evaluated({ diffId: pair, donor: 0, receiver: 1 });
  const three = await compared(table('receiver'), table('narrow'), table('donor'));
  expect(transplants.list({ diffId: three })).toMatchObject([
    { diffId: three, donor: 2, receiver: 0 },
  ]);
  expect(transplants.list({ diffId: await compared(table('narrow'), table('receiver')) })).toEqual(
    [],
  );
  diffs.remove({ diffId: pair });
});

test('words that a table from outside lacks keep the receiver’s row', async () => {
  evaluate = saying(9, 5, 8, 4);
  const diffId = await compared(table('receiver'), { kind: 'outside', tableId: outsideId });
  const request = { diffId, donor: 1, receiver: 0 };
  asked.length = 0;
  const { wordsMoved, wordsKept } = await evaluated(request);
  expect([wordsMoved, wordsKept.count, wordsKept.words[0]]).toEqual([150, 50, 'w151']);
  const [raw, aligned] = asked[0]!.tables;
  for (const id of [0, 1, 2, 3, 154, 203]) {
    expect(row({ ...own, values: raw! }, id)).toEqual(row(own, id));
    expect(row({ ...own, values: aligned! }, id)).toEqual(row(own, id));
  }
  expect(row({ ...own, values: raw! }, 4)).not.toEqual(row(own, 4));
});

test('a narrower table fills its columns, and it is said', async () => {
  evaluate = saying(9, 5, 8, 4);
  const diffId = await compared(table('narrow'), table('receiver'));
  const request = { diffId, donor: 0, receiver: 1 };
  asked.length = 0;
  const { notes } = await evaluated(request);
  expect(notes).toEqual([expect.stringMatching(/3 dimensions and the receiver has 4/)]);
  expect(new Set(asked[0]!.tables.map(({ length }) => length))).toEqual(new Set([816]));
  expect(asked[0]!.tables).toHaveLength(3 + 2 + 9 + 3);
  expect(row({ ...own, values: asked[0]!.tables[0]! }, 9)[3]).toBe(0);
});

test('what cannot be transplanted is refused with what to do', async () => {
  const both = await compared(table('wide'), table('receiver'));
  const start = (diffId: string, donor: number, receiver: number) => () =>
    transplants.start({ diffId, donor, receiver });
  expect(start(both, 0, 1)).toThrow(/6 dimensions, but the receiver has only 4.*other direction/);
  expect(start(both, 1, 1)).toThrow(/are the same table/);
  expect(start(both, 0, 2)).toThrow(/2 tables/);
  expect(start('none', 0, 1)).toThrow(/no comparison/);
  const outside = await compared(table('receiver'), { kind: 'outside', tableId: outsideId });
  expect(start(outside, 0, 1)).toThrow(/imported table without a model/);
  const epochs = await compared({ ...table('receiver'), epoch: 0 } as TableChoice, table('donor'));
  expect(start(epochs, 1, 0)).toThrow(
    /For epoch 0 of "run receiver", only the tables are stored, not the model/,
  );
  const diffId = await comparedAs({
    tables: [table('donor'), table('receiver')],
    minCount: 1,
    subject: 'movement',
  });
  expect(start(diffId, 0, 1)).toThrow(/not only the training change/);
});

test('a table that was thinned away since is named, and nothing is begun', async () => {
  addRun('thinned', elsewhere(gaussian('thinned', dims)));
  const diffId = await compared(table('thinned'), table('receiver'));
  const hash = diffs.get({ diffId }).tables[0]?.hash ?? '';
  const { main, blobs } = runs.databases;
  main.prepare('DELETE FROM snapshots WHERE blob_hash = ?').run(hash);
  blobs.prepare('DELETE FROM blobs WHERE hash = ?').run(hash);
  asked.length = 0;
  expect(() => later().start({ diffId, donor: 0, receiver: 1 })).toThrow(
    /table of "run thinned" is no longer stored/,
  );
  expect(asked).toEqual([]);
  // Its figures stay.
  expect(diffs.words({ diffId, count: 1 }).total).toBe(200);
});

test('it is cancelled, and a failure is said; then it can be started again', async () => {
  const diffId = await compared(table('donor'), table('receiver'));
  const request = { diffId, donor: 0, receiver: 1 };
  evaluate = (_, __, { signal }) =>
    new Promise((_resolve, reject) => {
      const end = () => {
        reject(new AppError('cancelled', 'gone'));
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  expect(await ended(jobs.cancel(transplants.start(request)))).toMatchObject({
    state: 'cancelled',
    failure: { message: expect.stringContaining('cancelled') as string },
  });
  evaluate = () => Promise.reject(new AppError('storage', 'The weights are damaged.'));
  expect(await ended(transplants.start(request))).toMatchObject({
    state: 'failed',
    failure: { message: 'The weights are damaged.' },
  });
  // What is missing on the way was not asked for wrongly.
  evaluate = () => Promise.reject(new AppError('notFound', 'The weights are gone.'));
  await expect(evaluated(request)).rejects.toMatchObject({ kind: 'unavailable' });
  evaluate = saying(9, 5, 8, 4);
  expect((await evaluated(request)).reviews).toBe(10);
});

function addRun(runId: string, { columns, values }: Matrix): void {
  addStoredRun(runs.databases, {
    runId,
    config: { variant: 'B', numWords, embeddingDim: columns, seed: runId.length },
    probabilities: [1, 2].map((seed) => judging(4, () => true, seed)),
  });
  const { normal } = randomStream(7, runId);
  const start = values.map(() => 0.1 * normal());
  for (const [epoch, of] of [
    [0, start],
    [2, values],
  ] as const)
    addTable(runs.databases, runId, { branch: 'shared', epoch, dims: columns, values: of });
}

function gaussian(name: string, columns: number): Matrix {
  const { normal } = randomStream(1, name);
  const values = Float32Array.from({ length: numWords * columns }, normal);
  return { rows: numWords, columns, values };
}

function elsewhere(matrix: Matrix): Matrix {
  const { normal } = randomStream(5, 'turn');
  const { q } = rotationOf(Float64Array.from({ length: dims * dims }, normal), dims);
  const turned = plainProducts.times(
    matrix,
    q.map((value) => value * 1.3),
    dims,
  );
  return shifted(turned, Float64Array.of(1, -1, 0.5, 2));
}

const meansOf = (values: Float32Array): Float32Array =>
  Float32Array.from(columnMeans(compareds(values)));
/** The words that the alignment was fitted to. */
const compareds = (values: Float32Array): Matrix => ({
  rows: numWords - 4,
  columns: dims,
  values: values.subarray(4 * dims),
});
/** Variances along the principal axes, the largest first. */
function ranked(values: Float32Array): Float64Array {
  const centred = shifted(compareds(values), columnMeans(compareds(values)));
  return principalAxes(plainProducts.columnsByColumns(centred, centred), dims).variances;
}
const row = ({ columns, values }: Matrix, index: number): number[] => [
  ...values.subarray(index * columns, (index + 1) * columns),
];
const farthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? Number.NaN))), 0);
