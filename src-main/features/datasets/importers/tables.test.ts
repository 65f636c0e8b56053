import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Finding, ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';

import { sayFinding } from '../quality/findings.ts';
import { detectSource, type TableSource } from './detect.ts';
import { createPace, defaultLimits, type ImportContext } from './importer.ts';
import { readLabelled } from './columns/labelled.ts';
import { openTable } from './open-table.ts';

const fixtures = path.join(import.meta.dirname, 'fixtures');
const pair = z.tuple([z.string(), z.number()]);
const expected = z
  .object({ rows: z.array(pair), korean: z.array(pair), stars: z.array(z.number()) })
  .parse(JSON.parse(readFileSync(path.join(fixtures, 'tables.json'), 'utf8')));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-tables-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pace = createPace(new AbortController().signal, () => undefined);

type ReadBack = Readonly<{
  rows: [string, number][];
  splits: string[];
  ratings: (number | null)[];
  notes: Finding[];
}>;

/** What an import reads, in the order of the file where there are no splits in it. */
async function read(request: ImportRequest, limits = defaultLimits): Promise<ReadBack> {
  const temporaryFolder = mkdtempSync(path.join(folder, 'import-'));
  const context: ImportContext = { pace, temporaryFolder, limits, took: () => undefined };
  const back: ReadBack = { rows: [], splits: [], ratings: [], notes: [] };
  try {
    const source = await detectSource(request.path, request.format, context);
    const table = await openTable(request.path, source as TableSource, request, context);
    for await (const document of readLabelled(table, request, context, (finding) =>
      back.notes.push(sayFinding(finding)),
    )) {
      back.rows.push(['text' in document ? document.text : document.ids.join(' '), document.label]);
      back.splits.push(document.split);
      back.ratings.push(document.rating);
    }
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
  return back;
}

const fixture = (name: string) => path.join(fixtures, name);

function put(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** With the flag that the command line adds. */
async function sentenceOf(request: ImportRequest, limits = defaultLimits): Promise<string> {
  const error: unknown = await read(request, limits).catch((reason: unknown) => reason);
  if (!(error instanceof AppError))
    throw error instanceof Error ? error : new Error('Nothing was refused.');
  expect(error.kind).not.toBe('internal');
  expect(error.message).toMatch(/[^.]\.$/);
  return error.flag === undefined ? error.message : `${error.message} | ${error.flag}`;
}

describe('files of other tools', () => {
  it.each([
    'quoted.csv',
    'indexed.csv',
    'no-header.csv',
    'semicolon.csv',
    'tabs.tsv',
    'crlf.csv',
    'bom.csv',
    'utf16.csv',
    'utf16be.csv',
    'windows1252.csv',
    'packed.csv.gz',
    'lines.jsonl',
    'unescaped.jsonl',
    'snappy.parquet',
    'gzip.parquet',
    'zstd.parquet',
    'none.parquet',
    'categorical.parquet',
    'booleans.parquet',
    'floats.parquet',
    'groups.parquet',
    'splits.parquet',
  ])('reads %s row by row, without a question', async (name) => {
    const { rows } = await read({ path: fixture(name) });
    expect(rows).toEqual(expected.rows);
  });

  it.each(['cp949.csv', 'korean.tsv'])('reads Korean from %s', async (name) => {
    const { rows, notes } = await read({ path: fixture(name) });
    expect(rows).toEqual(expected.korean);
    const guessed = notes.some(({ kind }) => kind === 'encoding');
    expect(guessed).toBe(name === 'cp949.csv');
  });

  it('keeps the splits of a file', async () => {
    const { splits } = await read({ path: fixture('splits.parquet') });
    expect(splits).toEqual([
      'train',
      'train',
      'train',
      'train',
      'train',
      'test',
      'test',
      'validation',
    ]);
  });

  it('makes labels of ratings, and keeps the ratings', async () => {
    const { rows, ratings } = await read({ path: fixture('stars.csv'), threshold: 7 });
    expect(ratings).toEqual(expected.stars);
    expect(rows.map(([, label]) => label)).toEqual(
      expected.stars.map((stars) => (stars >= 7 ? 1 : 0)),
    );
    expect(await sentenceOf({ path: fixture('stars.csv') })).toMatch(
      /say from which number on .*--threshold X --drop-label X/,
    );
  });

  it('takes an encoding that is named, and refuses one that does not fit', async () => {
    expect((await read({ path: fixture('windows1252.csv'), encoding: 'latin1' })).rows).toEqual(
      expected.rows,
    );
    expect((await read({ path: fixture('cp949.csv'), encoding: 'cp949' })).rows).toEqual(
      expected.korean,
    );
    expect(await sentenceOf({ path: fixture('cp949.csv'), encoding: 'utf-8' })).toMatch(
      /^Row 2 of cp949.csv is not valid UTF-8/,
    );
    expect(await sentenceOf({ path: fixture('cp949.csv'), encoding: 'klingon' })).toMatch(
      /encoding "klingon" is not known/,
    );
  });

  it('refuses nested columns as texts', async () => {
    expect(await sentenceOf({ path: fixture('nested.parquet') })).toMatch(
      /^Row 1 of nested.parquet has a text that is not a string/,
    );
    expect(await sentenceOf({ path: fixture('nested.parquet'), textColumn: 'text' })).toMatch(
      /^Row 1 of nested.parquet has a text that is not a string/,
    );
  });
});

describe('columns and labels', () => {
  it('are chosen by name or number', async () => {
    const file = put('odd.csv', 'a,b,c\ngood,first title,up\nbad,second title,down\n');
    const rows = [
      ['first title', 1],
      ['second title', 0],
    ];
    expect((await read({ path: file, textColumn: 'b', labelColumn: 'c' })).rows).toEqual(rows);
    expect((await read({ path: file, textColumn: '2', labelColumn: '3' })).rows).toEqual(rows);
    expect(await sentenceOf({ path: file, textColumn: 'd' })).toMatch(
      /no column "d". Its columns are a, b, c/,
    );
    expect(await sentenceOf({ path: file, textColumn: 'a', labelColumn: 'a' })).toMatch(
      /named twice/,
    );
  });

  it('are asked for by number where several have one name', async () => {
    const rows = 'a long text,short,pos\nanother text,brief,neg\n';
    const file = put('twice.csv', `review,review,sentiment\n${rows}`);
    const sentence =
      'twice.csv has several columns named "review" (columns 1, 2). Name the one to use by its number, or rename the others in the file. | --text-column 1';
    expect(await sentenceOf({ path: file })).toBe(sentence);
    expect(await sentenceOf({ path: file, textColumn: 'review' })).toBe(sentence);
    put('twice.csv', `review,review,sentiment\n${rows}${rows}`);
    expect((await read({ path: file, textColumn: '2' })).rows[0]).toEqual(['short', 1]);
    expect((await read({ path: file, textColumn: 'review (1)' })).rows[0]).toEqual([
      'a long text',
      1,
    ]);
    const labels = put('labels.csv', 'text,Label,label\na film,1,0\na book,0,1\n');
    expect(await sentenceOf({ path: labels })).toMatch(
      /several columns named "Label" \(columns 2, 3\).*--label-column 2/,
    );
    const splits = put(
      'splits.csv',
      'text,label,split,split\na film,1,train,test\na book,0,test,train\n',
    );
    expect(await sentenceOf({ path: splits })).toMatch(
      /several columns named "split".*--split-column 3/,
    );
    const taken = put('taken.csv', 'a,a,a (1),label\nx,y,z,1\nx,y,w,0\n');
    expect(await sentenceOf({ path: taken, textColumn: 'none' })).toMatch(
      /columns are a \(2\), a \(3\), a \(1\), label/,
    );
  });

  it.each([
    ['no-rows.csv', '\n\n\n', 'no-rows.csv has no rows.'],
    ['no-rows.csv', '\uFEFF', 'no-rows.csv has no rows.'],
    ['no-rows.jsonl', '\n\n', 'no-rows.jsonl has no rows.'],
    [
      'empty-texts.csv',
      'text,sentiment\n,pos\n,neg\n',
      '2 rows of empty-texts.csv have no text (column "text"): row 2, row 3. Fill them in, or leave such rows out. | --drop empty',
    ],
    [
      'number.jsonl',
      '{"text":5,"label":1}\n{"text":6,"label":0}\n',
      'Row 1 of number.jsonl has a number where a text is needed (column "text"). Choose another text column. | --text-column C',
    ],
    [
      'list.jsonl',
      '{"text":"a","label":[1]}\n{"text":"b","label":[0]}\n',
      'Row 1 of list.jsonl has a list as its label (column "label"). A label is one word or number: write it as that, or choose another label column. | --label-column C',
    ],
    [
      'late-object.jsonl',
      '{"text":"a","label":1}\n{"text":"b","label":0}\n{"text":"c","label":{"v":1}}\n',
      'Row 3 of late-object.jsonl has an object as its label (column "label"). A label is one word or number: write it as that, or choose another label column. | --label-column C',
    ],
    [
      'late-text.jsonl',
      '{"text":"a","title":"x","label":1}\n{"text":{"v":1},"title":"y","label":0}\n',
      'Row 2 of late-text.jsonl has a text that is not a string. Choose another text column. | --text-column C',
    ],
  ])('says of %s (%j) what is missing', async (name, content, sentence) => {
    expect(await sentenceOf({ path: put(name, content) })).toBe(sentence);
  });

  it.each(['utf-16le', 'utf-16be'])(
    'offers %s for a file of it without a mark',
    async (encoding) => {
      const bytes = Buffer.from(`text,label\n${'a film,pos\nno film,neg\n'.repeat(9)}`, 'utf16le');
      const file = put('wide.csv', encoding === 'utf-16le' ? bytes : bytes.swap16());
      expect(await sentenceOf({ path: file })).toMatch(
        new RegExp(`^Row 1 of wide.csv holds a NUL byte, as UTF-16 .*--encoding ${encoding}`),
      );
      expect((await read({ path: file, encoding })).rows).toHaveLength(18);
    },
  );

  it('refuses ratings that are not finite, with their row', async () => {
    const file = put('ratings.csv', 'text,stars\na,1\nb,9\nc,1e400\n');
    expect(await sentenceOf({ path: file, threshold: 6 })).toMatch(
      /^Row 4 of ratings.csv has the label "1e400", which is not a finite number/,
    );
  });

  it('writes labels as a command line takes them, and shows what hides in them', async () => {
    const adviceOf = (first: string, second: string) =>
      sentenceOf({ path: put('odd-labels.csv', `text,label\na,${first}\nb,${second}\n`) });
    expect(await adviceOf('a  b', 'c$d')).toContain(`--negative "a  b" --positive 'c$d',`);
    expect(await adviceOf('--up', '-d n')).toContain(`--negative=--up --positive="-d n",`);
    const hidden = await adviceOf('up\u202edn', 'x\u0007y');
    expect(hidden).toContain('"up\\u{202e}dn", "x\\u{0007}y"');
    for (const character of ['\u202e', '\u0007']) expect(hidden).not.toContain(character);
  });

  it('takes a very long first row with known names for the header', async () => {
    const rows = 'a film,pos,1\nno film,neg,2\n';
    const file = put('long.csv', `text,label,${'x'.repeat(200_000)}\n${rows}`);
    expect((await read({ path: file })).rows.map(([text]) => text)).toEqual(['a film', 'no film']);
    const review = 'word '.repeat(30_000);
    const none = put('long.csv', `${review},y\n${review},n\n`);
    expect((await read({ path: none, positive: 'y' })).rows).toHaveLength(2);
  });

  it('says of a split column without splits that it holds none', async () => {
    const file = put('no-splits.csv', 'review,sentiment\na film,pos\na book,neg\n');
    expect(await sentenceOf({ path: file, splitColumn: 'sentiment' })).toBe(
      'Row 2 of no-splits.csv has the split "pos" (column "sentiment"). Splits are train, test and validation.',
    );
  });

  it('names the row of a third label, as a spreadsheet counts', async () => {
    const file = put(
      'third.csv',
      'text,label\n"two\nlines",positive\nb,negative\n\nc,neutral\nd,neutral\n',
    );
    expect(await sentenceOf({ path: file })).toBe(
      'Row 5 (line 6) of third.csv has the label "neutral" (also row 6 (line 7)). Only two labels can be used, here "negative" and "positive". Leave the other rows out, or choose another label column. | --drop-label neutral, or --label-column C',
    );
  });

  it('asks which of two unknown labels is positive', async () => {
    const file = put('spam.csv', 'text,label\na a a,ham\nb b b,spam\n');
    expect(await sentenceOf({ path: file })).toMatch(
      /--negative ham --positive spam, or the other way round/,
    );
    expect((await read({ path: file, positive: 'ham' })).rows.map(([, label]) => label)).toEqual([
      1, 0,
    ]);
  });

  it('refuses a row without text or label, with its number', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => `"review ${index}",${index % 2}`);
    rows[49_997] = '"review without label",';
    expect(await sentenceOf({ path: put('late.csv', `text,label\n${rows.join('\n')}\n`) })).toMatch(
      /^Row 49,999 of late.csv has no label \(column "label"\)/,
    );
    rows[49_997] = ',1';
    const file = put('late.csv', `text,label\n${rows.join('\n')}\n`);
    expect(await sentenceOf({ path: file })).toMatch(/^Row 49,999 of late.csv has no text/);
    const { rows: kept, notes } = await read({ path: file, drop: ['empty'] });
    expect(kept).toHaveLength(49_999);
    expect(notes.find(({ kind }) => kind === 'dropped')).toMatchObject({ count: 1 });
    expect(
      await sentenceOf({ path: put('late.jsonl', '{"text":"a","label":1}\n{"text":"b"}\n') }),
    ).toMatch(/^Row 2 of late.jsonl has no label/);
  });

  it('draws the same test split from the same rows', async () => {
    const lines = Array.from(
      { length: 100 },
      (_, index) => `review number ${index},${index % 4 === 0 ? 'pos' : 'neg'}`,
    );
    const file = put('many.csv', `text,label\n${lines.join('\n')}\n`);
    const first = await read({ path: file });
    expect(first.splits.filter((split) => split === 'test')).toHaveLength(20);
    expect(
      first.rows.filter(([, label], row) => label === 1 && first.splits[row] === 'test'),
    ).toHaveLength(5);
    expect((await read({ path: file })).splits).toEqual(first.splits);
    expect(first.notes.map(({ kind }) => kind)).toEqual(['drawn']);
  });

  it('makes a test split of what there is', async () => {
    const withSplits = (name: string, splits: readonly string[]) =>
      put(
        name,
        `text,label,split\n${splits.map((split, index) => `review ${index},${index % 2},${split}`).join('\n')}\n`,
      );
    const dev = await read({ path: withSplits('dev.csv', ['train', 'train', 'dev', 'dev']) });
    expect(dev.splits).toEqual(['train', 'train', 'test', 'test']);
    expect(dev.notes[0]?.text).toMatch(/no test split: its validation split is the test split/);
    const train = await read({
      path: withSplits('train.csv', new Array<string>(10).fill('train')),
      splitColumn: 'split',
    });
    expect(train.splits.filter((split) => split === 'test')).toHaveLength(2);
    expect(await sentenceOf({ path: withSplits('test.csv', ['test', 'dev']) })).toMatch(
      /no training reviews/,
    );
    const held = withSplits('held.csv', ['train', 'train', 'holdout', 'holdout']);
    const asked = await read({ path: held, splitColumn: 'split' });
    expect(asked.splits).toEqual(['train', 'train', 'test', 'test']);
    expect(asked.notes[0]?.text).toContain('holdout');
    const folds = withSplits('folds.csv', ['train', 'fold 1', 'fold 2']);
    expect(await sentenceOf({ path: folds, splitColumn: 'split' })).toMatch(
      /^Row 3 of folds.csv has the split "fold 1"/,
    );
  });

  it('draws a test split where a split column is refused, and takes no label from it', async () => {
    const lines = Array.from(
      { length: 20 },
      (_, index) =>
        `review ${index},${index % 2 === 0 ? 'up' : 'down'},${index < 18 ? 'train' : 'test'}`,
    );
    const request = {
      path: put('refused.csv', `text,verdict,split\n${lines.join('\n')}\n`),
      positive: 'up',
    };
    const own = await read(request);
    expect(own.splits.filter((split) => split === 'test')).toHaveLength(2);
    const drawn = await read({ ...request, splitColumn: null });
    expect(drawn.splits.filter((split) => split === 'test')).toHaveLength(4);
    expect(drawn.rows).toEqual(own.rows);
    expect(drawn.notes.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^No split column is used: 80 % of each class train/) as string,
    ]);
  });

  it('leaves out copies on request, the one in train stays', async () => {
    const file = put(
      'copies.csv',
      'text,label,split\nsame,1,test\nsame,1,train\nother,0,train\nother,0,train\nthird,0,test\n',
    );
    const { rows, splits, notes } = await read({ path: file, drop: ['duplicates'] });
    expect(rows.map(([text], index) => `${splits[index]} ${text}`)).toEqual([
      'train same',
      'train other',
      'test third',
    ]);
    expect(notes).toMatchObject([{ kind: 'dropped', count: 2 }]);
  });
});

