import { afterEach, beforeEach, expect, it } from 'vitest';

import { openTestDatasets, type TestDatasets } from '../../../testing/test-datasets.ts';

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

const importOf = async (folder: string, name?: string) => {
  const rows = Array.from({ length: 10 }, (_, index) => `${folder} number ${index},${index % 2}`);
  const path = at.put(`${folder}/films.csv`, `text,label\n${rows.join('\n')}\n`);
  return at.importOf({ path, ...(name === undefined ? {} : { name }) });
};

it('go on with a number where another dataset has them, and say so', async () => {
  expect((await importOf('first')).dataset.name).toBe('films');
  const second = await importOf('second');
  expect(second.dataset.name).toBe('films-2');
  expect(second.notes).toEqual([
    'It is named "films-2": another dataset is named "films" already.',
  ]);
  expect((await importOf('third')).dataset.name).toBe('films-3');
  expect((await importOf('fourth', 'x'.repeat(200))).dataset.name).toHaveLength(200);
  const cut = (await importOf('fifth', 'x'.repeat(200))).dataset.name;
  expect(cut).toBe(`${'x'.repeat(198)}-2`);
});

it('are not given twice by hand', async () => {
  const first = (await importOf('first')).dataset;
  const second = (await importOf('second')).dataset;
  expect(() => at.datasets.rename({ datasetId: second.datasetId, name: 'films' })).toThrow(
    `Another dataset (${first.datasetId}) is named "films" already. Choose another name.`,
  );
  expect(at.datasets.rename({ datasetId: second.datasetId, name: 'films-2' }).name).toBe('films-2');
});

it('that were given away meanwhile go on with a number when the trash gives a dataset back', async () => {
  const first = (await importOf('first')).dataset;
  at.datasets.remove({ datasetId: first.datasetId, withRuns: false });
  expect((await importOf('second')).dataset.name).toBe('films');
  expect(at.datasets.restore({ datasetId: first.datasetId }).name).toBe('films-2');
  expect(at.datasets.restore({ datasetId: first.datasetId }).name).toBe('films-2');
  at.datasets.remove({ datasetId: first.datasetId, withRuns: false });
  expect((await importOf('first')).dataset.name).toBe('films-2');
});
