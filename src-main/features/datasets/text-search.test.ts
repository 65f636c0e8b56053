import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createDocuments, openDocuments, type Documents } from './store/documents.ts';
import { createTextSearch } from './text-search.ts';

let folder: string;
let documents: Documents;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-search-'));
  const file = path.join(folder, 'documents.sqlite');
  const writer = createDocuments(file);
  const texts = [
    'A fine film',
    'Фильм, 영화',
    'a 100% _film_',
    ...Array.from({ length: 3500 }, (_, at) => `number ${at}`),
  ];
  for (const [row, text] of texts.entries())
    writer.addDocument({ split: 'train', row, label: 0, rating: null, text });
  writer.addDocument({ split: 'test', row: 0, label: 1, rating: null, text: 'another film' });
  writer.finish();
  documents = openDocuments(file);
});

afterEach(() => {
  documents.close();
  rmSync(folder, { recursive: true });
});

describe('the search in texts', () => {
  it('finds what is typed as it stands, in either case of any alphabet, in one split', async () => {
    const find = createTextSearch(documents);
    const rows = async (search: string) => [...(await find('train', search))];
    expect(await rows('FILM')).toEqual([0, 2]);
    expect(await rows('фильм')).toEqual([1]);
    expect(await rows('영화')).toEqual([1]);
    expect(await rows('0% _')).toEqual([2]);
    expect(await rows('number 3499')).toEqual([3502]);
    expect(await rows('nowhere')).toEqual([]);
    expect([...(await find('test', 'film'))]).toEqual([0]);
  });

  it('answers the newest question first and each of them', async () => {
    const find = createTextSearch(documents);
    const order: string[] = [];
    const ask = async (search: string) => {
      const { length } = await find('train', search);
      order.push(`${search} ${length}`);
    };
    await Promise.all(['n', 'nu', 'number 1'].map(ask));
    expect(order).toEqual(['number 1 1111', 'nu 3500', 'n 3501']);
  });

  it('keeps its last answers', async () => {
    const find = createTextSearch(documents);
    const first = find('train', 'film');
    expect(find('train', 'Film')).toBe(first);
    await first;
    expect(find('train', 'FILM')).toBe(first);
  });

  it('ends with the file it reads', async () => {
    const find = createTextSearch(documents);
    const search = find('train', 'film');
    documents.close();
    await expect(search).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
