import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { createDocuments, fillWords, openDocuments } from './documents.ts';

test('words that another connection adds later are seen by those that are open', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-documents-'));
  const file = path.join(folder, 'documents.sqlite');
  const writer = createDocuments(file);
  writer.addWord({ rank: 1, word: null, count: 7, positiveCount: 3 });
  writer.finish();
  const documents = openDocuments(file);
  expect(documents.words()).toEqual([null, null]);
  fillWords(file, new Map([[1, 'the']]));
  expect(documents.words()).toEqual([null, 'the']);
  expect(documents.words()).toBe(documents.words());
  documents.close();
  rmSync(folder, { recursive: true });
});
