import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { importPreviewSchema, type ImportRequest } from '#contract/dataset.ts';

import { tarOf } from '../../../testing/archives.ts';
import { openTestDatasets, type TestDatasets } from '../../../testing/test-datasets.ts';

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

const importOf = (request: ImportRequest) => at.importOf(request);
const previewOf = async (request: ImportRequest) =>
  importPreviewSchema.parse(await at.datasets.preview(request));
const questionsOf = async (request: ImportRequest) =>
  (await previewOf(request)).questions.map(({ kind, text }) => [kind, text]);
const meaningsOf = async (request: ImportRequest) =>
  Object.fromEntries(
    (await previewOf(request)).labels.map(({ value, meaning }) => [value, meaning]),
  );

/** Ten reviews of each label, in turn. */
const rowsOf = (...labels: string[]) =>
  Array.from({ length: 10 * labels.length }, (_, index) => [
    `review number ${index}`,
    labels[index % labels.length] ?? '',
  ]);
const delimited = (delimiter: string, rows: readonly (readonly string[])[]) =>
  [['text', 'label'], ...rows].map((row) => row.join(delimiter)).join('\n');

describe('ratings with a decimal comma', () => {
  it.each([
    ['semicolons', delimited(';', rowsOf('3,4', '1,5', '4'))],
    ['tabs', delimited('\t', rowsOf('3,4', '1,5', '4'))],
    ['quotes', delimited(',', rowsOf('"3,4"', '"1,5"', '4'))],
  ])('are numbers in a file of %s', async (name, content) => {
    const path = at.put(`${name}.csv`, content);
    expect((await previewOf({ path })).questions).toMatchObject([
      { kind: 'threshold', choices: ['1,5', '3,4', '4'] },
    ]);
    expect(await meaningsOf({ path, threshold: 3.4 })).toEqual({
      '1,5': 'negative',
      '3,4': 'positive',
      '4': 'positive',
    });
    expect(await questionsOf({ path, threshold: 3.4 })).toEqual([]);
    const { dataset, origin } = await importOf({ path, threshold: 3.4 });
    expect(dataset.splits).toMatchObject({
      train: { count: 24, positive: 16 },
      test: { count: 6, positive: 4 },
    });
    expect(origin.reading?.labels.map(({ value }) => value)).toEqual(['3,4', '1,5', '4']);
    const { rows } = await at.datasets.samples({
      datasetId: dataset.datasetId,
      split: 'train',
      offset: 0,
      count: 1,
      encoding: { numWords: 100, maxLength: 10, padding: 'pre', truncating: 'pre' },
    });
    expect(rows[0]?.rating).toBe(3.4);
  });
});

