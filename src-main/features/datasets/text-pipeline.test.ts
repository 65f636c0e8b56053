import { rmSync } from 'node:fs';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { ImportRequest } from '#contract/dataset.ts';

import { npyOf, npyOfLists, zipOf } from '../../testing/archives.ts';
import { openTestDatasets, type TestDatasets } from '../../testing/test-datasets.ts';

import { datasetFolder, idsFile } from './place.ts';

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

const importOf = async (request: ImportRequest) => (await at.importOf(request)).dataset;

function put(
  name: string,
  rows: readonly (readonly [text: string, label: string, split: string])[],
): string {
  return at.put(name, ['text,label,split', ...rows.map((row) => row.join(','))].join('\n'));
}

const marked = () =>
  put('marked.csv', [
    ['A fine<br />film &amp; more', 'positive', 'train'],
    ['A dull<br />film', 'negative', 'train'],
    ['Fine', 'positive', 'test'],
    ['Dull', 'negative', 'test'],
  ]);

it('is part of what a dataset is, and says how every text of it becomes words', async () => {
  const file = marked();
  const plain = await importOf({ path: file });
  const stripped = await importOf({ path: file, pipeline: { html: 'stripped' } });
  expect(stripped.datasetId).not.toBe(plain.datasetId);
  expect(stripped.pipeline).toEqual({ html: 'stripped', unicode: 'kept', words: 'spaces' });
  expect((await importOf({ path: file, pipeline: { html: 'stripped' } })).datasetId).toBe(
    stripped.datasetId,
  );
  expect((await importOf({ path: file, pipeline: { html: 'kept' } })).datasetId).toBe(
    plain.datasetId,
  );

  const wordsOf = async (datasetId: string) =>
    (await at.datasets.review(datasetId, 'train', 0)).words.slice(1);
  expect(await wordsOf(plain.datasetId)).toEqual(['a', 'fine', 'br', 'film', 'amp', 'more']);
  expect(await wordsOf(stripped.datasetId)).toEqual(['a', 'fine', 'film', 'more']);
  // A text that is typed goes the same way, and the text that is shown stays as it was.
  const typed = await at.datasets.encodeText(stripped.datasetId, 'a<br />film');
  expect(typed.words.slice(1)).toEqual(['a', 'film']);
  expect((await at.datasets.review(stripped.datasetId, 'train', 0)).text).toBe(
    'A fine<br />film &amp; more',
  );
});

it('makes lost ids anew the same way', async () => {
  const dataset = await importOf({
    path: marked(),
    pipeline: { html: 'stripped', unicode: 'nfkc' },
  });
  const ids = (await at.datasets.review(dataset.datasetId, 'train', 0)).ids;
  at.datasets.close();
  rmSync(idsFile(datasetFolder(at.home, dataset.contentHash)));
  const opened = at.open();
  expect((await opened.review(dataset.datasetId, 'train', 0)).ids).toEqual(ids);
  opened.close();
});

it('finds the words of a text without spaces', async () => {
  const file = put('japanese.csv', [
    ['この映画は面白い', 'positive', 'train'],
    ['この映画は退屈だ', 'negative', 'train'],
    ['面白い', 'positive', 'test'],
    ['退屈だ', 'negative', 'test'],
  ]);
  const spaced = await importOf({ path: file });
  const segmented = await importOf({ path: file, pipeline: { words: 'segmenter' } });
  expect(spaced.vocabularySize).toBe(2);
  const { ids } = await at.datasets.encodeText(segmented.datasetId, '映画');
  expect(ids).toHaveLength(2);
  expect(ids[1]).toBeGreaterThan(3);
});

it('is refused for ids', async () => {
  const reviews = npyOfLists([
    [1, 2],
    [2, 3],
  ]);
  const labels = npyOf([0, 1]);
  const file = at.put(
    'ids.npz',
    zipOf(
      ['train', 'test'].flatMap((split) => [
        { name: `x_${split}.npy`, text: reviews },
        { name: `y_${split}.npy`, text: labels },
      ]),
    ),
  );
  await expect(importOf({ path: file, pipeline: { html: 'stripped' } })).rejects.toThrow(
    /it holds ids/,
  );
});

it('says in the preview what the texts look like', async () => {
  const notesOf = async (file: string, pipeline?: ImportRequest['pipeline']) =>
    (await at.datasets.preview({ path: file, pipeline })).notes.join(' ');
  expect(await notesOf(marked())).toMatch(/2 of 4 texts hold HTML tags/);
  expect(await notesOf(marked(), { html: 'stripped' })).not.toMatch(/HTML/);
  const rowsOf = (text: string) =>
    [0, 1, 2, 3].map(
      (row) =>
        [
          `${text} ${row}`,
          row % 2 === 0 ? 'positive' : 'negative',
          row < 2 ? 'train' : 'test',
        ] as const,
    );
  expect(await notesOf(put('korean.csv', rowsOf('이 영화는 정말 재미있다')))).toMatch(
    /Korean is split at spaces/,
  );
  const chinese = put('chinese.csv', rowsOf('这部电影很好看'));
  expect(await notesOf(chinese)).toMatch(/Choose the word segmenter/);
  expect(await notesOf(chinese, { words: 'segmenter' })).not.toMatch(/segmenter/);
});
