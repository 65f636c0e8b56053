import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { RunConfig } from '../../src-main/contract/run-config.ts';
import { epochOrder } from '../../src-main/core/model/batch-order.ts';
import { openApp } from '../../src-main/features/app.ts';
import { readRunData } from '../../src-main/trainer/data.ts';

export type Reviews = Readonly<{
  name: string;
  contentHash: string;
  encodedPath: string;
  /** The imported file; null for the built-in sample. */
  source: string | null;
}>;

/** The reviews to measure on: a given file, else the corpus of the tests where it is there, else the built-in sample. */
export async function importReviews(home: string, given: string | undefined): Promise<Reviews> {
  mkdirSync(home, { recursive: true });
  const folder = process.env['TWOFOLD_TEST_DATA'] ?? '../shared/data';
  const corpus = path.resolve(folder, 'imdb.npz');
  const source = given ?? (existsSync(corpus) ? corpus : undefined);
  const app = openApp({ home, trainerEntry: '' });
  try {
    const { datasets } = app.services;
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const { dataset } =
      source === undefined
        ? await datasets.importSample(options)
        : await datasets.import({ path: path.resolve(source) }, options);
    const { name, contentHash, datasetId } = dataset;
    const encodedPath = await datasets.encodedPath(datasetId);
    return { name, contentHash, encodedPath, source: source ?? null };
  } finally {
    await app.close();
  }
}

/**
 * The same reviews in the same order for the peers: `train.ids`, `test.ids` (int32, [rows, maxLength]) and `train.labels`,
 * `test.labels` (float32).
 */
export function writeArrays(
  folder: string,
  { encodedPath, contentHash }: Reviews,
  config: RunConfig,
  wanted: Readonly<{ train: number; test: number }>,
): void {
  const data = readRunData(encodedPath, config, contentHash);
  const order = epochOrder(data.train.count, config.seed, 1);
  const positions = {
    train: Int32Array.from(
      { length: wanted.train },
      (_, index) => order[index % order.length] ?? 0,
    ),
    test: Int32Array.from({ length: wanted.test }, (_, index) => index % data.test.count),
  };
  for (const split of ['train', 'test'] as const) {
    const { ids, labels } = data[split].batch(positions[split]);
    writeFileSync(path.join(folder, `${split}.ids`), ids);
    writeFileSync(path.join(folder, `${split}.labels`), labels);
  }
}