describe('a label that is left out', () => {
  const three = () =>
    at.put('three.csv', delimited(',', rowsOf('positive', 'neutral', 'negative')));

  it('leaves the dataset that the file without it gives, and tells how many rows it took', async () => {
    const path = three();
    const { dataset } = await importOf({ path, dropLabels: ['Neutral'] });
    expect(dataset.splits).toMatchObject({ train: { count: 16, positive: 8 }, test: { count: 4 } });
    expect(dataset.findings[0]).toEqual({
      kind: 'drawn',
      count: 0,
      text: expect.any(String) as string,
    });
    expect(dataset.findings[1]).toEqual({
      kind: 'dropped',
      count: 10,
      text: '10 rows with the label "neutral" were left out, as asked for.',
    });
    const rest = rowsOf('positive', 'neutral', 'negative').filter(
      ([, label]) => label !== 'neutral',
    );
    const edited = await importOf({ path: at.put('edited.csv', delimited(',', rest)) });
    expect(edited.dataset.datasetId).toBe(dataset.datasetId);
  });

  it('is asked for, and answers the question of a preview', async () => {
    const path = three();
    await expect(importOf({ path })).rejects.toMatchObject({
      message: expect.stringContaining('has the label "neutral"') as string,
      flag: '--drop-label neutral, or --label-column C',
    });
    expect(await questionsOf({ path })).toEqual([
      [
        'labels',
        expect.stringContaining('the file also has "neutral". Leave those out below') as string,
      ],
    ]);
    expect(await questionsOf({ path, dropLabels: ['neutral'] })).toEqual([]);
    expect(await meaningsOf({ path, dropLabels: ['neutral'] })).toEqual({
      positive: 'positive',
      neutral: 'dropped',
      negative: 'negative',
    });
  });

  it('may be a rating beside a threshold, or the one of three that nobody knows', async () => {
    const stars = at.put('stars.csv', delimited(',', rowsOf('1', '3', '5')));
    const rated = (await importOf({ path: stars, threshold: 4, dropLabels: ['3.0'] })).dataset;
    expect(rated.splits.train).toEqual({ count: 16, positive: 8 });
    const odd = at.put('odd.csv', delimited(',', rowsOf('up', 'so so', 'down')));
    const known = { path: odd, positive: 'up', dropLabels: ['so so'] };
    expect(await questionsOf(known)).toEqual([]);
    expect((await importOf(known)).dataset.splits.train).toEqual({ count: 16, positive: 8 });
  });

  it('that is on no row, or is a class at once, is refused', async () => {
    const path = three();
    await expect(importOf({ path, dropLabels: ['neutral', 'mixed'] })).rejects.toThrow(
      'No row of three.csv has the label "mixed" that was to be left out. Its labels are "positive", "negative", "neutral".',
    );
    await expect(importOf({ path, positive: 'neutral', dropLabels: ['NEUTRAL'] })).rejects.toThrow(
      /"neutral" cannot be left out and be positive/,
    );
    await expect(
      importOf({ path: at.put('none.csv', delimited(',', rowsOf('meh'))), dropLabels: ['meh'] }),
    ).rejects.toThrow(/^Nothing of none.csv is left to import/);
  });

  it('may be a folder', async () => {
    for (const label of ['good', 'bad', 'mixed']) {
      for (const index of [1, 2, 3])
        at.put(`films/${label}/${index}.txt`, `${label} film ${index}`);
    }
    const { dataset } = await importOf({ path: `${at.home}/films`, dropLabels: ['mixed'] });
    expect(dataset.splits).toMatchObject({ train: { count: 4 }, test: { count: 2 } });
  });
});

describe('rows without a label', () => {
  const holes = () => {
    const rows = rowsOf('pos', 'neg').map(([text = '', label = ''], index) => [
      text,
      index % 5 === 3 ? '' : label,
    ]);
    return at.put('holes.csv', delimited(',', rows));
  };

  it('are told by a preview as the import would, and left out on request', async () => {
    const path = holes();
    const sentence =
      '4 rows of holes.csv have no label (column "label"): row 5, row 10, row 15, row 20. Fill them in, or leave such rows out.';
    expect(await questionsOf({ path })).toEqual([['rows', sentence]]);
    await expect(importOf({ path })).rejects.toMatchObject({
      message: sentence,
      flag: '--drop unlabelled',
    });
    expect(await questionsOf({ path, drop: ['unlabelled'] })).toEqual([]);
    const { dataset } = await importOf({ path, drop: ['unlabelled'] });
    expect(dataset.splits.train.count + dataset.splits.test.count).toBe(16);
    expect(dataset.warnings).toContain('4 rows without a label were left out, as asked for.');
  });

  it('that are all there are make an empty column, which is said', async () => {
    const path = at.put('empty.csv', 'review,sentiment\na film,\nno film,\n');
    const sentence =
      'The column "sentiment" of empty.csv is empty: none of the 2 rows looked at has a label. Fill it in, or choose another label column.';
    await expect(importOf({ path })).rejects.toThrow(sentence);
    expect(await questionsOf({ path })).toEqual([['labelColumn', sentence]]);
  });
});

describe('a preview', () => {
  it('counts every label value, and says what no threshold can tell', async () => {
    const ratings = Array.from({ length: 91 }, (_, index) => (1 + index / 10).toFixed(1));
    const path = at.put('fine.csv', delimited(',', rowsOf(...ratings)));
    const { labels } = await previewOf({ path, threshold: 5 });
    expect(labels).toHaveLength(91);
    expect(labels.reduce((sum, { count }) => sum + count, 0)).toBe(910);
    const odd = at.put('odd.csv', delimited(',', rowsOf('1', '5', 'n/a')));
    expect(await questionsOf({ path: odd, threshold: 3, labelColumn: 'label' })).toEqual([
      ['threshold', expect.stringContaining('The labels "n/a" are not numbers') as string],
    ]);
    expect(await questionsOf({ path: odd, threshold: 3, dropLabels: ['n/a'] })).toEqual([]);
  });

  it('says that a text would stop the import', async () => {
    const path = at.put('gap.csv', 'text,label\na film,1\n,0\n');
    expect(await questionsOf({ path })).toEqual([
      ['rows', expect.stringMatching(/^Row 3 of gap.csv has no text/) as string],
    ]);
    expect(await questionsOf({ path, drop: ['empty'] })).toEqual([]);
  });
});

