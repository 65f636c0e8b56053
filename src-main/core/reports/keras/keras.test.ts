import { expect, test } from 'vitest';

import { fieldsOf } from '#contract/config-fields.ts';
import { defaultConfig, variantFactors } from '#core/config/run-config.ts';
import { weightLayout } from '#core/model/weight-layout.ts';

import { kerasVersion } from '../../../setup/bench/bench-peers.mjs';
import { tensorflowVersion } from '../../../setup/native/native-pins.mjs';
import { changedConfigs } from '../../../testing/builders/other-value.ts';
import { layerWeights, networkLines } from './network.ts';
import { pythonLiteral } from './python-literal.ts';
import { kerasScript } from './script.ts';
import { testedVersions } from './versions.ts';

const variantB = { ...defaultConfig, variant: 'B', ...variantFactors.B } as const;

test('the versions are those that the tests run it with', () => {
  expect([testedVersions.keras, testedVersions.tensorflow]).toEqual([
    kerasVersion,
    tensorflowVersion,
  ]);
});

test('every weight has its layer', () => {
  const cases = [
    defaultConfig,
    variantB,
    { ...variantB, branches: 'cnn' as const },
    { ...defaultConfig, branches: 'lstm' as const },
  ];
  for (const config of cases) {
    expect(Object.values(layerWeights(config)).flat()).toEqual(
      weightLayout(config).map(({ name }) => name),
    );
    const network = networkLines(config).join('\n');
    for (const layer of Object.keys(layerWeights(config)))
      expect(network).toContain(`name="${layer}"`);
  }
});

test('every field of the model is in the network, and every other one that it is trained by in the script', () => {
  const dense = { ...defaultConfig, cnnHead: 'dense' } as const;
  const usual = networkLines(dense).join('\n');
  for (const { field, changed } of changedConfigs(dense, 'model')) {
    const lines = networkLines(changed).join('\n');
    expect(lines !== usual || lines.includes(`c["${field}"]`), field).toBe(true);
  }
  // What data.npz is made by, and what trains nothing.
  const elsewhere = ['limit', 'subset', 'validation', 'snapshots'];
  const script = kerasScript({ config: dense, run: {}, hashes: {}, validation: 'test' });
  const unread = [...fieldsOf('data'), ...fieldsOf('training')].filter(
    (field) => !script.includes(`c["${field}"]`) && !script.includes(`CONFIG["${field}"]`),
  );
  expect(unread.toSorted()).toEqual(elsewhere.toSorted());
});

test('both branches of B read one embedding through one dropout', () => {
  const lines = networkLines(variantB).join('\n');
  expect(lines.match(/layers\.Embedding/g)).toHaveLength(1);
  expect(lines.match(/embeddingDropout/g)).toHaveLength(1);
  expect(
    networkLines(defaultConfig)
      .join('\n')
      .match(/embeddingDropout/g),
  ).toHaveLength(2);
});

test('values are written as Python has them, and text stays text', () => {
  expect(pythonLiteral({ a: null, b: [true, 1e-7], c: Number.NaN })).toBe(
    '{\n    "a": None,\n    "b": [True, 1e-7],\n    "c": float("NaN"),\n}',
  );
  const long = Array.from({ length: 3 }, () => 'x'.repeat(30));
  expect(pythonLiteral({ long }).split('\n')).toHaveLength(7);
  const name = '"""\nimport os; os.remove("x") #\\';
  const script = kerasScript({
    config: defaultConfig,
    run: { name },
    hashes: {},
    validation: 'test',
  });
  expect(script).toContain(String.raw`"name": "\"\"\"\nimport os; os.remove(\"x\") #\\",`);
  expect(script.split('\n').some((line) => line.startsWith('import os;'))).toBe(false);
});
