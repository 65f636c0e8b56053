import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { calls, type CallInput, type CallName } from '#contract/index.ts';

import { openApp, type AppOptions } from '../features/app.ts';
import { openWorkbench, type Workbench } from '../features/workbench.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { entries } from '../testing/programs.ts';

let home = '';
let app: Workbench;
let dispatch: Dispatch;
let datasetId = '';
const defects: unknown[] = [];

const options = (): AppOptions => ({
  home,
  ...entries,
});
const open = () => {
  app = openWorkbench(options());
  dispatch = createDispatch(app.handlers, {
    isChecking: true,
    onDefect: (where, error) => defects.push([where, String(error)]),
  });
};

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-dispatch-'));
  const seeding = openApp(options());
  const job = { signal: new AbortController().signal, onProgress: () => {} };
  datasetId = (await seeding.services.datasets.importSample(job)).dataset.datasetId;
  await seeding.close();
  open();
});
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true, force: true });
});

const encoding = { numWords: 6000, maxLength: 100, padding: 'pre', truncating: 'pre' } as const;

it('answers calls that open the same dataset at once', async () => {
  const inputs: Partial<{ [N in CallName]: CallInput<N> }> = {
    'datasets.get': { datasetId },
    'datasets.coverage': { datasetId, from: 10, to: 50, step: 10 },
    'datasets.lengths': { datasetId, binWidth: 5, bins: 40 },
    'datasets.fit': { datasetId, maxLength: 50, numWords: 6000 },
    'datasets.vocabulary': { datasetId, offset: 0, count: 10, order: 'positive' },
    'datasets.unknown': { datasetId, numWords: [100, 6000] },
    'datasets.samples': { datasetId, split: 'train', offset: 0, count: 1, encoding },
  };
  const results = await Promise.all(
    Object.entries(inputs).map(([name, input]) => dispatch(name, input)),
  );
  expect(results.map((result) => (result.ok ? 'ok' : result.failure.message))).toEqual(
    results.map(() => 'ok'),
  );
});

it('answers well-formed calls about what there is not with a sentence, never with a defect', async () => {
  const none = 'none';
  const inputs: { [N in CallName]?: CallInput<N> } = {
    'datasets.get': { datasetId: none },
    'datasets.startImport': { path: path.join(home, 'none.tar.gz') },
    'jobs.cancel': { jobId: none },
    'datasets.coverage': { datasetId: none, from: 10, to: 50, step: 10 },
    'datasets.lengths': { datasetId: none, binWidth: 5, bins: 40 },
    'datasets.fit': { datasetId: none, maxLength: 50, numWords: 6000 },
    'datasets.vocabulary': { datasetId: none, offset: 0, count: 10 },
    'datasets.unknown': { datasetId: none, numWords: [100] },
    'datasets.samples': { datasetId: none, split: 'train', offset: 0, count: 1, encoding },
    'datasets.remove': { datasetId: none, withRuns: true },
    'datasets.restore': { datasetId: none },
    'files.list': { folder: path.join(home, 'none') },
    'runs.list': { limit: 10, before: none },
    'runs.get': { runId: none },
    'runs.start': { datasetId: none, configs: [{}] },
    'runs.stop': { runId: none },
    'runs.pause': { runId: none },
    'runs.resume': { runId: none },
    'runs.rename': { runId: none, name: 'x' },
    'runs.tag': { runIds: [none], add: ['x'] },
    'runs.note': { runId: none, note: 'x' },
    'runs.favourite': { runIds: [none], isFavourite: true },
    'runs.remove': { runIds: [none] },
    'runs.restore': { runIds: [none] },
    'runs.log': { runId: none },
    'runs.estimate': { datasetId: none, config: {} },
    'runs.probe': { datasetId: none, config: {} },
    'runs.predict': { runId: none, text: 'x', weights: 'best' },
    'runs.compare': { runIds: [none, 'other'] },
    'queue.add': { runIds: [none] },
    'queue.move': { runId: none, index: 0 },
    'queue.remove': { runIds: [none] },
    'sweeps.start': { datasetId: none, sweep: { seeds: [1, 2] } },
    'sweeps.estimate': { datasetId: none, sweep: { seeds: [1, 2] } },
    'embeddings.list': { runId: none },
    'embeddings.sentence': { runIds: [none], source: { kind: 'text', text: 'x' } },
    'embeddings.drift': { runId: none, branch: 'cnn' },
    'embeddings.cancelDrift': { runId: none, branch: 'cnn' },
    'diffs.start': {
      tables: [
        { kind: 'run', runId: none, branch: 'cnn' },
        { kind: 'outside', tableId: none },
      ],
    },
    'diffs.get': { diffId: none },
    'diffs.words': { diffId: none },
    'diffs.columns': { diffId: none },
    'diffs.neighbours': { diffId: none, word: 'x' },
    'diffs.projection': { diffId: none },
    'diffs.sentence': { diffId: none, source: { kind: 'text', text: 'x' } },
    'diffs.export': { diffId: none, format: 'json', path: path.join(home, 'x.json') },
    'diffs.remove': { diffId: none },
    'diffs.reviews': { diffId: none },
    'transplants.start': { diffId: none, donor: 0, receiver: 1 },
    'outsideTables.import': { path: path.join(home, 'none.txt') },
    'outsideTables.remove': { tableId: none },
    'outsideCurves.import': { path: path.join(home, 'none.csv') },
    'outsideCurves.remove': { curveId: none },
  };
  for (const [name, input] of Object.entries(inputs)) {
    const result = await dispatch(name, input);
    expect(result, name).toMatchObject({ ok: false });
    if (!result.ok) expect([name, result.failure.kind]).not.toContain('internal');
  }
  expect(defects).toEqual([]);
});

it('answers malformed input with a sentence, for every call', async () => {
  // Those that would start work of their own when the input happens to be good.
  const names = (Object.keys(calls) as CallName[]).filter(
    (name) => !['datasets.startSample', 'system.info', 'settings.set'].includes(name),
  );
  const ids = fc.constantFrom('none', '', datasetId, '__proto__');
  const value = fc.oneof(
    ids,
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(ids, { maxLength: 3 }),
    fc.integer(),
    fc.constant({}),
  );
  const keys = [
    'datasetId',
    'runId',
    'runIds',
    'jobId',
    'path',
    'from',
    'to',
    'step',
    'binWidth',
    'bins',
    'maxLength',
    'numWords',
    'offset',
    'count',
    'split',
    'encoding',
    'folder',
    'isTrash',
    'configs',
    'name',
    'config',
    'text',
    'weights',
    'source',
    'epoch',
    'resolution',
    'metric',
    'add',
    'remove',
    'note',
    'isFavourite',
  ];
  const input = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(fc.constantFrom(...keys), value),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), input, async (name, given) => {
      const result = await dispatch(name, given);
      if (!result.ok) {
        expect([name, given, result.failure.kind, result.failure.message]).not.toContain(
          'internal',
        );
        expect(result.failure.message.length).toBeGreaterThan(5);
      }
    }),
    { numRuns: 1000 },
  );
  expect(defects).toEqual([]);
});
