import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { sentenceSchema, snapshotSchema } from '#contract/snapshot.ts';

import { buildRun } from '../../testing/builders/build-run.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../../testing/test-runs.ts';
import type { EmbeddingsService } from '../services.ts';
import { createAnalysis } from '../../processes/analysis-supervisor.ts';
import { forkHost } from '../../processes/host.ts';
import { createEmbeddingsService } from './service.ts';
import { createTables } from './tables.ts';

let runs: TestRuns;
let embeddings: EmbeddingsService;
let a = '';
let b = '';
beforeEach(async () => {
  runs = openTestRuns();
  embeddings = createEmbeddingsService({
    ...parts(),
    runs: runs.service,
  });
  const started = runs.service.start({
    datasetId: 'd1',
    configs: [
      { ...tinyConfig, variant: 'A' },
      { ...tinyConfig, variant: 'B', maxLength: 10 },
    ],
  });
  for (const { runId } of started) await runs.service.follow(runId, () => undefined);
  [a = '', b = ''] = started.map(({ runId }) => runId);
});
afterEach(async () => {
  await runs.remove();
});

const parts = () => ({
  databases: runs.databases,
  tables: createTables(runs.databases.blobs),
  datasets: runs.datasets,
  // Nothing here is computed by it.
  analysis: createAnalysis({ host: forkHost, entry: '' }),
});

const floats = (base64: string) => [
  ...new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer),
];

describe('a sentence', () => {
  test('is its tokens under every table, at the best epoch', async () => {
    const sentence = sentenceSchema.parse(
      await embeddings.sentence({
        runIds: [a, b],
        source: { kind: 'text', text: 'A good film, unseen!' },
      }),
    );
    expect(sentence.tokens).toEqual([
      { position: 3, word: '<start>', id: 1, kind: 'start' },
      { position: 4, word: 'a', id: 2, kind: 'oov' },
      { position: 5, word: 'good', id: 4, kind: 'word' },
      { position: 6, word: 'film', id: 6, kind: 'word' },
      { position: 7, word: 'unseen', id: 2, kind: 'oov' },
    ]);
    expect(sentence).toMatchObject({ padCount: 3, cutCount: 0, label: null });
    expect(
      sentence.panels.map(({ branch, epoch, dims, p99 }) => [branch, epoch, dims, p99]),
    ).toEqual([
      ['cnn', 2, 2, 2],
      ['lstm', 2, 2, 2],
      ['shared', 2, 2, 2],
    ]);
    // The fake's tables hold the epoch, negative for the LSTM's.
    expect(floats(sentence.panels[1]?.values ?? '')).toEqual(Array.from({ length: 10 }, () => -2));
    expect(sentence.epochs).toEqual([0, 1, 2, 3]);
  });

  test('longer than the run reads is cut at its front', async () => {
    const text = 'good bad film plot fine dull good bad film plot';
    const sentence = await embeddings.sentence({ runIds: [a], source: { kind: 'text', text } });
    expect(sentence).toMatchObject({ padCount: 0, cutCount: 3 });
    expect(sentence.tokens.map(({ word }) => word)).toEqual([
      'film',
      'plot',
      'fine',
      'dull',
      'good',
      'bad',
      'film',
      'plot',
    ]);
  });

  test('shows the latest stored epoch at or before the one that is asked', async () => {
    runs.databases.main.prepare('DELETE FROM snapshots WHERE epoch IN (1, 2)').run();
    const at = async (epoch: number) =>
      (
        await embeddings.sentence({
          runIds: [a],
          source: { kind: 'review', split: 'train', row: 1 },
          epoch,
        })
      ).panels[0]?.epoch;
    expect([await at(0), await at(2), await at(3)]).toEqual([0, 0, 3]);
  });

  test('a run without tables is refused with its name', async () => {
    runs.databases.main.prepare('DELETE FROM snapshots').run();
    await expect(
      embeddings.sentence({ runIds: [a], source: { kind: 'text', text: 'x' } }),
    ).rejects.toThrow(/no embedding snapshot yet/);
  });
});

test('runs of different datasets have different words: refused', async () => {
  const other = buildRun({ runId: 'other', name: 'stranger', datasetHash: 'f'.repeat(64) });
  const mixed = createEmbeddingsService({
    ...parts(),
    runs: {
      ...runs.service,
      get: ({ runId }) => (runId === 'other' ? other : runs.service.get({ runId })),
    },
  });
  await expect(
    mixed.sentence({ runIds: [a, 'other'], source: { kind: 'text', text: 'good' } }),
  ).rejects.toThrow(/"stranger" was trained on another dataset/);
});

test('the list is by epoch and branch, and names its snapshots', () => {
  const list = embeddings.list({ runId: a }).map((item) => snapshotSchema.parse(item));
  expect(list.map(({ epoch, branch }) => `${epoch} ${branch}`)).toEqual([
    '0 cnn',
    '0 lstm',
    '1 cnn',
    '1 lstm',
    '2 cnn',
    '2 lstm',
    '3 cnn',
    '3 lstm',
  ]);
  expect(embeddings.resolve(`${a}-1-l`)).toBe(`${a}-1-lstm`);
  expect(() => embeddings.resolve(`${a}-1`)).toThrow(/more than one snapshot/);
});

describe('an export', () => {
  test('as .npy has the table that NumPy reads', async () => {
    const file = path.join(runs.home, 'table.npy');
    const result = await embeddings.exportTo(`${a}-3-lstm`, file);
    const bytes = readFileSync(file);
    expect(result).toEqual({ path: file, bytes: bytes.length });
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]));
    const headerEnd = 10 + bytes.readUInt16LE(8);
    expect(headerEnd % 64).toBe(0);
    expect(bytes.subarray(10, headerEnd).toString()).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(100, 2\), \} *\n$/,
    );
    expect(bytes.length).toBe(headerEnd + 100 * 2 * 4);
    expect(bytes.readFloatLE(headerEnd)).toBe(-3);
  });

  test('as .tsv has a line a word', async () => {
    const file = path.join(runs.home, 'table.tsv');
    await embeddings.exportTo(`${a}-3-cnn`, file);
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'id\tword\td0\td1',
      '0\t<pad>\t3\t3',
      '1\t<start>\t3\t3',
      '2\t<oov>\t3\t3',
      '3\t<unused>\t3\t3',
      '4\tgood\t3\t3',
    ]);
    expect(lines[11]).toBe('10\t#7\t3\t3');
    expect(lines).toHaveLength(102);
  });

  test('leaves an existing file alone unless told, and nothing behind when it fails', async () => {
    const file = path.join(runs.home, 'there.npy');
    writeFileSync(file, 'mine');
    await expect(embeddings.exportTo(`${a}-0-cnn`, file)).rejects.toThrow(/is there already/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await embeddings.exportTo(`${a}-0-cnn`, file, { isForced: true });
    expect(readFileSync(file).length).toBeGreaterThan(800);
    await expect(
      embeddings.exportTo(`${a}-0-cnn`, path.join(runs.home, 'no', 'x.npy')),
    ).rejects.toThrow(/does not exist/);
    expect(existsSync(path.join(runs.home, 'no'))).toBe(false);
    mkdirSync(path.join(runs.home, 'folder.npy'));
    await expect(
      embeddings.exportTo(`${a}-0-cnn`, path.join(runs.home, 'folder.npy'), { isForced: true }),
    ).rejects.toThrow(/is a folder/);
    await expect(embeddings.exportTo(`${a}-0-cnn`, path.join(runs.home, 'x.csv'))).rejects.toThrow(
      /\.npy or \.tsv/,
    );
  });
});
