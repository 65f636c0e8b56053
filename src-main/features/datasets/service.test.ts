import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { datasetSchema, type ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { EventName, ParsedInput } from '#contract/index.ts';
import { readEncodedFile } from '#core/encoded-file.ts';

import {
  npyOf,
  npyOfLists,
  tarGzOf,
  tarOf,
  zipOf,
  type ArchiveEntry,
} from '../../testing/archives.ts';
import { jobEnded } from '../../testing/job-ended.ts';
import { openTestDatasets, type TestDatasets } from '../../testing/test-datasets.ts';

import { purgeDatasets } from './purge.ts';
import type { DatasetsService } from './service.ts';

const corpus: readonly ArchiveEntry[] = [
  { name: 'aclImdb/README', text: 'not a review' },
  { name: 'aclImdb/test/neg/0_2.txt', text: 'a bad film, unseen' },
  { name: 'aclImdb/test/pos/0_10.txt', text: 'Good, good film' },
  { name: 'aclImdb/train/unsup/0_0.txt', text: 'unlabelled' },
  { name: 'aclImdb/train/pos/10_7.txt', text: 'A good film' },
  { name: 'aclImdb/train/pos/9_8.txt', text: 'Good. Very good!' },
  { name: 'aclImdb/train/neg/1_1.txt', text: 'a bad film' },
];

let temp: TestDatasets;
let datasets: DatasetsService;
let events: [EventName, unknown][];
let removedRuns: string[];

beforeEach(() => {
  events = [];
  removedRuns = [];
  temp = openTestDatasets({
    emit: (name, payload) => events.push([name, payload]),
    runs: {
      remove: (runIds) => {
        removedRuns.push(...runIds);
      },
      restore: () => undefined,
    },
  });
  ({ datasets } = temp);
});

afterEach(async () => {
  datasets.close();
  await temp.remove();
});

const quiet = () => ({ signal: new AbortController().signal, onProgress: () => undefined });
const importOf = (request: ImportRequest) => datasets.import(request, quiet());

const put = (name: string, content: Uint8Array | string) => temp.put(name, content);

/** The corpus as a folder `name` in the home. */
function putFolder(name: string, entries = corpus): string {
  for (const entry of entries) put(path.join(name, entry.name), entry.text ?? '');
  return path.join(temp.home, name);
}

describe('all reviews of a split', () => {
  it('have ratings where their source has, and facts under an encoding', async () => {
    const { dataset } = await importOf({ path: put('acl.tar.gz', await tarGzOf(corpus)) });
    const choice = { numWords: 100, maxLength: 4, truncating: 'pre' } as const;
    const facts = await datasets.reviewFacts(dataset.datasetId, 'test', choice);
    expect(facts.ratings).toEqual([2, 10]);
    expect([...facts.lengths]).toEqual([5, 4]);
    expect([...facts.cutShares]).toEqual([1 / 5, 0]);
    // "unseen" is in no training review; of four kept words one is unknown.
    expect([...facts.oovShares]).toEqual([1 / 4, 0]);
  });

  it('are found by what they hold', async () => {
    const { dataset } = await importOf({ path: put('acl.tar.gz', await tarGzOf(corpus)) });
    const find = async (split: 'train' | 'test', search: string) =>
      (await datasets.find({ datasetId: dataset.datasetId, split, search })).rows;
    expect(await find('train', 'good')).toEqual([1, 2]);
    expect(await find('test', 'FILM')).toEqual([0, 1]);
    expect(await find('test', 'nothing')).toEqual([]);
  });
});

describe('importing the aclImdb layout', () => {
  it('orders reviews by the bytes of their path, keeps ratings, ranks over train alone', async () => {
    const { dataset, notes } = await importOf({ path: put('acl.tar.gz', await tarGzOf(corpus)) });
    expect(notes).toEqual([]);
    expect(dataset).toMatchObject({
      name: 'acl',
      format: 'aclimdb',
      splits: { train: { count: 3, positive: 2 }, test: { count: 2, positive: 1 } },
      hasTexts: true,
      hasWords: true,
      vocabularySize: 5,
      warnings: [],
      createdAt: '2026-01-02T03:04:05.000Z',
    });
    expect(datasetSchema.parse(dataset)).toEqual(dataset);
    expect(dataset.contentHash.startsWith(dataset.datasetId)).toBe(true);

    const { datasetId } = dataset;
    const vocabulary = await datasets.vocabulary({ datasetId, offset: 0, count: 10 });
    expect(vocabulary.total).toBe(5);
    expect(vocabulary.rows.map(({ word, rank, count }) => [word, rank, count])).toEqual([
      ['good', 1, 3],
      ['a', 2, 2],
      ['film', 3, 2],
      ['bad', 4, 1],
      ['very', 5, 1],
    ]);
    const encoding = { numWords: 7, maxLength: 3, padding: 'pre', truncating: 'pre' } as const;
    const { total, rows } = await datasets.samples({
      datasetId,
      split: 'train',
      offset: 0,
      count: 9,
      encoding,
    });
    expect(total).toBe(3);
    expect(rows.map(({ row, label, rating, text }) => [row, label, rating, text])).toEqual([
      [0, 0, 1, 'a bad film'],
      [1, 1, 7, 'A good film'],
      [2, 1, 8, 'Good. Very good!'],
    ]);
    expect(rows[0]).toMatchObject({
      length: 4,
      padCount: 0,
      tokens: [
        { word: '<start>', id: 1, kind: 'start', isCut: true },
        { word: 'a', id: 5, kind: 'word', isCut: false },
        { word: 'bad', id: 2, kind: 'oov', isCut: false },
        { word: 'film', id: 6, kind: 'word', isCut: false },
      ],
    });

    const encoded = readEncodedFile(readFileSync(await datasets.encodedPath(datasetId)));
    expect(encoded.datasetHash).toBe(dataset.contentHash);
    expect([...(encoded.splits.train?.tokens ?? [])]).toEqual([1, 5, 7, 6, 1, 5, 4, 6, 1, 4, 8, 4]);
    expect([...(encoded.splits.train?.labels ?? [])]).toEqual([0, 1, 1]);
    expect([...(encoded.splits.test?.tokens ?? [])]).toEqual([1, 5, 7, 6, 2, 1, 4, 4, 6]);
  });

  it('finds the same dataset in every container and order', async () => {
    const first = await importOf({ path: put('a.tar.gz', await tarGzOf(corpus)) });
    const others = [
      put('b.tar', await tarOf(corpus.toReversed())),
      put('c.zip', zipOf(corpus)),
      putFolder('d'),
      path.join(putFolder('e'), 'aclImdb'),
    ];
    for (const other of others) {
      const again = await importOf({ path: other, name: 'other' });
      expect(again.dataset).toEqual(first.dataset);
      expect(again.notes.join(' ')).toContain('imported as "a"');
    }
    expect(datasets.list({})).toHaveLength(1);
  });

  it('tells labels, splits and texts apart in its hash', async () => {
    const changed = (index: number, entry: ArchiveEntry) =>
      corpus.map((old, at) => (at === index ? entry : old));
    const variants = [
      corpus,
      changed(4, { name: 'aclImdb/train/pos/10_7.txt', text: 'A good film.' }),
      changed(4, { name: 'aclImdb/train/neg/10_7.txt', text: 'A good film' }),
      changed(4, { name: 'aclImdb/test/pos/10_7.txt', text: 'A good film' }),
    ];
    const ids = [];
    for (const [index, entries] of variants.entries()) {
      ids.push(
        (await importOf({ path: put(`${index}.tar`, await tarOf(entries)) })).dataset.datasetId,
      );
    }
    expect(new Set(ids).size).toBe(4);
  });

  it('warns of copies across splits, empty reviews and one-sided splits', async () => {
    const { dataset } = await importOf({
      path: put(
        'warn.tar',
        await tarOf([
          { name: 'x/train/pos/0_9.txt', text: 'the same' },
          { name: 'x/train/neg/0_1.txt', text: '...' },
          { name: 'x/test/pos/0_9.txt', text: 'the same' },
        ]),
      ),
    });
    expect(dataset.warnings).toEqual([
      '1 of the 2 train reviews has no words; it is kept.',
      'The only test review is positive: accuracy on it says nothing.',
      'The only test review is an exact copy of a training review: a model may just remember it.',
    ]);
  });
});

describe('importing a Keras npz', () => {
  const npz = (arrays: Record<string, Uint8Array>) =>
    zipOf(Object.entries(arrays).map(([name, text]) => ({ name: `${name}.npy`, text })));
  const reviews = {
    x_train: npyOfLists([[1, 2, 7], [1]]),
    y_train: npyOf([1, 0]),
    x_test: npyOfLists([
      [2, 9],
      [1, 1],
    ]),
    y_test: npyOf([0, 1]),
  };
  const index = JSON.stringify({ the: 1, and: 2, film: 7, unseen: 9 });

  it('shifts ranks by three behind a start token, and shows words or #rank', async () => {
    const { dataset } = await importOf({ path: put('imdb.npz', npz(reviews)) });
    expect(dataset).toMatchObject({
      name: 'imdb',
      format: 'keras-npz',
      hasTexts: false,
      hasWords: false,
      vocabularySize: 3,
    });
    const { datasetId } = dataset;
    expect(await datasets.review(datasetId, 'train', 0)).toEqual({
      text: '#1 #2 #7',
      label: 1,
      words: ['<start>', '#1', '#2', '#7'],
      ids: Int32Array.of(1, 4, 5, 10),
    });
    await expect(datasets.encodeText(datasetId, 'the film')).rejects.toThrow(/word index/);
    const encoding = { numWords: 100, maxLength: 8, padding: 'pre', truncating: 'pre' } as const;
    const found = await datasets.samples({
      datasetId,
      split: 'train',
      offset: 0,
      count: 5,
      encoding,
      search: '#2 #7',
    });
    expect(found.rows.map(({ row }) => row)).toEqual([0]);

    const missing = path.join(temp.home, 'no.json');
    await expect(
      importOf({ path: put('b.npz', npz(reviews)), wordIndexPath: missing }),
    ).rejects.toThrow(`${missing} does not exist. Check the path.`);
    const again = await importOf({
      path: put('b.npz', npz(reviews)),
      wordIndexPath: put('words.json', index),
    });
    expect(again.dataset).toMatchObject({ datasetId, hasWords: true });
    expect(again.notes).toHaveLength(2);
    expect((await datasets.review(datasetId, 'train', 0)).text).toBe('the and film');
    expect(await datasets.encodeText(datasetId, 'The unseen, unknown')).toEqual({
      words: ['<start>', 'the', 'unseen', 'unknown'],
      ids: Int32Array.of(1, 4, 12, 2),
    });
    const searched = await datasets.samples({
      datasetId,
      split: 'train',
      offset: 0,
      count: 5,
      encoding,
      search: 'and film',
    });
    expect(searched.total).toBe(1);
  });

  it('takes encoded ids as they are: the same dataset as its ranks', async () => {
    const ranks = await importOf({ path: put('ranks.npz', npz(reviews)) });
    const encoded = {
      ...reviews,
      x_train: npyOfLists([
        [1, 4, 5, 10],
        [1, 4],
      ]),
      x_test: npyOfLists([
        [1, 5, 12],
        [1, 4, 4],
      ]),
    };
    const same = await importOf({ path: put('encoded.npz', npz(encoded)), ids: 'encoded' });
    expect(same.dataset.datasetId).toBe(ranks.dataset.datasetId);
  });

  it('doubts ranks that all start with 1', async () => {
    const rows = Array.from({ length: 20 }, (_, row) => [1, row + 4]);
    const labels = npyOf(rows.map((_, row) => row % 2));
    const file = npz({
      x_train: npyOfLists(rows),
      y_train: labels,
      x_test: npyOfLists(rows),
      y_test: labels,
    });
    const { dataset } = await importOf({ path: put('doubt.npz', file) });
    expect(dataset.warnings[0]).toContain('already encoded');
  });

  const bad: readonly (readonly [string, Record<string, Uint8Array>, RegExp])[] = [
    [
      'lengths that disagree',
      { ...reviews, y_train: npyOf([1, 0, 1]) },
      /x_train has 2 rows and y_train has 3/,
    ],
    [
      'a third label',
      { ...reviews, y_test: npyOf([0, 2]) },
      /Row 2 of y_test in bad.npz \(index 1\) has the label 2/,
    ],
    [
      'a missing array',
      { x_train: reviews.x_train, y_train: reviews.y_train },
      /has no array y_test/,
    ],
    [
      'a rank of zero inside',
      { ...reviews, x_train: npyOfLists([[1, 0, 2], [1]]) },
      /0 in row 1 of x_train .* \(index 0\) is no word rank/,
    ],
    [
      'a rank beyond any vocabulary',
      { ...reviews, x_train: npyOfLists([[1], [2_000_000_000]]) },
      /2000000000 in row 2/,
    ],
    ['negative ranks', { ...reviews, x_train: npyOfLists([[-4], [1]]) }, /-4 in row 1/],
    ['one number a row', { ...reviews, x_train: npyOf([1, 2]) }, /one number a row/],
    [
      'a header that lies about the shape',
      { ...reviews, y_train: npyOf([1, 0], { shape: '(900000000000,)' }) },
      /says it has the shape/,
    ],
    [
      'an array that is none',
      { ...reviews, x_train: Buffer.from('not an array') },
      /x_train in bad.npz is not a numpy array/,
    ],
    [
      'a pickle that is cut off',
      { ...reviews, x_train: reviews.x_train.subarray(0, -9) },
      /damaged pickle/,
    ],
  ];
  it.each(bad)('refuses %s', async (_, arrays, sentence) => {
    await expectRefused({ path: put('bad.npz', npz(arrays)) }, sentence);
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['a list', '[1]', /is not a word index/],
    ['two words of one rank', '{"a": 1, "b": 1}', /rank 1 to two words/],
    ['a word without a rank', '{"a": "x"}', /gives the word "a" no rank/],
  ])('refuses a word index that is %s', async (_, json, sentence) => {
    const request = { path: put('ok.npz', npz(reviews)), wordIndexPath: put('words.json', json) };
    await expectRefused(request, sentence);
  });
});

describe('hostile and mistaken sources', () => {
  const pair: readonly ArchiveEntry[] = [
    { name: 'a/train/pos/1_9.txt', text: 'good' },
    { name: 'a/test/pos/1_9.txt', text: 'bad' },
  ];
  const withEntry = (entry: ArchiveEntry) => tarOf([...pair, entry]);

  const sources: readonly (readonly [string, () => Uint8Array | Promise<Uint8Array>, RegExp])[] = [
    ['an empty file', () => new Uint8Array(0), /is empty/],
    ['a truncated gz', async () => (await tarGzOf(corpus)).subarray(0, 200), /cut off or damaged/],
    ['a truncated tar', async () => (await tarOf(corpus)).subarray(0, 1400), /cut off or damaged/],
    ['a truncated zip', () => zipOf(corpus).subarray(0, 300), /cut off or damaged/],
    [
      'a gz without a tar',
      () => gzipSync('no tar in here, only text '.repeat(90)),
      /holds no tar archive/,
    ],
    [
      'a gz with flipped bytes',
      async () => flip(await tarGzOf(corpus), 60),
      /cut off or damaged|is damaged|no tar archive/,
    ],
    [
      'a zip with flipped bytes',
      () =>
        flip(
          zipOf([
            { name: 'train/pos/1_9.txt', text: 'x'.repeat(300) },
            { name: 'test/pos/1_9.txt', text: 'y' },
          ]),
          50,
        ),
      /damaged/,
    ],
    [
      'another kind of file',
      () => Buffer.from('hello, this is a letter\nand no table'),
      /its format is unknown/,
    ],
    ['a bzip2 archive', () => Buffer.from('BZh91AY&SY'), /bzip2 archive; unpack it/],
    [
      'an archive without reviews',
      () => tarOf([{ name: 'x/readme.txt', text: 'hello' }]),
      /No reviews were found/,
    ],
    [
      'an archive without test reviews',
      () => tarOf([pair[0] as ArchiveEntry]),
      /has no test reviews/,
    ],
    [
      'a name that climbs out',
      () => withEntry({ name: '../../train/pos/2_9.txt', text: 'x' }),
      /points outside the archive/,
    ],
    [
      'an absolute name',
      () => withEntry({ name: '/etc/train/pos/2_9.txt', text: 'x' }),
      /points outside the archive/,
    ],
    [
      'a link in place of a review',
      () => withEntry({ name: 'a/train/pos/2_9.txt', linkTo: '/etc/passwd' }),
      /is a link/,
    ],
    [
      'two corpora in one',
      () => withEntry({ name: 'b/train/pos/1_9.txt', text: 'x' }),
      /two reviews named train\/pos\/1_9.txt/,
    ],
    [
      'bytes that are not UTF-8',
      () => withEntry({ name: 'a/train/pos/2_9.txt', text: new Uint8Array([0x63, 0xe9]) }),
      /train\/pos\/2_9.txt in bad is not UTF-8/,
    ],
    ['NUL bytes', () => withEntry({ name: 'a/train/pos/2_9.txt', text: 'a\0b' }), /NUL/],
    [
      'a huge review',
      () => withEntry({ name: 'a/train/pos/2_9.txt', text: 'x'.repeat(4_000_001) }),
      /too large for a review/,
    ],
    [
      'a tar bomb',
      async () => tarGzOf([{ name: 'zeros.bin', text: '0'.repeat(80_000_000) }]),
      /unpacks to far more/,
    ],
    [
      'a zip bomb',
      () => zipOf([...pair, { name: 'zeros.bin', text: '0'.repeat(70_000_000) }]),
      /unpacks to far more/,
    ],
  ];
  it.each(sources)('refuses %s', async (_, make, sentence) => {
    await expectRefused({ path: put('bad', await make()) }, sentence);
  });

  it('refuses a path that does not exist, and a folder without reviews', async () => {
    await expectRefused({ path: path.join(temp.home, 'nowhere') }, /does not exist/);
    await expectRefused(
      { path: putFolder('empty', [{ name: 'a.txt', text: 'x' }]) },
      /No reviews were found in empty/,
    );
  });

  it('refuses a format, word index or ids that do not fit the file', async () => {
    const file = put('ok.tar', await tarOf(corpus));
    await expectRefused({ path: file, format: 'keras-npz' }, /not of the format keras-npz/);
    await expectRefused({ path: file, ids: 'ranks' }, /belongs to keras-npz/);
  });

  it('reads pickles of numpy, and runs nothing of one that asks to', async () => {
    const evil = path.join(import.meta.dirname, 'importers/fixtures/evil.npz');
    await expectRefused({ path: evil }, /asks to create or run posix.system/);
  });
});

describe('jobs', () => {
  const ended = (jobId: string) => jobEnded(temp.jobs, jobId);

  it('imports the synthetic corpus with progress, and tells who listens', async () => {
    const job = datasets.startSample();
    expect(job).toMatchObject({ state: 'running', subject: { source: 'synthetic' } });
    const done = await ended(job.jobId);
    expect(done).toMatchObject({
      state: 'finished',
      progress: { phase: 'storing', done: 1, total: 1 },
    });
    const { datasetId } =
      done?.kind === 'datasetImport' ? (done.result ?? { datasetId: '' }) : { datasetId: '' };
    const dataset = datasets.get({ datasetId });
    expect(dataset).toMatchObject({
      name: 'Synthetic reviews',
      format: 'sample',
      splits: { train: { count: 4000, positive: 2000 }, test: { count: 2000, positive: 1000 } },
      warnings: [],
    });
    expect(events.slice(-2)).toEqual([
      ['datasets.changed', { datasetId: dataset.datasetId }],
      ['jobs.changed', { jobId: job.jobId }],
    ]);
  });

  it('leaves nothing behind when cancelled', async () => {
    const job = datasets.startSample();
    temp.jobs.cancel({ jobId: job.jobId });
    expect(await ended(job.jobId)).toMatchObject({ state: 'cancelled', result: null });
    expectNothingImported();
    expect(() => temp.jobs.cancel({ jobId: 'unknown' })).toThrow(/not known/);
  });

  it('is cancelled in the middle of an archive', async () => {
    const controller = new AbortController();
    const many = Array.from({ length: 3000 }, (_, index) => ({
      name: `a/train/pos/${index}_9.txt`,
      text: 'x',
    }));
    const file = put('many.tar', await tarOf([...many, { name: 'a/test/pos/1_9.txt', text: 'y' }]));
    const started = datasets.import(
      { path: file },
      {
        signal: controller.signal,
        onProgress: () => controller.abort(new AppError('cancelled', 'Cancelled.')),
      },
    );
    await expect(started).rejects.toMatchObject({ kind: 'cancelled' });
    expectNothingImported();
  });

  it('reports a failure as a sentence', async () => {
    const job = await datasets.startImport({
      path: put('bad.tar', await tarOf([{ name: 'x', text: 'y' }])),
    });
    expect(await ended(job.jobId)).toMatchObject({
      state: 'failed',
      failure: { message: expect.stringContaining('No reviews were found') as string },
    });
  });
});

describe('keeping and removing', () => {
  const addRun = (runId: string, datasetId: string) =>
    temp.databases.main
      .prepare(
        `INSERT INTO runs (run_id, name, state, dataset_id, config, parameters, colour_slot, created_at)
         VALUES (?, ?, 'finished', ?, '{}', 1, 0, '2026-01-01')`,
      )
      .run(runId, runId, datasetId);

  it('goes to the trash and comes back, by restore or by another import', async () => {
    const file = put('a.tar', await tarOf(corpus));
    const { datasetId } = (await importOf({ path: file })).dataset;
    expect(datasets.remove({ datasetId, withRuns: false }).runIds).toEqual([]);
    expect(datasets.list({})).toEqual([]);
    expect(datasets.list({ isTrash: true })).toHaveLength(1);
    expect(() => datasets.resolve('a')).toThrow(/is in the trash/);
    expect(datasets.resolve('a', { isTrash: true })).toBe(datasetId);
    expect(datasets.restore({ datasetId }).deletedAt).toBeNull();
    expect(() => datasets.resolve('a', { isTrash: true })).toThrow(/is not in the trash/);

    datasets.remove({ datasetId, withRuns: false });
    const again = await importOf({ path: file });
    expect(again.dataset).toMatchObject({ datasetId, deletedAt: null });
    expect(again.notes.join(' ')).toContain('in the trash');
  });

  it('is gone for good after its time in the trash, but not while a run of it could be restored', async () => {
    const files = await Promise.all(
      ['a', 'b', 'c'].map(async (name) =>
        put(`${name}.tar`, await tarOf([...corpus, { name: 'x/train/pos/99_9.txt', text: name }])),
      ),
    );
    const [gone, kept, used] = [
      (await importOf({ path: files[0] ?? '' })).dataset,
      (await importOf({ path: files[1] ?? '' })).dataset,
      (await importOf({ path: files[2] ?? '' })).dataset,
    ];
    addRun('r1', used.datasetId);
    datasets.remove({ datasetId: gone.datasetId, withRuns: false });
    datasets.remove({ datasetId: used.datasetId, withRuns: true });
    temp.databases.main.exec(`UPDATE runs SET deleted_at = '2026-01-02T03:04:05.000Z'`);
    const hasFolder = ({ contentHash }: { contentHash: string }) =>
      existsSync(path.join(temp.home, 'datasets', contentHash));
    const purge = (before: string) => {
      purgeDatasets(temp.databases.main, temp.home, before);
      return [gone, kept, used].map(hasFolder);
    };
    expect(purge('2026-01-01T00:00:00Z')).toEqual([true, true, true]);
    expect(purge('2026-01-03T00:00:00Z')).toEqual([false, true, true]);
    expect(() => datasets.get({ datasetId: gone.datasetId })).toThrow(/There is no dataset/);
    expect(datasets.list({ isTrash: true }).map(({ datasetId }) => datasetId)).toEqual([
      used.datasetId,
    ]);
    // The run itself was purged.
    temp.databases.main.exec('DELETE FROM runs');
    expect(purge('2026-01-04T00:00:00Z')).toEqual([false, true, false]);
    expect(datasets.list({}).map(({ datasetId }) => datasetId)).toEqual([kept.datasetId]);
  });

  it('is gone at once where the trash is emptied, but for what a run in it needs', async () => {
    const [gone, used] = [
      (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset,
      (
        await importOf({
          path: put('b.tar', await tarOf([...corpus, { name: 'x/train/pos/99_9.txt', text: 'b' }])),
        })
      ).dataset,
    ];
    addRun('r1', used.datasetId);
    datasets.remove({ datasetId: gone.datasetId, withRuns: false });
    datasets.remove({ datasetId: used.datasetId, withRuns: true });
    expect(datasets.emptyTrash()).toBe(1);
    expect(() => datasets.get({ datasetId: gone.datasetId })).toThrow(/There is no dataset/);
    expect(existsSync(path.join(temp.home, 'datasets', gone.contentHash))).toBe(false);
    expect(datasets.list({ isTrash: true }).map(({ datasetId }) => datasetId)).toEqual([
      used.datasetId,
    ]);
    expect(datasets.emptyTrash()).toBe(0);
  });

  it('goes with its runs or not at all', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    addRun('r1', datasetId);
    addRun('r2', datasetId);
    expect(datasets.get({ datasetId }).runCount).toBe(2);
    expect(() => datasets.remove({ datasetId, withRuns: false }).runIds).toThrow(
      /2 runs were trained on "a"/,
    );
    expect(datasets.list({})).toHaveLength(1);
    expect(datasets.remove({ datasetId, withRuns: true }).runIds).toEqual(['r1', 'r2']);
    expect(removedRuns).toEqual(['r1', 'r2']);
  });

  it('stays where its runs cannot be removed', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    addRun('r1', datasetId);
    const stubborn = temp.open({
      runs: {
        remove: () => {
          throw new AppError('inUse', 'A run is training.');
        },
        restore: () => undefined,
      },
    });
    expect(() => stubborn.remove({ datasetId, withRuns: true }).runIds).toThrow(/training/);
    expect(datasets.list({})).toHaveLength(1);
    stubborn.close();
  });

  it('writes the encoded file again, byte for byte, where it is missing', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    const file = await datasets.encodedPath(datasetId);
    const before = readFileSync(file);
    rmSync(file);
    expect(readFileSync(await datasets.encodedPath(datasetId))).toEqual(before);
  });

  it('writes it again where a bit has flipped, for that would train another model without a word', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    const file = await datasets.encodedPath(datasetId);
    const before = readFileSync(file);
    const flipped = Buffer.from(before);
    flipped[flipped.length - 5] = (flipped[flipped.length - 5] ?? 0) ^ 1;
    writeFileSync(file, flipped);
    expect(readFileSync(await datasets.encodedPath(datasetId))).toEqual(before);
    // Files of an older version have no seal yet.
    rmSync(path.join(path.dirname(file), 'ids.sha256'));
    expect(await datasets.encodedPath(datasetId)).toBe(file);
    writeFileSync(file, flipped);
    expect(readFileSync(await datasets.encodedPath(datasetId))).toEqual(before);
  });

  it('sweeps what an import of a vanished process has left, and no other', () => {
    const parent = path.join(temp.home, 'datasets');
    const own = path.join(parent, `.importing-${process.pid}-aaaaaa`);
    const gone = path.join(parent, '.importing-999999999-bbbbbb');
    for (const folder of [own, gone]) mkdirSync(folder, { recursive: true });
    const other = temp.open();
    expect([existsSync(own), existsSync(gone)]).toEqual([true, false]);
    other.close();
  });

  it('takes a folder that lost its row in a crash for what it is', async () => {
    const file = put('a.tar', await tarOf(corpus));
    const { dataset } = await importOf({ path: file });
    temp.databases.main.exec('DELETE FROM datasets');
    const again = await importOf({ path: file });
    expect(again.dataset.contentHash).toBe(dataset.contentHash);
    expect((await datasets.review(again.dataset.datasetId, 'train', 0)).text).toBe('a bad film');
  });

  it('imports again into a row whose files are gone', async () => {
    const file = put('a.tar', await tarOf(corpus));
    const { dataset } = await importOf({ path: file });
    rmSync(path.join(temp.home, 'datasets', dataset.contentHash), { recursive: true });
    await expect(datasets.review(dataset.datasetId, 'train', 0)).rejects.toThrow();
    const again = await importOf({ path: file });
    expect(again.dataset.datasetId).toBe(dataset.datasetId);
    expect((await datasets.review(dataset.datasetId, 'train', 0)).text).toBe('a bad film');
  });

  it.each(['documents.sqlite', 'ids.bin'])(
    'replaces a damaged %s when its content comes again',
    async (name) => {
      const file = put('a.tar', await tarOf(corpus));
      const { dataset } = await importOf({ path: file });
      const damaged = path.join(temp.home, 'datasets', dataset.contentHash, name);
      const before = readFileSync(damaged);
      writeFileSync(damaged, before.subarray(0, before.length / 2));
      const { notes } = await importOf({ path: file });
      expect(notes.join(' ')).toContain('missing or damaged and are whole again');
      expect(readFileSync(damaged)).toEqual(before);
      expect((await importOf({ path: file })).notes).toHaveLength(1);
    },
  );
});

