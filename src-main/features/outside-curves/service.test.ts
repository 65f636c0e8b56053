import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { outsideImportedSchema } from '#contract/outside-curve.ts';

import { openTempDb, type TempHome } from '../../testing/open-temp-db.ts';
import type { OutsideCurvesService } from '../services.ts';
import { createOutsideCurves } from './service.ts';

let temp: TempHome;
let curves: OutsideCurvesService;
beforeEach(() => {
  temp = openTempDb();
  curves = createOutsideCurves({
    db: temp.databases.main,
    emit: () => undefined,
    now: () => new Date(0),
  });
});
afterEach(() => {
  temp.remove();
});

function file(name: string, content: string): string {
  const target = path.join(temp.home, name);
  writeFileSync(target, content);
  return target;
}

test('a file is imported once, whatever it is called, and listed by name', () => {
  const text = '\uFEFFepoch;loss;val_loss\r\n1;0,5;0,75\r\n\r\n2;0,25;\r\n';
  const first = curves.import({ path: file('thesis.csv', text) });
  expect(outsideImportedSchema.parse(first)).toEqual(first);
  const [curve] = first.curves;
  expect(curve).toMatchObject({ name: 'thesis', fileName: 'thesis.csv' });
  expect(curve?.epochs.map(({ loss, valLoss }) => [loss, valLoss])).toEqual([
    [0.5, 0.75],
    [0.25, null],
  ]);
  curves.import({ path: file('copy.csv', text), name: 'renamed' });
  curves.import({ path: file('other.csv', 'epoch,acc\n1,0.5\n') });
  expect(curves.list().map(({ name }) => name)).toEqual(['other', 'renamed']);
  expect(curves.resolve('renamed')).toBe(curve?.curveId);
  expect(
    temp.databases.main
      .prepare(`SELECT name, epoch, loss, val_loss FROM v_outside_epochs WHERE name = 'renamed'`)
      .all(),
  ).toEqual([
    { name: 'renamed', epoch: 1, loss: 0.5, val_loss: 0.75 },
    { name: 'renamed', epoch: 2, loss: 0.25, val_loss: null },
  ]);
});

test('several curves of a file are all imported, or none', () => {
  const text = 'run\tepoch\tloss\na\t1\t0.5\nb\t1\t0.6\n';
  expect(() => curves.import({ path: file('two.tsv', text), name: 'x' })).toThrow(/2 curves/);
  expect(() => curves.import({ path: file('bad.tsv', `${text}b\t1\t0.7\n`) })).toThrow(
    /^bad\.tsv: line 4 is about epoch 1/,
  );
  expect(curves.list()).toEqual([]);
  curves.import({ path: file('two.tsv', text) });
  const [a] = curves.list();
  curves.remove({ curveId: a?.curveId ?? '' });
  expect(curves.list().map(({ name }) => name)).toEqual(['b']);
  expect(() => curves.remove({ curveId: a?.curveId ?? '' })).toThrow(/no curve/);
});

test('what is no file of curves is refused with its name', () => {
  mkdirSync(path.join(temp.home, 'folder'));
  expect(() => curves.import({ path: path.join(temp.home, 'folder') })).toThrow(/is no file/);
  expect(() => curves.import({ path: path.join(temp.home, 'none.csv') })).toThrow(/is no file/);
  expect(() => curves.import({ path: file('empty.csv', '') })).toThrow(/^empty\.csv: it is empty/);
  expect(() => curves.import({ path: file('ragged.csv', 'epoch,loss\n1,0.5,9\n') })).toThrow(
    /^ragged\.csv: it is not a table/,
  );
  const binary = path.join(temp.home, 'binary.csv');
  writeFileSync(
    binary,
    Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256),
  );
  expect(() => curves.import({ path: binary })).toThrow(
    /^binary\.csv: it is not text but packed or binary/,
  );
  const packed = path.join(temp.home, 'curves.csv.gz');
  writeFileSync(packed, gzipSync('epoch,loss\n1,0.5\n'));
  expect(() => curves.import({ path: packed })).toThrow(
    /^curves\.csv\.gz: it is not text but packed or binary\. Unpack/,
  );
});
