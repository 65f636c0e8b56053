import { configFields } from '#contract/config-fields.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { defaultConfig, resolveConfig, variantFactors } from './run-config.ts';
import { hasSameLayout, misfits, startFromOf, startPointOf } from './start-from.ts';

const size = fc.integer({ min: 2, max: 3 });
const shape = fc.record({
  embedding: fc.constantFrom(...configFields.embedding.words),
  convPadding: fc.constantFrom(...configFields.convPadding.words),
  cnnHead: fc.constantFrom(...configFields.cnnHead.words),
  branches: fc.constantFrom(...configFields.branches.words),
  numWords: size,
  maxLength: size,
  embeddingDim: size,
  hiddenUnits: size,
  filters: size,
  kernelSize: size,
});

test('a start is written and read', () => {
  expect(startPointOf(startFromOf({ runId: 'abc', epoch: 12 }))).toEqual({
    runId: 'abc',
    epoch: 12,
  });
  expect(startPointOf('none')).toBeNull();
});

test('a configuration takes none, which is the default, or a run and its epoch', () => {
  expect(defaultConfig.startFrom).toBe('none');
  expect(resolveConfig({ startFrom: 'abc2@3' })).toMatchObject({
    ok: true,
    config: { startFrom: 'abc2@3' },
  });
  for (const startFrom of ['abc2', 'abc2@', '@3', 'abc2@-1', 'a b@3', '../x@3', '']) {
    expect(resolveConfig({ startFrom }), startFrom).toEqual({
      ok: false,
      errors: [
        { field: 'startFrom', message: 'Use none, or a run with its epoch as RUNID@EPOCH.' },
      ],
    });
  }
});

test('fields that do not change a weight do not matter, the others are named', () => {
  const other = { ...defaultConfig, convPadding: 'valid', learningRate: 1, seed: 2 } as const;
  expect(misfits(defaultConfig, other)).toEqual([]);
  expect(misfits(defaultConfig, { ...other, hiddenUnits: 64, numWords: 500 })).toEqual([
    'numWords',
    'hiddenUnits',
  ]);
  expect(misfits(defaultConfig, { ...defaultConfig, ...variantFactors.B })).toEqual([
    'embedding',
    'cnnHead',
  ]);
  // Without an LSTM neither the length nor the units have weights.
  const cnn = { ...defaultConfig, branches: 'cnn' } as const;
  expect(misfits(cnn, { ...cnn, maxLength: 100, hiddenUnits: 64 })).toEqual([]);
});

test('some field is to blame exactly where the layouts differ', () => {
  fc.assert(
    fc.property(shape, shape, (source, model) => {
      expect(misfits(source, model).length === 0).toBe(hasSameLayout(source, model));
    }),
  );
});
