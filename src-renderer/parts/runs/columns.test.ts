import { describe, expect, it } from 'vitest';

import { buildEpoch, buildRun } from '../../testing/build-run.ts';
import { chosenColumns, columnOf, columns, moved, standardColumns } from './columns.ts';
import {
  axesOf,
  plottable,
  plotText,
  plotValue,
  standardAxes,
} from '../../views/runs/side/plot-fields.ts';
import { tagCounts } from '../../views/runs/tags.ts';

const run = buildRun({
  best: buildEpoch({ testAccuracy: 0.8702 }),
  config: { learningRate: 0.0005, patience: 'none' },
  tags: ['b', 'a'],
});

describe('columns', () => {
  it('have one id each', () => {
    expect(new Set(columns.map(({ id }) => id)).size).toBe(columns.length);
  });

  it('read any setting and any metric at the best epoch, at the last, and at its own best', () => {
    const texts = [
      'learningRate',
      'patience',
      'atBest.testAccuracy',
      'last.valLoss',
      'best.valAccuracy',
      'tags',
    ];
    expect(texts.map((id) => columnOf(id)?.text(run))).toEqual([
      '0.0005',
      'none',
      '87.02 %',
      '0.3900',
      '88.00 %',
      'b, a',
    ]);
    const queued = buildRun({ best: null, last: null });
    expect(columnOf('last.valLoss')?.value(queued)).toBeNull();
    expect(columnOf('last.valLoss')?.text(queued)).toBe('');
  });

  it('have what predictions say of the best epoch, once it is read', () => {
    const column = columnOf('atBest.brier');
    expect(column).toMatchObject({ isPredicted: true, first: 'ascending' });
    expect(column?.value(run)).toBeNull();
    expect(column?.text(buildRun({ figures: { brier: 0.1, rocArea: 0.9 } }))).toBe('0.1000');
    expect(columnOf('atBest.rocArea')?.first).toBe('descending');
  });

  it('are the standard ones by the width of the window, until somebody chooses', () => {
    expect(standardColumns(1100).slice(0, 2)).toEqual(['atBest.valLoss', 'atBest.valAccuracy']);
    expect(standardColumns(1100)).not.toContain('time');
    expect(standardColumns(1700)).toContain('tags');
    const stored = [
      { id: 'seed', width: 77 },
      { id: 'ofAnotherVersion', width: 50 },
    ];
    expect(chosenColumns(stored, 1100).map(({ column, width }) => [column.id, width])).toEqual([
      ['seed', 77],
    ]);
  });

  it('move by places, and not beyond the ends', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});

describe('axes', () => {
  it('are the settings that differ, then loss and accuracy', () => {
    const runs = [
      buildRun(),
      buildRun({ config: { maxLength: 200 } }),
      buildRun({ config: { learningRate: 0.01 } }),
    ];
    expect(standardAxes(runs)).toEqual([
      'maxLength',
      'learningRate',
      'atBest.valLoss',
      'atBest.valAccuracy',
    ]);
    expect(standardAxes([run])).toEqual([
      'variant',
      'seed',
      'atBest.valLoss',
      'atBest.valAccuracy',
    ]);
  });

  it('begin with what the newest sweep varies', () => {
    const sweep = [0.001, 0.003].map((learningRate) =>
      buildRun({ experimentId: 'sweep', config: { learningRate } }),
    );
    const pair = [1, 2].map((seed) =>
      buildRun({ experimentId: 'pair', config: { seed, maxLength: 200 } }),
    );
    expect(standardAxes([...pair, ...sweep]).slice(0, 2)).toEqual(['learningRate', 'maxLength']);
  });

  it('take no free text', () => {
    expect(axesOf(['note', 'seed', 'unknown']).map(({ id }) => id)).toEqual(['seed']);
    expect(plottable.map(({ id }) => id)).not.toContain('against');
  });

  it('say values as the table does', () => {
    const variant = columnOf('variant');
    const rate = columnOf('learningRate');
    if (variant === undefined || rate === undefined) throw new Error('There are no such columns.');
    expect(plotValue(variant, buildRun({ variant: null }))).toBe('custom');
    expect(plotText(variant, 'custom')).toBe('custom');
    expect(plotText(rate, 0.0005)).toBe('0.0005');
  });
});

it('tags are counted over all runs and over some', () => {
  const runs = [{ tags: ['pilot', 'a'] }, { tags: ['pilot'] }, { tags: [] }];
  expect(tagCounts(runs, runs.slice(1))).toEqual([
    { tag: 'a', total: 1, ofTargets: 0 },
    { tag: 'pilot', total: 2, ofTargets: 1 },
  ]);
});
