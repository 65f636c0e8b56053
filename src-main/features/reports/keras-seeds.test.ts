import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import type { Epoch } from '#contract/run.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import { meanOf } from '#core/statistics/mean.ts';
import { criticalT } from '#core/statistics/student.ts';

import { testPython } from '../../testing/python.ts';
import { entries } from '../../testing/programs.ts';
import { openApp, type App } from '../app.ts';

const python = testPython(['keras', 'tensorflow']);

const seeds = [1, 2, 3, 4, 5];
const config = {
  variant: 'A',
  numWords: 500,
  maxLength: 40,
  embeddingDim: 8,
  hiddenUnits: 6,
  filters: 12,
  batchSize: 20,
  limit: 400,
  epochs: 5,
  patience: 'none',
  learningRate: 0.005,
} as const satisfies RunConfigInput;

/** Trains each folder's run in Keras, and keeps the rows that every epoch was trained on, in their order. */
const driver = `
import importlib.util, json, os, sys

root, found = sys.argv[1], []
for name in sorted(os.listdir(root)):
    if name.startswith("."):
        continue
    spec = importlib.util.spec_from_file_location("reproduce", os.path.join(root, name, "reproduce.py"))
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    orders = []

    class Recorded(script.ShuffledBatches):
        def on_epoch_begin(self):
            super().on_epoch_begin()
            orders.append([])

        def __getitem__(self, batch):
            size = script.CONFIG["batchSize"]
            if orders:
                orders[-1].extend(self.order[batch * size : (batch + 1) * size].tolist())
            return super().__getitem__(batch)

    script.ShuffledBatches = Recorded
    network, model = script.build()
    script.load_weights(model, "initial-weights.npz")
    figures = script.train(network)
    found.append({"orders": orders, "loss": figures["loss"], "valLoss": figures["val_loss"]})
print("\\n" + json.dumps(found))
`;
const foundSchema = z.array(
  z.object({
    orders: z.array(z.array(z.number())),
    loss: z.array(z.number()),
    valLoss: z.array(z.number()),
  }),
);

let folder: string;
let app: App;
let ours: Epoch[][];
let keras: z.infer<typeof foundSchema>;

describe.skipIf(python.reason !== '')(`training again in Keras${python.reason}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-keras-seeds-'));
    app = openApp({ home: path.join(folder, 'home'), ...entries });
    const { runs, datasets, reports } = app.services;
    const { dataset } = await datasets.importSample({
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const started = runs.start({
      datasetId: dataset.datasetId,
      configs: seeds.map((seed) => ({ ...config, seed })),
      name: 'seeds',
    });
    const runIds = started.map(({ runId }) => runId);
    for (const runId of runIds) await runs.follow(runId, () => undefined);
    ours = runIds.map((runId) => runs.get({ runId }).epochs);
    const target = path.join(folder, 'keras');
    const spec = reports.draft({ runIds });
    await reports.exportSpec({ spec, format: 'keras', path: target, isForced: false });
    const printed = await python.run(['-c', driver, target]);
    keras = foundSchema.parse(JSON.parse(printed.trim().split('\n').at(-1) ?? ''));
  }, 900_000);
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every epoch has all reviews once, in an order of its own', () => {
    const rows = Array.from({ length: 320 }, (_, row) => row);
    for (const { orders } of keras) {
      expect(orders).toHaveLength(config.epochs);
      for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(rows);
      expect(new Set(orders.map((order) => order.join())).size).toBe(config.epochs);
    }
    expect(new Set(keras.map(({ orders }) => orders[0]?.join())).size).toBe(seeds.length);
  });

  test('the losses are those of other seeds: no epoch tells five seeds of Keras from five of Twofold', () => {
    const measures = ['loss', 'valLoss'] as const;
    const comparisons = measures.length * config.epochs;
    // Student's t of two samples; 5 % for all comparisons together (Bonferroni).
    const most = criticalT(2 * (seeds.length - 1), 1 - 0.05 / comparisons);
    for (const measure of measures)
      for (let epoch = 0; epoch < config.epochs; epoch += 1) {
        const a = meanOf(ours.map((epochs) => epochs[epoch]?.[measure] ?? Number.NaN));
        const b = meanOf(keras.map((run) => run[measure][epoch] ?? Number.NaN));
        const t = Math.abs(b.mean - a.mean) / Math.hypot(a.standardError, b.standardError);
        expect(t, `${measure} of epoch ${epoch + 1}: ${a.mean} and ${b.mean}`).toBeLessThan(most);
      }
  });
});