describe('near copies', () => {
  const words = (first: number, changed: readonly number[] = []) =>
    Array.from({ length: 60 }, (_, at) =>
      changed.includes(at) ? `other${at}` : `word${first + at}`,
    ).join(' ');
  const rows = [
    [words(0, [30]), 'test'],
    [words(0), 'train'],
    [words(0, [5]), 'train'],
    [words(0), 'test'],
    [words(1000), 'train'],
    [words(1000, [3, 13, 23, 33, 43, 53]), 'train'],
    [words(2000, [1]), 'test'],
    [words(2000), 'test'],
    ['short text', 'train'],
    ['short text', 'train'],
  ] as const;
  const file = () =>
    put(
      'near.csv',
      `text,label,split\n${rows.map(([text, split], at) => `${text},${at % 2},${split}`).join('\n')}\n`,
    );
  const kept = async (drop: ImportRequest['drop']) => {
    const { rows: found, notes } = await read({ path: file(), drop });
    const texts = found.map(([text]) => rows.findIndex((row) => row[0] === text));
    return {
      texts,
      notes: notes.map(({ kind, count, text }) => [kind, count, text.replace(/^\d+ /, '')]),
    };
  };

  it('are left out on request with the copies, and only then', async () => {
    expect((await kept(undefined)).texts).toHaveLength(10);
    // The first of each text is what findIndex finds.
    expect((await kept(['duplicates'])).texts).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
    expect(await kept(['nearCopies'])).toEqual({
      texts: [1, 4, 5, 6, 8],
      notes: [
        ['dropped', 2, 'reviews that copy another word for word were left out, as asked for.'],
        ['dropped', 3, 'reviews that nearly copy another were left out, as asked for.'],
      ],
    });
  });
});

