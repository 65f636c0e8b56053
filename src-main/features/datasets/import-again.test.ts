import { afterEach, beforeEach, expect, it } from 'vitest';

import { openTestDatasets, type TestDatasets } from '../../testing/test-datasets.ts';

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

const rows = Array.from(
  { length: 20 },
  (_, index) => [`review number ${index}`, index % 2] as const,
);
const csv = () =>
  at.put(
    'films.csv',
    `text,label\n${rows.map(([text, label]) => `${text},${label}`).join('\n')}\n`,
  );
const jsonl = () =>
  at.put('films.jsonl', rows.map(([text, label]) => JSON.stringify({ text, label })).join('\n'));

it('says that the content is known and which name it keeps, and how this file was read', async () => {
  const first = await at.importOf({ path: csv() });
  expect(first).toMatchObject({ isKnown: false, notes: [], findings: first.dataset.findings });
  const again = await at.importOf({ path: jsonl(), name: 'My films' });
  const { datasetId } = first.dataset;
  expect(again).toMatchObject({
    isKnown: true,
    dataset: { datasetId, name: 'films', format: 'csv' },
    origin: { reading: { format: 'jsonl', delimiter: null } },
  });
  expect(again.notes).toEqual([
    `Already imported as "films" (${datasetId}): nothing was added.`,
    'It keeps the name "films"; rename it to change that.',
  ]);
  expect(at.datasets.rename({ datasetId, name: 'My films' })).toMatchObject({
    datasetId,
    name: 'My films',
  });
  expect((await at.importOf({ path: jsonl(), name: 'My films' })).notes).toHaveLength(1);
});

it('twice at once: one adds it, the other says that it is known', async () => {
  const files = [csv(), jsonl()];
  const both = await Promise.all(files.map((path) => at.importOf({ path })));
  expect(both.map(({ isKnown }) => isKnown).toSorted()).toEqual([false, true]);
  expect(both.flatMap(({ notes }) => notes)).toEqual([expect.stringMatching(/^Already imported/)]);
  expect(at.datasets.list({}).map(({ name }) => name)).toEqual(['films']);
});

it('twice at once, from the trash: it is back, and nobody empties the trash on the way', async () => {
  const { dataset } = await at.importOf({ path: csv() });
  at.datasets.remove({ datasetId: dataset.datasetId, withRuns: false });
  const [again] = await Promise.all([at.importOf({ path: jsonl() }), at.importOf({ path: csv() })]);
  expect(again).toMatchObject({ isKnown: true, dataset: { deletedAt: null } });
  expect(at.datasets.list({}).map(({ name }) => name)).toEqual(['films']);
});

it('says which dataset it is whose row somebody has damaged', async () => {
  await at.importOf({ path: csv() });
  for (const column of ['splits', 'pipeline'])
    expect(() => {
      at.databases.main.exec(`UPDATE datasets SET ${column} = '{}'`);
      at.datasets.list({});
    }).toThrow(
      'The stored facts of the dataset "films" are damaged. Restore a backup that was made before the damage.',
    );
});

it('tells what this import found, not what the first one did', async () => {
  const euro = Buffer.concat([
    Buffer.from('text,label\n'),
    ...rows.map(([text, label]) =>
      Buffer.from(`${text} caf\xe9 d\xe9j\xe0 vu,${label}\n`, 'latin1'),
    ),
  ]);
  const guessed = await at.importOf({ path: at.put('old.csv', euro) });
  expect(guessed.findings.map(({ kind }) => kind)).toEqual(['encoding', 'drawn']);
  const plain = at.put('new.csv', new TextDecoder('windows-1252').decode(euro));
  const again = await at.importOf({ path: plain });
  expect(again.isKnown).toBe(true);
  expect(again.findings.map(({ kind }) => kind)).toEqual(['drawn']);
});

it('remembers what the last import was asked for, so that it can be asked again', async () => {
  const { dataset } = await at.importOf({ path: csv(), textColumn: 'text', drop: ['empty'] });
  const { datasetId } = dataset;
  expect(at.datasets.origin({ datasetId }).request).toEqual({
    path: `${at.home}/films.csv`,
    textColumn: 'text',
    drop: ['empty'],
  });
  await at.importOf({ path: jsonl() });
  const other = at.open();
  expect(other.origin({ datasetId }).request).toEqual({ path: `${at.home}/films.jsonl` });
  other.close();
  const sample = await at.datasets.importSample({
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(at.datasets.origin({ datasetId: sample.dataset.datasetId })).toEqual({
    request: null,
    reading: null,
  });
});
