import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Dataset } from '#contract/dataset.ts';

import { tarOf } from '../../../testing/archives.ts';
import { openTestDatasets, type TestDatasets } from '../../../testing/test-datasets.ts';

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

type Row = readonly [text: string, label: 0 | 1, split: 'train' | 'test' | 'validation'];

/** A number names a text. */
const textOf = (number: number): string => `review number ${number} of these`;
const put = (rows: readonly Row[]) =>
  at.put(
    'rows.jsonl',
    rows.map(([text, label, split]) => JSON.stringify({ text, label, split })).join('\n'),
  );
const plain: readonly Row[] = (['train', 'test'] as const).flatMap((split, part) =>
  [0, 1, 2, 3].map((index): Row => [
    textOf(100 + part * 10 + index),
    index % 2 === 0 ? 0 : 1,
    split,
  ]),
);
const contradictions = ({ findings }: Dataset) =>
  findings.find(({ kind }) => kind === 'contradictions');

it('are the reviews of the same words with both labels, in whatever split and spelling', async () => {
  const rows: readonly Row[] = [
    ...plain,
    ['A fine film!', 1, 'train'],
    ['a fine FILM', 0, 'test'],
    ['A fine film!', 1, 'train'],
    ['A dull film', 0, 'train'],
    ['A dull film', 0, 'test'],
    ['...', 0, 'train'],
    ['...', 1, 'train'],
  ];
  const { dataset } = await at.importOf({ path: put(rows) });
  expect(contradictions(dataset)).toEqual({
    kind: 'contradictions',
    count: 3,
    text: '3 reviews have the same words and both labels: of this text a model cannot be right. Correct the labels in the file, or leave these reviews out.',
    rows: [
      { split: 'train', row: 4, of: { split: 'test', row: 4 } },
      { split: 'train', row: 5, of: { split: 'test', row: 4 } },
    ],
  });
  const cleaned = await at.importOf({ path: put(rows), drop: ['contradictions'] });
  expect(contradictions(cleaned.dataset)).toBeUndefined();
  expect(cleaned.dataset.splits).toEqual({
    train: { count: 7, positive: 3 },
    test: { count: 5, positive: 2 },
  });
  expect(cleaned.dataset.warnings).toContain(
    '3 reviews whose words carry both labels were left out, as asked for.',
  );
});

it('go all of them, before one of several copies is chosen to stay', async () => {
  const near = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen';
  const rows: readonly Row[] = [
    ...plain,
    [near, 1, 'train'],
    [near, 0, 'train'],
    [`${near} fifteen`, 1, 'test'],
    [textOf(100), 0, 'test'],
  ];
  const { dataset } = await at.importOf({
    path: put(rows),
    drop: ['contradictions', 'nearCopies'],
  });
  // Of the two that contradict none is left to be nearly repeated.
  expect(dataset.splits).toMatchObject({ train: { count: 4 }, test: { count: 5 } });
  expect(dataset.warnings).toEqual([
    '2 reviews whose words carry both labels were left out, as asked for.',
    '1 review that copies another word for word was left out, as asked for.',
  ]);
});

it('are told of a near copy with the other label', async () => {
  const near = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen';
  const rows: readonly Row[] = [...plain, [near, 1, 'train'], [`${near} fifteen`, 0, 'test']];
  const { dataset } = await at.importOf({ path: put(rows) });
  expect(contradictions(dataset)).toBeUndefined();
  expect(dataset.findings.find(({ kind }) => kind === 'nearCopies')?.text).toMatch(
    /^1 of the 5 test reviews .* 1 of them has another label than the review it repeats\.$/,
  );
});

it('are found and left out in an archive with its own splits too', async () => {
  const entries = ['train', 'test'].flatMap((split) =>
    ['pos', 'neg'].flatMap((label) =>
      [1, 2].map((number) => ({
        name: `aclImdb/${split}/${label}/${number}_5.txt`,
        text: number === 1 ? 'The same text' : `${split} ${label}`,
      })),
    ),
  );
  const path = at.put('acl.tar', await tarOf(entries));
  const { dataset } = await at.importOf({ path });
  expect(contradictions(dataset)).toMatchObject({ count: 4 });
  const cleaned = await at.importOf({ path, drop: ['contradictions'] });
  expect(cleaned.dataset.splits).toEqual({
    train: { count: 2, positive: 1 },
    test: { count: 2, positive: 1 },
  });
});

it('are those that a plain search finds', async () => {
  const row = fc.tuple(
    fc.nat(6).map(textOf),
    fc.constantFrom(0 as const, 1 as const),
    fc.constantFrom('train' as const, 'test' as const, 'validation' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 14 }), async (more) => {
      const rows = [...plain, ...more];
      const labelsOf = (text: string) =>
        new Set(rows.filter(([other]) => other === text).map(([, label]) => label));
      const expected = rows.filter(([text]) => labelsOf(text).size === 2).length;
      const { dataset } = await at.importOf({ path: put(rows) });
      expect(contradictions(dataset)?.count ?? 0).toBe(expected);
      const { rows: listed } = await at.datasets.findingRows({
        datasetId: dataset.datasetId,
        kind: 'contradictions',
        split: null,
        offset: 0,
        count: 100,
      });
      for (const { label, of } of listed) expect(of?.label).toBe(1 - label);
      const named = listed.flatMap(({ split, row, of }) => [
        `${split} ${row}`,
        `${of?.split} ${of?.row}`,
      ]);
      expect(new Set(named).size).toBe(expected);
    }),
    { numRuns: 15 },
  );
});

it('are listed page by page, as copies are, with what each repeats', async () => {
  const rows: readonly Row[] = [
    ...plain,
    ...Array.from({ length: 60 }, (_, index): Row => [
      textOf(100),
      0,
      index % 2 === 0 ? 'train' : 'test',
    ]),
  ];
  const { dataset } = await at.importOf({ path: put(rows) });
  const { datasetId } = dataset;
  const page = (offset: number) =>
    at.datasets.findingRows({ datasetId, kind: 'copies', split: 'test', offset, count: 20 });
  expect(dataset.findings.find(({ kind }) => kind === 'copies')).toMatchObject({
    count: 30,
    split: 'test',
  });
  const pages = [await page(0), await page(20)];
  expect(pages.map(({ total, rows: found }) => [total, found.length])).toEqual([
    [30, 20],
    [30, 10],
  ]);
  expect(pages[1]?.rows.at(-1)).toEqual({
    split: 'test',
    row: 33,
    label: 0,
    of: { split: 'train', row: 0, label: 0 },
  });
});
