import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openTestApp, type TestApp } from '../../testing/test-app.ts';

/** A stored text, label or word that was altered behind the program's back is refused: not shown, not trained on and not exported. */

let app: TestApp;
let datasetId: string;
let folder: string;
const options = { signal: new AbortController().signal, onProgress: () => undefined };
const refused = /The stored reviews of the data were altered.*Import the original data again/;

beforeEach(async () => {
  app = openTestApp();
  const { dataset } = await app.services.datasets.importSample(options);
  ({ datasetId } = dataset);
  folder = path.join(app.home, 'datasets', dataset.contentHash);
});
afterEach(async () => {
  await app.remove();
});

function alter(sql: string): void {
  const db = new Database(path.join(folder, 'documents.sqlite'));
  expect(db.prepare(sql).run().changes).toBe(1);
  db.close();
}

const edits = [
  `UPDATE documents SET text = text || ' not' WHERE split = 'train' AND row = 3`,
  `UPDATE documents SET label = 1 - label WHERE split = 'test' AND row = 0`,
  `DELETE FROM documents WHERE split = 'train' AND row = (SELECT max(row) FROM documents WHERE split = 'train')`,
  `UPDATE vocabulary SET word = 'zzz' WHERE rank = 5`,
];

const shown: Readonly<Record<string, () => unknown>> = {
  'a prediction': () => app.services.datasets.encodeText(datasetId, 'a good film'),
  'the facts': () => app.services.datasets.profile(datasetId),
  'a review': () => app.services.datasets.review(datasetId, 'train', 0),
  'the vocabulary': () => app.services.datasets.words(datasetId),
  'the reviews that a finding is about': () =>
    app.services.datasets.findingRows({
      datasetId,
      kind: 'contradictions',
      split: null,
      offset: 0,
      count: 1,
    }),
};

describe.each([
  ...edits,
  `UPDATE documents SET rating = 1 WHERE split = 'train' AND row = 0`,
  `UPDATE vocabulary SET count = count + 1, positive_count = positive_count + 1 WHERE rank = 9`,
])('after "%s"', (sql) => {
  test('nothing is shown of the data until the original data is imported again', async () => {
    alter(sql);
    for (const [what, show] of Object.entries(shown))
      await expect(Promise.resolve().then(show), what).rejects.toThrow(refused);
    const { notes } = await app.services.datasets.importSample(options);
    expect(notes.join(' ')).toContain('whole again');
    for (const [what, show] of Object.entries(shown))
      await expect(Promise.resolve().then(show), what).resolves.toBeDefined();
  });
});

test.each(edits.slice(0, 2))(
  'what an older version wrote is sealed, but not after "%s"',
  async (sql) => {
    const seal = path.join(folder, 'documents.sha256');
    const first = readFileSync(seal, 'utf8');
    rmSync(seal);
    alter(sql);
    await expect(app.services.datasets.words(datasetId)).rejects.toThrow(refused);
    expect(existsSync(seal)).toBe(false);
    await app.services.datasets.importSample(options);
    rmSync(seal);
    await app.services.datasets.words(datasetId);
    expect(readFileSync(seal, 'utf8')).toBe(first);
  },
);

test.each(edits)('encoding again refuses what "%s" left', async (sql) => {
  alter(sql);
  rmSync(path.join(folder, 'ids.bin'));
  await expect(app.services.datasets.review(datasetId, 'train', 0)).rejects.toThrow(refused);
  expect(existsSync(path.join(folder, 'ids.bin'))).toBe(false);
});

test.each(edits.slice(0, 2))('an export and a bundle refuse what "%s" left', async (sql) => {
  alter(sql);
  for (const format of ['jsonl', 'parquet'] as const) {
    const file = path.join(app.home, `out.${format}`);
    await expect(
      app.services.datasets.exportTo(datasetId, format, file, { isForced: false }),
    ).rejects.toThrow(refused);
    expect(existsSync(file)).toBe(false);
  }
});

test('an import of the original data makes it whole again', async () => {
  const file = path.join(app.home, 'out.jsonl');
  await app.services.datasets.exportTo(datasetId, 'jsonl', file, { isForced: false });
  const before = readFileSync(file, 'utf8');
  alter(edits[0] ?? '');
  const { notes } = await app.services.datasets.importSample(options);
  expect(notes.join(' ')).toContain('whole again');
  await app.services.datasets.exportTo(datasetId, 'jsonl', file, { isForced: true });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('an empty seal, which a full disk left, is none', async () => {
  const seal = path.join(folder, 'documents.sha256');
  const first = readFileSync(seal, 'utf8');
  writeFileSync(seal, '');
  await app.services.datasets.words(datasetId);
  expect(readFileSync(seal, 'utf8')).toBe(first);
});