describe('what a file is written in', () => {
  it.each([
    ['text,label\nhe said "so" and left,1\n"a ""b"" c",0\n', ['he said "so" and left', 'a "b" c']],
    ['text,label\n"he said \\"so\\", twice",1\n"b",0\n', ['he said "so", twice', 'b']],
    [
      'id\tdocument\tlabel\n1\t"open quote in a text\t1\n2\tsecond "text\t0\n3\t"" third\t1\n',
      ['"open quote in a text', 'second "text', '"" third'],
    ],
    ['text;label\r\n"a;b";1\r\nc;0\r\n', ['a;b', 'c']],
    ['text,label,,\na,1,,\nb,0,,\n', ['a', 'b']],
    ['text|label\na, b|1\nc, d|0\n', ['a, b', 'c, d']],
  ])('is found out: %j', async (content, texts) => {
    const { rows } = await read({
      path: put('dialect.csv', content),
      textColumn: '1',
      labelColumn: 'label',
    }).catch(async () => read({ path: put('dialect.csv', content) }));
    const found = rows.map(([text]) => text);
    expect(content.startsWith('id') ? expectedOfId(found, texts) : found).toEqual(texts);
  });
  const expectedOfId = (found: string[], texts: readonly string[]) =>
    found[0] === '1' ? texts : found;

  it('gives back any text that a writer of CSV has quoted', async () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        'B',
        ' ',
        '"',
        ',',
        ';',
        '\t',
        '\n',
        "'",
        '|',
        '\\',
        'é',
        '영',
        '😀',
      ),
    });
    const texts = fc.array(
      text.filter((value) => value.trim() !== ''),
      { minLength: 4, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const lines = values.map(
          (value, index) => `"${value.replaceAll('"', '""')}",${index % 2 === 0 ? 'pos' : 'neg'}`,
        );
        const file = put('any.csv', `text,label\n${lines.join('\n')}\n`);
        const { rows } = await read({ path: file, delimiter: ',' });
        expect(rows.map(([value]) => value)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it('gives back any text of JSON Lines', async () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 8 }), async (values) => {
        const lines = values.map((value, index) =>
          JSON.stringify({ label: index % 2, text: value }),
        );
        const { rows } = await read({
          path: put('any.jsonl', lines.join('\n')),
          textColumn: 'text',
        });
        expect(rows.map(([value]) => value)).toEqual(values.map((value) => value.toWellFormed()));
      }),
      { numRuns: 40 },
    );
  });
});