describe('folders of other labels in the layout of aclImdb', () => {
  const entries = (more: readonly string[]) => [
    ...['train', 'test'].flatMap((split) =>
      ['pos', 'neg'].map((label) => ({
        name: `aclImdb/${split}/${label}/1_5.txt`,
        text: `${split} ${label}`,
      })),
    ),
    ...more.map((name) => ({ name: `aclImdb/${name}`, text: name })),
  ];
  const others = [
    'train/neutral/1.txt',
    'train/neutral/2.txt',
    'validation/pos/1.txt',
    'train/unsup/0_0.txt',
  ];

  it('are told with their texts; those without a label are not warned of', async () => {
    const path = at.put('acl.tar', await tarOf(entries(others)));
    const { dataset, origin } = await importOf({ path });
    expect(dataset.findings).toMatchObject([{ kind: 'foreign', count: 3 }]);
    expect(dataset.warnings[0]).toMatch(
      /^train\/neutral \(2 texts\), validation\/pos \(1 text\) were left out: .*Import it as a folder a label/,
    );
    expect(origin.reading).toMatchObject({
      format: 'aclimdb',
      leftOut: ['train/unsup (1 review without a label)'],
    });
    expect(await previewOf({ path })).toMatchObject({
      warnings: dataset.warnings,
      notes: ['Not read: train/unsup (1 review without a label).'],
    });
    const asFolders = await importOf({ path, format: 'folders', dropLabels: ['neutral'] });
    expect(asFolders.dataset.splits).toMatchObject({
      train: { count: 2 },
      test: { count: 2 },
      validation: { count: 1 },
    });
  });

  it('are told of a folder too', async () => {
    for (const { name, text } of entries(others.slice(0, 2))) at.put(`unpacked/${name}`, text);
    const path = `${at.home}/unpacked`;
    const { dataset } = await importOf({ path });
    expect(dataset.warnings).toEqual([
      expect.stringMatching(/^train\/neutral \(2 texts\) was left out/),
    ]);
    expect((await previewOf({ path })).warnings).toEqual(dataset.warnings);
  });
});

describe('labels that leave one class only', () => {
  it('are warned of by the preview, as they are by the import', async () => {
    const path = at.put('stars.csv', delimited(',', rowsOf('2', '4')));
    const warningsOf = async (request: Partial<ImportRequest>) =>
      (await at.datasets.preview({ path, ...request })).warnings;
    expect(await warningsOf({ threshold: 3 })).toEqual([]);
    expect(await warningsOf({ threshold: 1 })).toEqual([
      'With these labels all 20 rows are positive: there is nothing to tell apart. Check what each label becomes.',
    ]);
    const { dataset } = await importOf({ path, threshold: 1 });
    expect(dataset.findings.map(({ kind, split }) => [kind, split])).toEqual([
      ['drawn', undefined],
      ['oneClass', 'train'],
      ['oneClass', 'test'],
    ]);
  });

  it('are called the first rows where the file goes on', async () => {
    const rows = Array.from({ length: 40_000 }, (_, row) => `review number ${row},neg`);
    const path = at.put('sorted.csv', `text,label\n${rows.join('\n')}\n`);
    expect((await at.datasets.preview({ path })).warnings).toEqual([
      'With these labels the first 10,000 rows are all negative: as in a file sorted by its labels, or there is nothing to tell apart. Check what each label becomes.',
    ]);
  });
});

it('counts the rows without a label, also where only the first ones were looked at', async () => {
  const rows = Array.from({ length: 40_000 }, (_, row) =>
    row % 1000 === 999 ? `review ${row},` : `review ${row},${row % 2 === 0 ? 'pos' : 'neg'}`,
  );
  const path = at.put('many.csv', `text,label\n${rows.join('\n')}\n`);
  expect(await questionsOf({ path })).toEqual([
    [
      'rows',
      '10 of the first 10,000 rows of many.csv have no label (column "label"): row 1,001, row 2,001, row 3,001, row 4,001, row 5,001 and 5 more. Fill them in, or leave such rows out.',
    ],
  ]);
  await expect(importOf({ path })).rejects.toThrow(
    '40 rows of many.csv have no label (column "label"): row 1,001, row 2,001, row 3,001, row 4,001, row 5,001 and 35 more. Fill them in, or leave such rows out.',
  );
});