describe('views', () => {
  it('shows coverage, lengths and fit of the training split', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    expect(await datasets.coverage({ datasetId, from: 3, to: 4, step: 1 })).toEqual([
      { maxLength: 3, percent: 0 },
      { maxLength: 4, percent: 100 },
    ]);
    expect(await datasets.lengths({ datasetId, binWidth: 2, bins: 3 })).toMatchObject({
      counts: [0, 0, 3],
      longest: 4,
    });
    // Kept tokens: bad film | good film | very good; ids from 7 on are bad and very.
    expect(await datasets.fit({ datasetId, maxLength: 2, numWords: 7 })).toEqual({
      percentWhole: 0,
      cutCount: 3,
      oovPercent: 33.333,
    });
    // Whole: nine words, the start tokens left out, of which bad and very are cut.
    expect(await datasets.fit({ datasetId, maxLength: 4, numWords: 7 })).toMatchObject({
      oovPercent: 22.222,
    });
    expect(await datasets.fit({ datasetId, maxLength: 4, numWords: 100 })).toEqual({
      percentWhole: 100,
      cutCount: 0,
      oovPercent: 0,
    });
    await expect(datasets.coverage({ datasetId, from: 9, to: 4, step: 1 })).rejects.toThrow(
      /below/,
    );
    await expect(datasets.review(datasetId, 'train', 3)).rejects.toThrow(
      /no review 3: it has 3, counted from 0/,
    );
  });

  it('finds reviews by text and words by part, wildcards taken literally', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    const encoding = { numWords: 100, maxLength: 8, padding: 'pre', truncating: 'pre' } as const;
    const rowsOf = async (search: string) =>
      (
        await datasets.samples({ datasetId, split: 'train', offset: 0, count: 9, encoding, search })
      ).rows.map(({ row }) => row);
    expect(await rowsOf('GOOD')).toEqual([1, 2]);
    expect(await rowsOf('%')).toEqual([]);
    expect(await rowsOf('_')).toEqual([]);
    const words = await datasets.vocabulary({ datasetId, offset: 0, count: 9, search: 'OO' });
    expect(words.rows.map(({ word }) => word)).toEqual(['good']);
    const page = await datasets.vocabulary({ datasetId, offset: 3, count: 1 });
    expect(page).toMatchObject({ total: 5, rows: [{ word: 'bad' }] });
  });

  it('sorts words by either end, and among those a model would keep', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    const ask = async (more: Partial<ParsedInput<'datasets.vocabulary'>>) => {
      const { total, rows } = await datasets.vocabulary({
        datasetId,
        offset: 0,
        count: 9,
        ...more,
      });
      return {
        total,
        words: rows.map(({ word }) => word),
        scores: rows.map(({ zScore }) => zScore ?? Number.NaN),
      };
    };
    // Train: "a bad film" against "a good film" and "good very good".
    const positive = await ask({ order: 'positive' });
    expect(positive.words).toEqual(['good', 'very', 'a', 'film', 'bad']);
    expect(positive.scores[0]).toBeGreaterThan(0.1);
    expect(positive.scores.at(-1)).toBeLessThan(-0.1);
    expect((await ask({ order: 'negative' })).words).toEqual(['bad', 'a', 'film', 'very', 'good']);
    expect((await ask({ order: 'rare' })).words).toEqual(['very', 'bad', 'film', 'a', 'good']);
    // Ids below 7 are those of the first three words.
    expect(await ask({ order: 'negative', numWords: 7 })).toMatchObject({
      total: 3,
      words: ['a', 'film', 'good'],
    });
    expect(await ask({ order: 'negative', numWords: 7, search: 'o' })).toMatchObject({
      total: 1,
      words: ['good'],
    });
  });

  it('knows the share of unknown tokens at any size of the vocabulary, of texts and of ids', async () => {
    const { datasetId } = (await importOf({ path: put('a.tar', await tarOf(corpus)) })).dataset;
    const unknown = await datasets.unknown({ datasetId, numWords: [4, 5, 7, 6000] });
    expect(unknown.map(({ percent }) => percent)).toEqual([100, 66.667, 22.222, 0]);
    const lists = [
      [4, 4, 2],
      [5, 4],
    ];
    const npz = put(
      'ids.npz',
      zipOf(
        Object.entries({
          x_train: npyOfLists(lists),
          y_train: npyOf([0, 1]),
          x_test: npyOfLists(lists),
          y_test: npyOf([0, 1]),
        }).map(([name, text]) => ({ name: `${name}.npy`, text })),
      ),
    );
    const { dataset } = await importOf({ path: npz, ids: 'encoded' });
    const ofIds = await datasets.unknown({ datasetId: dataset.datasetId, numWords: [5, 6000] });
    expect(ofIds.map(({ percent }) => percent)).toEqual([40, 20]);
  });
});

async function expectRefused(request: ImportRequest, sentence: RegExp): Promise<void> {
  const error: unknown = await importOf(request).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  const { message, kind } = error as AppError;
  expect(message).toMatch(sentence);
  expect(message).toMatch(/[.]$/);
  expect(kind).not.toBe('internal');
  expectNothingImported();
}

function expectNothingImported(): void {
  expect(datasets.list({})).toEqual([]);
  const folder = path.join(temp.home, 'datasets');
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let i = 0; i < 8; i += 1) copy[at + i] = (copy[at + i] ?? 0) ^ 0xff;
  return copy;
}
