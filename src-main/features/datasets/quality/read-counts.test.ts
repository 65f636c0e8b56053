import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { writeEncodedFile } from '#core/text/encoded-file.ts';

import { createReadCounts, type ReadConfig } from './read-counts.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'twofold-read-counts-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Forty reviews of the start token and five words, of which the first has a word of its own. */
const split = {
  count: 40,
  labels: Uint8Array.from({ length: 40 }, (_, row) => row % 2),
  offsets: Uint32Array.from({ length: 41 }, (_, row) => 6 * row),
  tokens: Int32Array.from(
    Array.from({ length: 40 }, (_, row) => [1, 4, 4, 4, 5, row === 0 ? 7 : 6]).flat(),
  ),
};
const file = path.join(folder, 'encoded');
const datasetHash = 'd'.repeat(64);
writeFileSync(file, writeEncodedFile({ datasetHash, splits: { train: split, test: split } }));

const config: ReadConfig = {
  limit: 'none',
  validation: 'test',
  subset: 'fixed',
  seed: 1,
  numWords: 10,
  maxLength: 6,
  truncating: 'pre',
};

test('words are counted in the training reviews of a run, as it reads them', async () => {
  let opened = 0;
  const counts = createReadCounts(() => {
    opened += 1;
    return Promise.resolve(file);
  });
  const read = (change: Partial<ReadConfig>) =>
    counts({ contentHash: datasetHash } as Parameters<typeof counts>[0], { ...config, ...change });
  expect([...(await read({}))]).toEqual([0, 120, 40, 39, 1, 0, 0]);
  expect((await read({ maxLength: 3 }))[1]).toBe(40);
  // Ten reviews, of which two are held out.
  expect((await read({ limit: 10, validation: 0.2 }))[1]).toBe(24);
  expect(opened).toBe(3);
  await read({ seed: 2 });
  expect(opened).toBe(3);
});
