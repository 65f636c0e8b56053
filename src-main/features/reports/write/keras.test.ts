import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { fieldsOf } from '#contract/config-fields.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import { defaultConfig } from '#core/config/run-config.ts';

import { otherValue } from '../../../testing/builders/other-value.ts';
import { testPython } from '../../../testing/python.ts';
import { entries } from '../../../testing/programs.ts';
import { openApp, type App } from '../../app.ts';

const python = testPython(['keras', 'tensorflow']);

const base = {
  numWords: 200,
  maxLength: 16,
  embeddingDim: 4,
  hiddenUnits: 5,
  filters: 6,
  batchSize: 16,
  limit: 64,
  epochs: 2,
  learningRate: 0.02,
} as const satisfies RunConfigInput;

/** Every choice of a network is in one of them. */
const variants: Readonly<Record<string, RunConfigInput>> = {
  A: { variant: 'A' },
  B: { variant: 'B' },
  cnn: { branches: 'cnn', validation: 'test' },
  lstm: { branches: 'lstm', lstmActivation: 'relu' },
  mixed: { convPadding: 'valid', cnnHead: 'dense', padding: 'post', truncating: 'post', limit: 40 },
  even: { embedding: 'shared', kernelSize: 4 },
  options: Object.fromEntries(
    fieldsOf('model')
      .filter((field) => !(field in base) && field !== 'branches')
      .map((field) => [field, otherValue(field, defaultConfig[field])]),
  ),
};

/** One batch an epoch, without dropout: nothing is drawn, and Keras has to end where Twofold does. */
const undrawn = { embeddingDropout: 0, denseDropout: 0, batchSize: 64, epochs: 3 } as const;
const trained: Readonly<Record<string, RunConfigInput>> = {
  'again A': { variant: 'A', ...undrawn },
  'again B': { variant: 'B', ...undrawn, clipNorm: 0.1 },
};

/** Imports the script of each folder once, in one process: TensorFlow takes seconds to load. */
const driver = `
import importlib.util, json, os, sys
import keras, numpy as np

def load(folder):
    spec = importlib.util.spec_from_file_location("reproduce", os.path.join(folder, "reproduce.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

root, found = sys.argv[1], {"predicted": {}, "trained": {}}
for name in sorted(os.listdir(root)):
    if name.startswith("."):
        continue
    script = load(os.path.join(root, name))
    network, model = script.build()
    script.load_weights(model, "weights.npz")
    found["predicted"][name] = script.predict(model)
    if name.startswith("again"):
        script.load_weights(model, "initial-weights.npz")
        script.train(network)
        expected = np.load(script.beside("weights.npz"))
        pairs = [
            (model.get_layer(layer).get_weights(), [expected[key] for key in keys])
            for layer, keys in script.WEIGHTS.items()
        ]
        found["trained"][name] = max(
            float(np.abs(ours - theirs).max()) for pair in pairs for ours, theirs in zip(*pair)
        )
print("\\n" + json.dumps(found))
`;

let folder: string;
let app: App;
let datasetId: string;
const runIds: string[] = [];

async function train(name: string, config: RunConfigInput): Promise<string> {
  const [run] = app.services.runs.start({ datasetId, configs: [{ ...base, ...config }], name });
  const runId = run?.runId ?? '';
  expect((await app.services.runs.follow(runId, () => undefined)).state).toBe('finished');
  return runId;
}

describe.skipIf(python.reason !== '')(`the runs in Keras${python.reason}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-keras-'));
    app = openApp({ home: path.join(folder, 'home'), ...entries });
    ({
      dataset: { datasetId },
    } = await app.services.datasets.importSample({
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }));
    for (const [name, config] of Object.entries({ ...variants, ...trained }))
      runIds.push(await train(name, config));
  }, 240_000);
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const exported = (runs: readonly string[], name: string) => {
    const { reports } = app.services;
    const spec = reports.draft({ runIds: runs });
    const place = path.join(folder, name);
    return reports.exportSpec({ spec, format: 'keras', path: place, isForced: false });
  };

  test('say the same of every test review, and train to the same weights', async () => {
    const { path: root } = await exported(runIds, 'all');
    const printed = await python.run(['-c', driver, root]);
    const found = z
      .object({
        predicted: z.record(z.string(), z.number()),
        trained: z.record(z.string(), z.number()),
      })
      .parse(JSON.parse(printed.trim().split('\n').at(-1) ?? ''));
    expect(Object.keys(found.predicted).sort()).toEqual(
      [...Object.keys(variants), ...Object.keys(trained)].sort(),
    );
    for (const [name, difference] of Object.entries(found.predicted))
      expect(difference, name).toBeLessThanOrEqual(1e-5);
    expect(Object.keys(found.trained)).toEqual(Object.keys(trained));
    for (const [name, difference] of Object.entries(found.trained))
      expect(difference, name).toBeLessThanOrEqual(1e-5);
  }, 240_000);

  test('are compared, saved and loaded by the script alone', async () => {
    const { path: root } = await exported(runIds.slice(1, 2), 'one');
    const script = path.join(root, 'reproduce.py');
    const [keras, weights] = ['model.keras', 'model.weights.h5'].map((name) =>
      path.join(folder, name),
    );
    const printed = await python.run([script, '--predict', '--save', keras!]);
    expect(printed).toMatch(/^64 test reviews, accuracy 0\.\d+, largest difference from Twofold /);
    const loading = `
import sys, keras, numpy as np
model = keras.saving.load_model(sys.argv[1])
model.save_weights(sys.argv[2])
twin = keras.models.clone_model(model)
twin.load_weights(sys.argv[2])
ids = np.arange(32).reshape(2, 16)
assert np.array_equal(model.predict(ids, verbose=0), twin.predict(ids, verbose=0))
print(model.output_shape)
`;
    expect(await python.run(['-c', loading, keras!, weights!])).toContain('(None, 1)');
    const csv = readFileSync(path.join(root, 'predictions.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toHaveLength(65);
    expect(csv[0]).toBe('row,label,probability');
  }, 120_000);

  test('refuse files that were changed', async () => {
    const { path: root } = await exported(runIds.slice(0, 1), 'changed');
    const file = path.join(root, 'data.npz');
    const bytes = readFileSync(file);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(python.run([path.join(root, 'reproduce.py')])).rejects.toThrow(
      /data\.npz is not as Twofold wrote it/,
    );
  }, 60_000);
});
