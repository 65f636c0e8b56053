import { homedir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { calls } from '#contract/index.ts';

import { openTestApp } from '../testing/test-app.ts';
import { typedPath } from './typed-path.ts';

test('a path from the root or from the own folder is taken, another says what is missing', () => {
  const full = path.resolve('/data/x.html');
  expect(typedPath({ path: full, format: 'html' })).toEqual({ path: full, format: 'html' });
  expect(typedPath({ path: '~/a b/x.html' }).path).toBe(path.join(homedir(), 'a b', 'x.html'));
  expect(typedPath({ path: '~' }).path).toBe(homedir());
  expect(typedPath({ path: '/data/link/../x.html' }).path).toBe(full);
  for (const relative of ['x.html', './x.html', '../x.html', '~other/x.html', 'a/~/x.html'])
    expect(() => typedPath({ path: relative })).toThrow(
      `"${relative}" does not say in which folder. Type the whole path, such as ${path.join(homedir(), path.basename(relative))}.`,
    );
});

test('every call of a window that names a file refuses a relative path', async () => {
  const app = openTestApp();
  try {
    const { handlers } = app;
    const named = { path: 'x.html' };
    const spec = app.services.reports.draft({ runIds: ['none'], title: 'x' });
    const asked: Readonly<Record<string, () => unknown>> = {
      'bundles.startExport': () =>
        handlers['bundles.startExport']({
          ...named,
          runIds: ['x'],
          withData: false,
          isForced: false,
        }),
      'bundles.startImport': () => handlers['bundles.startImport'](named),
      'datasets.preview': () => handlers['datasets.preview'](named),
      'datasets.startImport': () => handlers['datasets.startImport'](named),
      'datasets.startExport': () =>
        handlers['datasets.startExport']({
          ...named,
          datasetId: 'x',
          format: 'jsonl',
          isForced: false,
        }),
      'diffs.export': () =>
        handlers['diffs.export']({ ...named, diffId: 'x', format: 'json', isForced: false }),
      'outsideTables.import': () => handlers['outsideTables.import'](named),
      'outsideCurves.import': () => handlers['outsideCurves.import'](named),
      'reports.startExport': () =>
        handlers['reports.startExport']({ ...named, spec, format: 'html', isForced: false }),
      'reports.read': () => handlers['reports.read'](named),
      'reports.queueRuns': () => handlers['reports.queueRuns'](named),
    };
    const withPath = Object.entries(calls).filter(
      ([, { input }]) => 'shape' in input && 'path' in input.shape,
    );
    expect(withPath.map(([name]) => name).toSorted()).toEqual(Object.keys(asked).toSorted());
    const ofSlurm = () =>
      handlers['slurm.start']({
        datasetId: 'd',
        configs: [{}],
        options: { cpus: 1, checkpointSeconds: 1, shared: 'x.html' },
      });
    for (const [name, ask] of Object.entries({ ...asked, 'slurm.start': ofSlurm }))
      await expect(Promise.resolve().then(ask), name).rejects.toThrow(
        /"x\.html" does not say in which folder/,
      );
  } finally {
    await app.remove();
  }
});
