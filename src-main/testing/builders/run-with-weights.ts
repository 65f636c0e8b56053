import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { initialWeights } from '#core/model/initial-weights.ts';
import { encodeWeightsFile, weightsHash } from '#core/model/weights-file.ts';

import { openDatabases } from '../../db/open.ts';
import { addStoredRun, addTable } from './stored-runs.ts';
import type { TestApp } from '../test-app.ts';
import { addTestDataset } from '../test-dataset.ts';

/** A finished run with weights, predictions and an embedding table; what training leaves, without the training. */
export function addRunWithWeights(app: TestApp, runId: string, epochs = 2, seed = 1): void {
  const databases = openDatabases(app.home);
  if (databases.main.prepare('SELECT 1 FROM datasets').get() === undefined) {
    addTestDataset(databases.main, app.home);
  }
  const probabilities = Array.from({ length: epochs }, (_, epoch) =>
    Float32Array.of(0.1, 0.9, 0.2, 0.5 + epoch / 100),
  );
  addStoredRun(databases, { runId, config: { variant: 'B', seed }, probabilities });
  addTable(databases, runId, {
    branch: 'shared',
    epoch: 1,
    dims: 2,
    values: new Float32Array(200),
  });
  const { config } = app.services.runs.get({ runId });
  const weights = initialWeights(config, config.seed);
  const slots = weights.map(({ name, shape, values }) => ({
    name: `${name}/m`,
    shape,
    values: values.map((value) => value / 10),
  }));
  const facts = { epoch: epochs, step: epochs };
  const folder = path.join(app.home, 'runs', runId);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, tensors: typeof weights): void => {
    writeFileSync(path.join(folder, name), encodeWeightsFile({ facts, tensors }, sha256));
  };
  write('last.ckpt', [...weights, ...slots]);
  write('best.weights', weights);
  const hash = weightsHash(weights, sha256);
  databases.main
    .prepare('UPDATE runs SET weights_hash = ?, best_weights_hash = ? WHERE run_id = ?')
    .run(hash, hash, runId);
  databases.close();
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
