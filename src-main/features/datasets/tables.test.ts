import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  datasetSchema,
  importPreviewSchema,
  type Dataset,
  type ImportRequest,
} from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';

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

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

const importOf = (request: ImportRequest) => at.importOf(request);
const put = (name: string, content: string | Uint8Array) => at.put(name, content);

const csvOf = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`).join('');

/** Ten reviews of each class, of which two each are drawn for the test split. */
const reviews = [
  ['review', 'sentiment'],
  ...Array.from({ length: 20 }, (_, index) => [
    `Review number ${index}, a ${index % 2 === 0 ? 'good' : 'bad'} film`,
    index % 2 === 0 ? 'positive' : 'negative',
  ]),
];

describe('importing a table', () => {
  it('imports review,sentiment without a question, and knows it again in any form', async () => {
    const { dataset } = await importOf({ path: put('movies.csv', csvOf(reviews)) });
    expect(datasetSchema.parse(dataset)).toEqual(dataset);
    expect(dataset).toMatchObject({
      name: 'movies',
      format: 'csv',
      splits: { train: { count: 16, positive: 8 }, test: { count: 4, positive: 2 } },
      hasTexts: true,
      hasWords: true,
    });
    expect(dataset.findings.map(({ kind }) => kind)).toEqual(['drawn']);
    expect(dataset.warnings).toEqual(dataset.findings.map(({ text }) => text));
    const lines = reviews
      .slice(1)
      .map(([text, label]) => JSON.stringify({ text, label: label === 'positive' ? 1 : 0 }));
    for (const file of [
      put('again.jsonl', lines.join('\n')),
      put('again.tsv', reviews.map((row) => row.join('\t')).join('\r\n')),
    ]) {
      const again = await importOf({ path: file });
      expect(again.dataset.datasetId).toBe(dataset.datasetId);
      expect(again.notes.join(' ')).toContain('imported as "movies"');
    }
  });

  it('leaves nothing behind where a row is refused', async () => {
    const file = put('bad.csv', csvOf([...reviews, ['so so', 'neutral']]));
    await expect(importOf({ path: file })).rejects.toThrow(
      /^Row 22 of bad.csv has the label "neutral"/,
    );
    expect(at.datasets.list({})).toEqual([]);
    expect(readdirSync(path.join(at.home, 'datasets'))).toEqual([]);
  });

  it('refuses options that a format has no use for', async () => {
    await expect(importOf({ path: put('a.csv', csvOf(reviews)), ids: 'ranks' })).rejects.toThrow(
      /^The meaning of ids belongs to keras-npz; a.csv is read as csv/,
    );
    await expect(
      importOf({ path: put('a.jsonl', '{"text":"a","label":1}'), delimiter: ',' }),
    ).rejects.toThrow(/delimiter belongs to csv, tsv; a.jsonl is read as jsonl/);
    await expect(
      importOf({ path: put('b.csv', csvOf(reviews)), threshold: 3, positive: 'x' }),
    ).rejects.toThrow(/not both/);
    await expect(
      importOf({ path: put('c.csv', csvOf(reviews)), format: 'parquet' }),
    ).rejects.toThrow(/looks like csv/);
  });
});

describe('a folder a label', () => {
  it('is imported with or without split folders, any two names', async () => {
    const files = {
      'good/b.txt': 'fine film',
      'good/a.txt': 'great film',
      'bad/1.txt': 'dull film',
      'bad/2.txt': 'long film',
    };
    for (const [name, text] of Object.entries(files)) put(`plain/${name}`, text);
    const plain = await importOf({ path: path.join(at.home, 'plain') });
    expect(plain.dataset).toMatchObject({
      format: 'folders',
      splits: { train: { count: 2, positive: 1 }, test: { count: 2, positive: 1 } },
    });

    for (const [name, text] of Object.entries(files)) {
      put(`split/train/${name}`, text);
      put(`split/test/${name}`, `another ${text}`);
      put(`split/val/${name}`, `a third ${text}`);
    }
    const { dataset } = await importOf({ path: path.join(at.home, 'split') });
    expect(dataset.splits).toEqual({
      train: { count: 4, positive: 2 },
      test: { count: 4, positive: 2 },
      validation: { count: 4, positive: 2 },
    });
    // By the bytes of the path.
    const texts = await Promise.all(
      [0, 1, 2, 3].map(
        async (row) => (await at.datasets.review(dataset.datasetId, 'train', row)).text,
      ),
    );
    expect(texts).toEqual(['dull film', 'long film', 'great film', 'fine film']);
  });

  describe('in an archive', () => {
    const texts = ['up', 'down'].flatMap((label, side) =>
      Array.from({ length: 5 }, (_, index) => ({
        name: `${label}/${index}.txt`,
        text: `a film ${label} ${index * 2 + side}`,
      })),
    ) satisfies ArchiveEntry[];
    const writers = {
      tar: tarOf,
      'tar.gz': tarGzOf,
      zip: (entries: readonly ArchiveEntry[]) => Promise.resolve(zipOf(entries)),
    };
    const labels = { negative: 'down', positive: 'up' };
    const extra: readonly ArchiveEntry[] = [
      { name: '__MACOSX/up/._1.txt', text: 'of the system' },
      { name: 'unsup/9.txt', text: 'without a label' },
    ];

    describe.each(['tar', 'tar.gz', 'zip'] as const)('%s', (kind) => {
      const write = async (entries: readonly ArchiveEntry[]) =>
        put(`films.${kind}`, await writers[kind](entries));

      it('is imported as from the folder itself, under other folders too', async () => {
        for (const { name, text = '' } of texts) put(`plain/${name}`, text);
        const folder = (await importOf({ path: path.join(at.home, 'plain'), ...labels })).dataset;
        for (const [top, entries] of [
          ['', extra],
          ['./', []],
          ['films/', []],
        ] as const) {
          const file = await write([
            ...texts.toReversed().map((entry) => ({ ...entry, name: `${top}${entry.name}` })),
            ...entries,
          ]);
          expect((await importOf({ path: file, ...labels })).dataset.datasetId).toBe(
            folder.datasetId,
          );
        }
        const split = await write(
          ['train', 'test'].flatMap((name) =>
            texts.map((entry) => ({
              name: `films/${name}/${entry.name}`,
              text: `${entry.text} ${name}`,
            })),
          ),
        );
        expect((await importOf({ path: split, ...labels })).dataset).toMatchObject({
          format: 'folders',
          splits: { train: { count: 10, positive: 5 }, test: { count: 10, positive: 5 } },
        });
      });

      it('is looked at before', async () => {
        const preview = await at.datasets.preview({ path: await write(texts) });
        expect(preview).toMatchObject({
          format: 'folders',
          rowsSeen: 10,
          textColumn: 'text',
          labelColumn: 'label',
        });
        expect(preview.labels.map(({ value, count }) => [value, count])).toEqual([
          ['down', 5],
          ['up', 5],
        ]);
        expect(preview.rows[0]).toEqual(['a film down 1', 'down']);
        expect(preview.questions).toEqual([]);
        expect(existsSync(path.join(at.home, 'datasets'))).toBe(false);
      });

      it.each<readonly [string, ArchiveEntry, RegExp]>([
        [
          'a name that climbs out',
          { name: '../up/6.txt', text: 'x' },
          /its entry "\.\.\/up\/6\.txt" points outside the archive/,
        ],
        ['an absolute name', { name: '/up/6.txt', text: 'x' }, /points outside the archive/],
        [
          'a link',
          { name: 'up/6.txt', linkTo: '/etc/passwd' },
          /^up\/6\.txt in films\..* is a link, not a file/,
        ],
        [
          'a huge text',
          { name: 'up/6.txt', text: 'x'.repeat(4_000_001) },
          /^up\/6\.txt in films\..* is too large/,
        ],
        ['a bomb', { name: 'up/zeros.bin', text: '0'.repeat(70_000_000) }, /unpacks to far more/],
        [
          'NUL bytes',
          { name: 'up/6.txt', text: 'a\0b' },
          /^up\/6\.txt of films\..* holds a NUL character/,
        ],
        [
          'bytes that are no UTF-8',
          { name: 'up/6.txt', text: new Uint8Array([0x63, 0xe9]) },
          /^up\/6\.txt in films\..* is not valid UTF-8/,
        ],
        [
          'a third label',
          { name: 'left/6.txt', text: 'x' },
          /^left\/6\.txt of films\..* has the label "left"/,
        ],
      ])('refuses %s and keeps nothing', async (_, entry, sentence) => {
        // A plain tar is as large as what it holds, so it cannot be a bomb.
        if (kind === 'tar' && sentence.source.includes('unpacks')) return;
        const file = await write([...texts, entry]);
        const error: unknown = await importOf({ path: file, ...labels }).catch(
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).message).toMatch(sentence);
        expect(at.datasets.list({})).toEqual([]);
        const folder = path.join(at.home, 'datasets');
        expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
      });
    });
  });

  it('names what cannot be used', async () => {
    for (const label of ['up', 'down']) put(`names/${label}/a.txt`, `a film ${label}`);
    put('names/left/a.txt', 'a film');
    await expect(importOf({ path: path.join(at.home, 'names') })).rejects.toThrow(
      /^left\/a.txt of names has the label "left"/,
    );
    put('latin/pos/a.txt', 'fine');
    put('latin/neg/a.txt', new Uint8Array([0x63, 0xe9]));
    const latin = path.join(at.home, 'latin');
    await expect(importOf({ path: latin })).rejects.toThrow(
      /neg\/a.txt in latin is not valid UTF-8/,
    );
    put('latin/pos/b.txt', 'good');
    put('latin/neg/b.txt', 'bad');
    expect(
      (await importOf({ path: latin, encoding: 'windows-1252' })).dataset.splits.train.count,
    ).toBe(2);
  });

  it('stays aclImdb where its names are those of aclImdb', async () => {
    for (const split of ['train', 'test'])
      for (const label of ['pos', 'neg']) put(`acl/${split}/${label}/1_9.txt`, `${split} ${label}`);
    const folder = path.join(at.home, 'acl');
    const { dataset } = await importOf({ path: folder });
    expect(dataset.format).toBe('aclimdb');
    expect((await importOf({ path: folder, format: 'folders' })).dataset.datasetId).toBe(
      dataset.datasetId,
    );
    for (const label of ['pos', 'neg']) put(`acl/train/${label}/2_9.txt`, `${label} again, told`);
    const told = (await importOf({ path: folder, dropWords: ['told', 'again'] })).dataset;
    expect(told.datasetId).toBe(dataset.datasetId);
  });
});

describe('findings', () => {
  const words = (seed: number) =>
    Array.from({ length: 40 }, (_, index) => `word${(seed * 7919 + index * 104_729) % 5000}`).join(
      ' ',
    );

  it('say which reviews are copies, nearly copies, empty, and which word tells', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => [
      `${words(index)}${index % 2 === 0 ? ' leak' : ''}`,
      String(index % 2 === 0 ? 1 : 0),
      'train',
    ]);
    const [first = '', second = ''] = rows.map(([text]) => text ?? '');
    const file = put(
      'found.csv',
      csvOf([
        ['text', 'label', 'split'],
        ...rows,
        ['...', '1', 'test'],
        [first, '1', 'test'],
        [`${second} really`, '0', 'test'],
        [words(1000), '0', 'test'],
      ]),
    );
    const { findings } = (await importOf({ path: file })).dataset;
    expect(findings).toEqual([
      {
        kind: 'empty',
        count: 1,
        split: 'test',
        rows: [{ split: 'test', row: 0 }],
        text: '1 of the 4 test reviews has no words; it is kept.',
      },
      {
        kind: 'copies',
        count: 1,
        split: 'test',
        rows: [{ split: 'test', row: 1, of: { split: 'train', row: 0 } }],
        text: expect.stringContaining('is an exact copy') as string,
      },
      {
        kind: 'nearCopies',
        count: 1,
        split: 'test',
        rows: [{ split: 'test', row: 2, of: { split: 'train', row: 1 } }],
        text: expect.stringContaining('is nearly a copy') as string,
      },
      {
        kind: 'givenAway',
        count: 100,
        words: [{ word: 'leak', count: 100, label: 'positive' }],
        text: expect.stringMatching(
          /^The word "leak" gives the label away: 100 of the 100 training .* where 99 % of at least 50 reviews/,
        ) as string,
      },
    ]);
    const dropped = (await importOf({ path: file, drop: ['duplicates', 'empty'] })).dataset;
    expect(dropped.splits.test.count).toBe(2);
    expect(dropped.findings.map(({ kind, count }) => [kind, count])).toEqual([
      ['dropped', 1],
      ['dropped', 1],
      ['oneClass', 2],
      ['nearCopies', 1],
      ['givenAway', 100],
    ]);
    expect(at.datasets.list({})).toHaveLength(2);
  });

  it('go with a word whose reviews are left out', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => [
      `${words(index)}${index % 4 === 0 ? ' Leak!' : ''}`,
      String(index % 2 === 0 ? 1 : 0),
    ]);
    const path = put('leak.csv', csvOf([['text', 'label'], ...rows]));
    const told = ({ findings }: Dataset) =>
      findings.flatMap(({ words: telling = [] }) => telling.map(({ word }) => word));
    expect(told((await importOf({ path })).dataset)).toEqual(['leak']);
    const { dataset } = await importOf({ path, dropWords: ['LEAK'] });
    expect(told(dataset)).toEqual([]);
    const { train, test } = dataset.splits;
    expect([train.count + test.count, train.positive + test.positive]).toEqual([300, 100]);
    expect(dataset.findings.find(({ kind }) => kind === 'dropped')).toEqual({
      kind: 'dropped',
      count: 100,
      text: '100 reviews with the word "leak" were left out, as asked for.',
    });
    const imports = at.datasets.list({}).length;
    await expect(importOf({ path, dropWords: ['leak', 'leek'] })).rejects.toThrow(
      'No review of leak.csv holds the word "leek", whose reviews were to be left out.',
    );
    await expect(importOf({ path, dropWords: ['a leak'] })).rejects.toThrow(
      '"a leak" is not one word.',
    );
    expect(at.datasets.list({})).toHaveLength(imports);
  });

  it('say what repeats within a split, and what is left out with all that is nearly alike', async () => {
    const rows = Array.from({ length: 8 }, (_, index) => [
      words(index * 3),
      String(index % 2),
      index < 4 ? 'train' : 'test',
    ]);
    const near = (index: number) => `${rows[index]?.[0]} really`;
    const file = put(
      'within.csv',
      csvOf([
        ['text', 'label', 'split'],
        ...rows,
        [rows[1]?.[0] ?? '', '1', 'train'],
        [near(2), '0', 'train'],
        // Of train and of test: what is of train counts.
        [near(2), '0', 'test'],
        [`${near(2)} so`, '1', 'test'],
        [near(5), '1', 'test'],
        [rows[6]?.[0] ?? '', '1', 'test'],
      ]),
    );
    const { findings } = (await importOf({ path: file })).dataset;
    const places = findings.map(({ kind, rows: found }) => [
      kind,
      found?.map(({ split, row }) => `${split} ${row}`),
    ]);
    expect(places).toEqual([
      ['contradictions', ['test 2']],
      ['copiesWithin', ['train 4']],
      ['nearCopiesWithin', ['train 5']],
      ['copies', ['test 4']],
      ['nearCopies', ['test 5']],
      ['copiesWithin', ['test 7']],
      ['nearCopiesWithin', ['test 6']],
    ]);
    const { dataset } = await importOf({ path: file, drop: ['nearCopies'] });
    expect(dataset.splits).toMatchObject({ train: { count: 4 }, test: { count: 4 } });
    expect(dataset.findings.map(({ kind, count }) => [kind, count])).toEqual([
      ['dropped', 3],
      ['dropped', 3],
    ]);
  });

  it('say what validation shares with train, else with test', async () => {
    const rows = Array.from({ length: 8 }, (_, index) => [
      words(index * 3),
      String(index % 2),
      index < 4 ? 'train' : 'test',
    ]);
    const copyOf = (index: number) => rows[index]?.[0] ?? '';
    const file = put(
      'shared.csv',
      csvOf([
        ['text', 'label', 'split'],
        ...rows,
        [words(500), '1', 'validation'],
        [copyOf(1), '1', 'validation'],
        [copyOf(5), '0', 'validation'],
        [copyOf(5), '0', 'validation'],
        [`${copyOf(6)} really`, '1', 'validation'],
      ]),
    );
    const { findings } = (await importOf({ path: file })).dataset;
    expect(
      findings.map(({ kind, rows: found }) => [
        kind,
        found?.map(({ split, row }) => `${split} ${row}`),
      ]),
    ).toEqual([
      ['contradictions', ['test 1', 'validation 3']],
      ['copies', ['validation 1']],
      ['copiesOfTest', ['validation 2', 'validation 3']],
      ['nearCopiesOfTest', ['validation 4']],
    ]);
    expect(findings.map(({ text }) => text)[2]).toBe(
      '2 of the 5 validation reviews are exact copies of test reviews: the epoch is then chosen on what is tested. 2 of them have another label than the review they repeat.',
    );
    const { dataset } = await importOf({ path: file, drop: ['nearCopies'] });
    expect(dataset.splits.validation).toEqual({ count: 1, positive: 1 });
  });

  it('find short reviews again that differ in case and punctuation only', async () => {
    const rows = [
      ['A fine film, go!', '1', 'train'],
      ['A dull film: stay.', '0', 'train'],
      ['a FINE film go', '1', 'train'],
      ['A dull film stay', '0', 'test'],
      ['A fine book, go!', '1', 'test'],
    ];
    const file = put('short.csv', csvOf([['text', 'label', 'split'], ...rows]));
    const { findings } = (await importOf({ path: file })).dataset;
    expect(findings.map(({ kind, rows: found }) => [kind, found])).toEqual([
      ['nearCopiesWithin', [{ split: 'train', row: 2, of: { split: 'train', row: 0 } }]],
      ['nearCopies', [{ split: 'test', row: 0, of: { split: 'train', row: 1 } }]],
    ]);
    const { dataset } = await importOf({ path: file, drop: ['nearCopies'] });
    expect([dataset.splits.train.count, dataset.splits.test.count]).toEqual([2, 1]);
  });

  it('say that the delimiter is probably another where there is one column only', async () => {
    const path = put('one.csv', csvOf(reviews));
    const sentence = 'Only one column was found in one.csv, so its delimiter is probably another.';
    await expect(importOf({ path, delimiter: ';' })).rejects.toThrow(sentence);
    const { questions } = await at.datasets.preview({ path, delimiter: ';' });
    expect(questions).toMatchObject([
      { kind: 'labelColumn', text: expect.stringContaining(sentence) as string },
    ]);
  });

  it('say of an Excel file that it is to be saved as CSV', async () => {
    const sentence = /is an Excel file, .* Save it as CSV/;
    const book = put('book.xlsx', zipOf([{ name: 'xl/workbook.xml', text: '<workbook/>' }]));
    await expect(at.datasets.preview({ path: book })).rejects.toThrow(sentence);
    await expect(importOf({ path: book })).rejects.toThrow(sentence);
    const old = put('book.xls', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1));
    await expect(importOf({ path: old })).rejects.toThrow(sentence);
  });

  it('ask about a split column with values that name no split', async () => {
    const file = (name: string, split: (index: number) => string) =>
      put(
        name,
        csvOf(reviews.map((cells, index) => [...cells, index === 0 ? 'split' : split(index)])),
      );
    const held = file('held.csv', (index) => (index > 16 ? 'Hold-out' : 'Training'));
    await expect(importOf({ path: held })).rejects.toMatchObject({
      message: expect.stringMatching(/"split" of held.csv .*"hold-out"/s) as string,
      flag: '--split-column split, or --split-column none',
    });
    expect(await at.datasets.preview({ path: held })).toMatchObject({
      splitColumn: 'split',
      splits: [
        { value: 'Training', split: 'train' },
        { value: 'Hold-out', split: null },
      ],
    });
    const taken = await importOf({ path: held, splitColumn: 'split' });
    expect(taken.dataset.splits).toMatchObject({ train: { count: 16 }, test: { count: 4 } });
    expect(taken.dataset.warnings).toContain(
      'The value "Hold-out" of the split column was taken for the test split, as asked for.',
    );
    const drawn = await importOf({ path: held, splitColumn: null });
    expect(drawn.dataset.contentHash).not.toBe(taken.dataset.contentHash);

    const parts = file('parts.csv', (index) => `part ${index % 3}`);
    await expect(importOf({ path: parts })).rejects.toMatchObject({
      message: expect.stringContaining('"part 1", "part 2", "part 0"') as string,
      flag: '--split-column none',
    });
    await expect(importOf({ path: parts, splitColumn: 'split' })).rejects.toThrow(
      /^Row 2 .*the split "part 1"/,
    );
  });

  it('say that one split is much longer than the other', async () => {
    const rows = Array.from({ length: 80 }, (_, index) => [
      `${words(index)} ${index < 40 ? words(index + 500) : ''}`.trim(),
      String(index % 2),
      index < 40 ? 'test' : 'train',
    ]);
    const { findings } = (
      await importOf({ path: put('long.csv', csvOf([['text', 'label', 'split'], ...rows])) })
    ).dataset;
    expect(findings.map(({ kind, text }) => [kind, text])).toEqual([
      [
        'lengths',
        expect.stringMatching(/^Reviews of test are much longer .* 80 words or fewer, in train 40/),
      ],
    ]);
  });

  it('leave out copies of archives too', async () => {
    const archive = put(
      'acl.tar.gz',
      await tarGzOf([
        { name: 'train/pos/1_9.txt', text: 'the same' },
        { name: 'train/neg/1_1.txt', text: 'another' },
        { name: 'test/pos/1_9.txt', text: 'the same' },
        { name: 'test/neg/1_1.txt', text: 'a third' },
      ]),
    );
    const { dataset } = await importOf({ path: archive, drop: ['duplicates'] });
    expect(dataset.splits).toEqual({
      train: { count: 2, positive: 1 },
      test: { count: 1, positive: 0 },
    });
    expect(
      (
        await at.datasets.samples({
          datasetId: dataset.datasetId,
          split: 'train',
          offset: 0,
          count: 9,
          encoding: { numWords: 100, maxLength: 9, padding: 'pre', truncating: 'pre' },
        })
      ).rows.map(({ rating }) => rating),
    ).toEqual([1, 9]);
  });
});

describe('exporting', () => {
  const rated = csvOf([
    ['text', 'stars', 'split'],
    ...reviews
      .slice(1)
      .map(([text], index) => [
        `${text ?? ''} "é\n`,
        String((index % 10) + 0.5),
        ['train', 'test', 'dev'][index % 3] ?? '',
      ]),
  ]);

  it.each(['jsonl', 'parquet'] as const)(
    'to %s imports back to the same content, ratings included',
    async (format) => {
      const { dataset } = await importOf({ path: put('rated.csv', rated), threshold: 5 });
      const out = path.join(at.home, `out.${format}`);
      const seen: number[] = [];
      const written = await at.datasets.exportTo(dataset.datasetId, format, out, {
        isForced: false,
        onProgress: (done) => seen.push(done),
      });
      expect(written).toEqual({ path: out, bytes: readFileSync(out).length });
      expect(seen.at(-1)).toBe(20);
      at.databases.main.exec('DELETE FROM datasets');
      const back = (await importOf({ path: out })).dataset;
      expect(back.contentHash).toBe(dataset.contentHash);
      const encoding = { numWords: 100, maxLength: 9, padding: 'pre', truncating: 'pre' } as const;
      const { rows } = await at.datasets.samples({
        datasetId: back.datasetId,
        split: 'train',
        offset: 0,
        count: 3,
        encoding,
      });
      expect(rows.map(({ rating }) => rating)).toEqual([0.5, 3.5, 6.5]);
    },
  );

  it.each(['jsonl', 'parquet'] as const)(
    'ids to %s imports back to the same content',
    async (format) => {
      const arrays = {
        x_train: npyOfLists([[1, 2, 7], [1]]),
        y_train: npyOf([1, 0]),
        x_test: npyOfLists([
          [2, 9],
          [1, 1],
        ]),
        y_test: npyOf([0, 1]),
      };
      const npz = zipOf(
        Object.entries(arrays).map(([name, text]) => ({ name: `${name}.npy`, text })),
      );
      const { dataset } = await importOf({ path: put('imdb.npz', npz) });
      const out = path.join(at.home, `ids.${format}`);
      await at.datasets.exportTo(dataset.datasetId, format, out, { isForced: false });
      at.databases.main.exec('DELETE FROM datasets');
      const back = (
        await importOf({ path: out, wordIndexPath: put('words.json', '{"the":1,"film":7}') })
      ).dataset;
      expect(back).toMatchObject({
        contentHash: dataset.contentHash,
        hasTexts: false,
        hasWords: true,
      });
      expect((await at.datasets.review(back.datasetId, 'train', 0)).words).toEqual([
        '<start>',
        'the',
        '#2',
        'film',
      ]);
    },
  );

  it('replaces nothing unasked, and leaves nothing half-written', async () => {
    const { dataset } = await importOf({ path: put('a.csv', csvOf(reviews)) });
    const there = put('there.jsonl', 'mine');
    await expect(
      at.datasets.exportTo(dataset.datasetId, 'jsonl', there, { isForced: false }),
    ).rejects.toThrow(/is there already/);
    expect(readFileSync(there, 'utf8')).toBe('mine');
    const aborted = at.datasets.exportTo(dataset.datasetId, 'jsonl', there, {
      isForced: true,
      signal: AbortSignal.abort(new AppError('cancelled', 'Cancelled.')),
    });
    await expect(aborted).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readFileSync(there, 'utf8')).toBe('mine');
    await at.datasets.exportTo(dataset.datasetId, 'jsonl', there, { isForced: true });
    expect(readFileSync(there, 'utf8').split('\n')).toHaveLength(21);
    const nowhere = path.join(at.home, 'nowhere', 'a.jsonl');
    await expect(
      at.datasets.exportTo(dataset.datasetId, 'jsonl', nowhere, { isForced: false }),
    ).rejects.toThrow(/nowhere does not exist. Create that folder first/);
    expect(readdirSync(at.home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('an export of the window', () => {
  const ended = (jobId: string) => jobEnded(at.jobs, jobId);

  it('goes on by itself, can be cancelled, and refuses at once what cannot be written', async () => {
    const { datasetId } = (await importOf({ path: put('a.csv', csvOf(reviews)) })).dataset;
    const request = { datasetId, format: 'jsonl', isForced: false } as const;
    const file = path.join(at.home, 'out.jsonl');
    const started = at.datasets.startExport({ ...request, path: file });
    expect(started).toMatchObject({ state: 'running', subject: { path: file, datasetId } });
    expect(await ended(started.jobId)).toMatchObject({
      state: 'finished',
      progress: { done: 20, total: 20 },
      result: { bytes: readFileSync(file).length },
    });
    expect(() => at.datasets.startExport({ ...request, path: file })).toThrow(/is there already/);
    expect(() => at.datasets.startExport({ ...request, path: at.home })).toThrow(/is a folder/);
    const stopped = at.datasets.startExport({ ...request, path: file, isForced: true });
    at.jobs.cancel({ jobId: stopped.jobId });
    expect(await ended(stopped.jobId)).toMatchObject({ state: 'cancelled', result: null });
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(21);
    expect(readdirSync(at.home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(() => at.jobs.cancel({ jobId: 'unknown' })).toThrow(/not known/);
  });
});

describe('preview', () => {
  const previewOf = async (request: ImportRequest) =>
    importPreviewSchema.parse(await at.datasets.preview(request));

  it('shows what an import would do, and asks nothing where it can start', async () => {
    const preview = await previewOf({ path: put('movies.csv', csvOf(reviews)) });
    expect(preview).toMatchObject({
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      hasHeader: true,
      columns: [
        { name: 'review', kind: 'text' },
        { name: 'sentiment', kind: 'text', examples: ['positive', 'negative'] },
      ],
      textColumn: 'review',
      labelColumn: 'sentiment',
      splitColumn: null,
      ratingColumn: null,
      labels: [
        { value: 'positive', count: 10, meaning: 'positive' },
        { value: 'negative', count: 10, meaning: 'negative' },
      ],
      splits: null,
      rowsSeen: 20,
      rowCount: 20,
      questions: [],
    });
    expect(preview.rows[0]).toEqual(['Review number 0, a good film', 'positive']);
    expect(preview.notes[0]).toContain('names no splits');
    expect(existsSync(path.join(at.home, 'datasets'))).toBe(false);
  });

  it('asks for what must be decided', async () => {
    const questionsOf = async (content: string, choice: Omit<ImportRequest, 'path'> = {}) =>
      (await previewOf({ path: put('ask.csv', content), ...choice })).questions.map(
        ({ kind, choices }) => [kind, choices],
      );
    expect(await questionsOf('text,stars\nfine,5\ndull,1\nok,3\n')).toEqual([
      ['threshold', ['1', '3', '5']],
    ]);
    expect(await questionsOf('text,stars\nfine,5\ndull,1\nok,3\n', { threshold: 4 })).toEqual([]);
    expect(await questionsOf('text,label\nfine,ham\ndull,spam\n')).toEqual([
      ['labels', ['ham', 'spam']],
    ]);
    expect(await questionsOf('text,label\nfine,pos\ndull,neg\nx,neutral\n')).toEqual([
      ['labels', ['pos', 'neg', 'neutral']],
    ]);
    expect(
      await questionsOf('a,b,c\nsome text,some words,x y\nother text,other words,z\n'),
    ).toEqual([
      ['textColumn', ['a', 'b', 'c']],
      ['labelColumn', ['a', 'b', 'c']],
    ]);
  });

  it('leaves the other label to the import where the first rows have but one', async () => {
    const rows = Array.from(
      { length: 12_000 },
      (_, at) => `review ${at},${at < 11_000 ? 'ham' : 'spam'}`,
    );
    const file = put('sorted.csv', `text,label\n${rows.join('\n')}\n`);
    expect((await previewOf({ path: file })).questions.map(({ kind }) => kind)).toEqual(['labels']);
    const preview = await previewOf({ path: file, positive: 'ham' });
    expect(preview).toMatchObject({
      labels: [{ value: 'ham', meaning: 'positive' }],
      questions: [],
    });
    expect((await importOf({ path: file, positive: 'ham' })).dataset.splits).toMatchObject({
      train: { count: 9600, positive: 8800 },
    });
  });

  it('follows the choices made so far', async () => {
    const file = put(
      'odd.csv',
      `a;b;c\n${'long text here;up;train\nanother text;down;test\n'.repeat(3)}`,
    );
    const preview = await previewOf({
      path: file,
      textColumn: 'a',
      labelColumn: '2',
      positive: 'up',
      header: 'yes',
    });
    expect(preview).toMatchObject({
      delimiter: ';',
      textColumn: 'a',
      labelColumn: 'b',
      splitColumn: 'c',
      labels: [{ meaning: 'positive' }, { meaning: 'negative' }],
      splits: [
        { value: 'train', count: 3, split: 'train' },
        { value: 'test', count: 3, split: 'test' },
      ],
      questions: [],
      notes: [],
    });
    expect((await previewOf({ path: file, header: 'no' })).columns.map(({ name }) => name)).toEqual(
      ['1', '2', '3'],
    );
  });

  it('cuts long cells, and says what fails', async () => {
    const preview = await previewOf({
      path: put(
        'long.jsonl',
        JSON.stringify({ text: 'x'.repeat(5000), label: true, more: { a: [1] } }),
      ),
    });
    expect(preview.rows).toEqual([[`${'x'.repeat(300)}...`, 'true', '{"a":[1]}']]);
    expect(preview.columns.map(({ kind }) => kind)).toEqual(['text', 'boolean', 'other']);
    await expect(
      previewOf({ path: put('ragged.csv', 'text,label\na,1\nb,0,2\n') }),
    ).rejects.toThrow(/^Row 3 of ragged.csv has 3 cells/);
    await expect(previewOf({ path: put('hello.bin', new Uint8Array([0, 1, 2])) })).rejects.toThrow(
      /its format is unknown/,
    );
  });
});