describe('hostile files', () => {
  const csv = 'text,label\ngood film,1\nbad film,0\n';
  const small = { ...defaultLimits, reviewBytes: 100_000 };
  const parquet = readFileSync(fixture('zstd.parquet'));

  it.each<readonly [string, string, string | Uint8Array, RegExp]>([
    [
      'a truncated gz',
      'cut.csv.gz',
      gzipSync(csv.repeat(3000)).subarray(0, -20),
      /^cut.csv.gz is cut off or damaged/,
    ],
    [
      'a gz with flipped bytes',
      'flip.csv.gz',
      flip(gzipSync(manyRows(3000)), 9000),
      /^flip.csv.gz is damaged|^flip.csv.gz is cut off|^Row/,
    ],
    ['a gz bomb', 'bomb.csv.gz', gzipSync(Buffer.alloc(80_000_000, 'a')), /unpacks to far more/],
    [
      'a quote that is never closed',
      'quote.csv',
      `${csv}"open,1\nmore,0\n`,
      /^Row 4 of quote.csv opens a quote that is never closed/,
    ],
    [
      'a huge line',
      'line.csv',
      `text,label\n${'x'.repeat(300_000)},1\n`,
      /^Row 2 of line.csv is too large/,
    ],
    [
      'a huge quoted cell',
      'cell.csv',
      `text,label\n"${'x\n'.repeat(200_000)}",1\n`,
      /^Row 2 of cell.csv is too large/,
    ],
    [
      'a huge line of JSON',
      'line.jsonl',
      `{"text":"a","label":1}\n{"text":"${'x'.repeat(700_000)}`,
      /^Row 2 of line.jsonl is too large/,
    ],
    ['NUL bytes', 'nul.csv', `${csv}a\0b,1\n`, /^Row 4 of nul.csv holds a NUL byte/],
    [
      'a NUL escape',
      'nul.jsonl',
      '{"text":"a\\u0000b","label":1}',
      /^Row 1 of nul.jsonl holds a NUL character/,
    ],
    [
      'invalid UTF-8 among UTF-8',
      'bad.csv',
      Buffer.concat([
        Buffer.from('text,label\nça va très bien été,1\n'),
        Buffer.from([0xff, 0xc0]),
        Buffer.from(' é,0\n'),
      ]),
      /^Row 3 of bad.csv is not valid UTF-8/,
    ],
    [
      'UTF-16 cut in the middle',
      'cut16.csv',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv, 'utf16le'), Buffer.from([0x61])]),
      /^Row 4 of cut16.csv is not valid UTF-16LE/,
    ],
    [
      'ragged rows',
      'ragged.csv',
      `${csv}a,b,1\n`,
      /^Row 4 of ragged.csv has 3 cells where the first row has 2/,
    ],
    ['a short row', 'short.csv', `${csv}alone\n`, /^Row 4 of short.csv has 1 cell where/],
    ['no rows', 'none.csv', 'text,label\n', /^none.csv has no rows\.$/],
    [
      'a line that is not JSON',
      'bad.jsonl',
      '{"text":"a","label":1}\n{"text":\n',
      /^Row 2 of bad.jsonl is not JSON/,
    ],
    [
      'a line that is no object',
      'list.jsonl',
      '{"text":"a","label":1}\n[1]\n',
      /^Row 2 of list.jsonl is not a JSON object/,
    ],
    ['one JSON array', 'array.json', '[{"text":"a"}]', /one JSON array/],
    [
      'a column of texts for labels',
      'texts.csv',
      `text,label\n${Array.from({ length: 1500 }, (_, index) => `a,value ${index}`).join('\n')}`,
      /more than 1,000 different values|label is not clear/,
    ],
    ['a truncated Parquet file', 'cut.parquet', parquet.subarray(0, -30), /footer cannot be read/],
    [
      'Parquet without its middle',
      'hole.parquet',
      Buffer.concat([parquet.subarray(0, 60), parquet.subarray(260)]),
      /^hole.parquet is (cut off or )?damaged/,
    ],
    [
      'a Parquet footer that lies about its length',
      'lying.parquet',
      lyingLength(parquet),
      /footer cannot be read/,
    ],
    ['Parquet of magic alone', 'magic.parquet', Buffer.from('PAR1PAR1'), /footer cannot be read/],
  ])('refuses %s', async (_, name, content, sentence) => {
    const request = {
      path: put(name, content),
      ...(name === 'texts.csv' ? { labelColumn: 'label' } : {}),
    };
    expect(await sentenceOf(request, small)).toMatch(sentence);
    expect(readdirSync(folder).filter((entry) => entry.startsWith('import-'))).toEqual([]);
  });

  it('reads __proto__ and constructor as the names they are', async () => {
    const file = put(
      'proto.jsonl',
      '{"__proto__":"good film","constructor":1}\n{"__proto__":"bad film","constructor":0}\n',
    );
    const { rows } = await read({
      path: file,
      textColumn: '__proto__',
      labelColumn: 'constructor',
    });
    expect(rows).toEqual([
      ['good film', 1],
      ['bad film', 0],
    ]);
    const table = put('proto.csv', '__proto__,label\ngood film,1\nbad film,0\n');
    expect((await read({ path: table })).rows).toEqual([
      ['good film', 1],
      ['bad film', 0],
    ]);
    expect(Object.hasOwn(Object.prototype, 'good film')).toBe(false);
    expect(
      await sentenceOf({
        path: put('none.jsonl', '{"text":"a","x":1}\n{"text":"b","x":0}'),
        labelColumn: 'constructor',
      }),
    ).toMatch(/no column "constructor"/);
  });

  it('refuses a Parquet file whose bytes are changed, or reads it; never anything else', async () => {
    const snappy = readFileSync(fixture('snappy.parquet'));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(snappy.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const bytes = Uint8Array.from(snappy);
          bytes[at] = (bytes[at] ?? 0) ^ change;
          const error: unknown = await read({
            path: put('fuzz.parquet', bytes),
            textColumn: '1',
            labelColumn: '2',
          }).catch((reason: unknown) => reason);
          if (error instanceof Error) expect(error).toBeInstanceOf(AppError);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('refuses bytes of any kind with a sentence, or reads them', async () => {
    const name = fc.constantFrom('fuzz.csv', 'fuzz.tsv', 'fuzz.jsonl', 'fuzz.csv.gz');
    const line = fc.constantFrom(
      'text,label\n',
      'good,1\n',
      '{"text":"a","label":1}\n',
      '"',
      '\t',
      '\r',
      '\uFEFF',
      '\\',
      '{',
      'a,b,c\n',
    );
    const bytes = fc
      .array(
        fc.oneof(
          line.map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 12 }),
        ),
        { maxLength: 30 },
      )
      .map((parts) => Buffer.concat(parts));
    await fc.assert(
      fc.asyncProperty(name, bytes, async (file, content) => {
        const packed =
          file.endsWith('gz') && content.length % 2 === 0 ? gzipSync(content) : content;
        const error: unknown = await read({
          path: put(file, packed),
          format: file.includes('csv') ? 'csv' : file.includes('tsv') ? 'tsv' : 'jsonl',
        }).catch((reason: unknown) => reason);
        if (error instanceof Error) expect(error).toBeInstanceOf(AppError);
      }),
      { numRuns: 150 },
    );
  });
});

function manyRows(count: number): string {
  return `text,label\n${Array.from({ length: count }, (_, index) => `review ${Math.sin(index)},${index % 2}`).join('\n')}\n`;
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let i = at; i < at + 40; i += 1) copy[i] = (copy[i] ?? 0) ^ 0xff;
  return copy;
}

function lyingLength(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(2_000_000_000, copy.length - 8);
  return copy;
}
